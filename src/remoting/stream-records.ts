import type { StreamRecord } from '../admin/cmdlet.ts'
import { assertNever } from '../base/never.ts'
import { type CliValue, cliLong, cliText } from '../codec/psrp/clixml.ts'
import type { MessageType } from '../codec/psrp/message.ts'
import {
  errorRecord,
  type HostMethod,
  hostCall,
  informationalRecord,
  progressRecord,
} from '../codec/psrp/records.ts'

type Outgoing = readonly [MessageType, CliValue]

/** `output`: merged into the output; `screen`: merged into an Out-Default, which shows them. */
export type ErrorsTo = 'errors' | 'output' | 'screen' | 'nowhere'

/**
 * What one record of a stream is on the wire: the record for the client's variables, then the host call, which is what the user sees
 * (powershell-7-observed.md section 3). `canShow` false: a client without a screen gets the record alone.
 */
export function streamMessages(
  record: StreamRecord,
  errorsTo: ErrorsTo,
  canShow: boolean,
): readonly Outgoing[] {
  const shown = (method: HostMethod, ...parameters: CliValue[]): readonly Outgoing[] =>
    canShow ? [['PIPELINE_HOST_CALL', hostCall(method, parameters)]] : []
  switch (record.stream) {
    case 'error':
      if (errorsTo === 'nowhere') return []
      if (errorsTo === 'screen')
        return shown('WriteErrorLine', cliText(`${record.record.activity} : ${record.record.message}`))
      return [[errorsTo === 'output' ? 'PIPELINE_OUTPUT' : 'ERROR_RECORD', errorRecord(record.record)]]
    case 'warning':
      return [
        ['WARNING_RECORD', informationalRecord('Warning', record.text)],
        ...shown('WriteWarningLine', cliText(record.text)),
      ]
    case 'verbose':
      return [
        ['VERBOSE_RECORD', informationalRecord('Verbose', record.text)],
        ...shown('WriteVerboseLine', cliText(record.text)),
      ]
    case 'debug':
      return [
        ['DEBUG_RECORD', informationalRecord('Debug', record.text)],
        ...shown('WriteDebugLine', cliText(record.text)),
      ]
    case 'progress': {
      const progress = progressRecord(record.record)
      return [['PROGRESS_RECORD', progress], ...shown('WriteProgress', cliLong(0n), progress)]
    }
    case 'whatIf':
      return shown('WriteLine2', cliText(record.text))
    case 'host':
      return shown(record.kind === 'error' ? 'WriteErrorLine' : 'WriteLine2', cliText(record.text))
    default:
      return assertNever(record)
  }
}
