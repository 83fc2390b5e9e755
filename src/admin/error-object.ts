import { psText } from '../base/ps-text.ts'
import type { PsErrorRecord, PsValue } from '../base/ps-value.ts'
import { psObject } from '../base/ps-value.ts'

/** An error as scripts look at it in `$e`: message, category and identifier. */
export function errorObject(record: PsErrorRecord): PsValue {
  const { message, exception, fullyQualifiedErrorId, category, target, activity } = record
  return psObject(
    'System.Management.Automation.ErrorRecord',
    [
      ['Exception', psObject(exception, [['Message', message]], message)],
      ['TargetObject', target],
      [
        'CategoryInfo',
        psObject(
          'System.Management.Automation.ErrorCategoryInfo',
          [
            ['Category', category],
            ['Activity', activity],
            ['Reason', exception.slice(exception.lastIndexOf('.') + 1)],
            ['TargetName', psText(target)],
          ],
          `${category}: (${psText(target)}) [${activity}]`,
        ),
      ],
      ['FullyQualifiedErrorId', fullyQualifiedErrorId],
    ],
    message,
  )
}
