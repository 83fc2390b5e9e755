import { psText, psTypeName } from '../../base/ps-text.ts'
import type { PsErrorRecord } from '../../base/ps-value.ts'
import type { SyntaxProblem } from '../../codec/powershell/syntax.ts'

/** An error as PowerShell shows it: `Name : message`, then category and id (cmdlets.md section 3). */
export function errorText(record: PsErrorRecord): string {
  const head = record.activity === '' ? record.message : `${record.activity} : ${record.message}`
  return `${head}\n${trailer(record)}`
}

/** A line that cannot be parsed, with the place that stopped the parser. */
export function syntaxText(problem: SyntaxProblem, text: string): string {
  const line = text.split('\n')[problem.line - 1]?.replace(/\r$/, '') ?? ''
  const place = `At line:${problem.line} char:${problem.column}\n+ ${line}\n+ ${' '.repeat(problem.column - 1)}~\n`
  return `${place}${problem.message}\n${trailer(syntaxRecord(problem))}`
}

/** A problem of the parser as an error record. */
export function syntaxRecord(problem: SyntaxProblem): PsErrorRecord {
  return {
    message: problem.message,
    category: 'SyntaxError',
    fullyQualifiedErrorId: problem.id,
    exception: 'System.Management.Automation.ParentContainsErrorRecordException',
    target: null,
    activity: '',
  }
}

function trailer({ category, target, activity, exception, fullyQualifiedErrorId }: PsErrorRecord): string {
  const shown =
    target === null ? ':' : `${shorten(psText(target))}:${psTypeName(target).replace(/^.*\./, '')}`
  const info = `${category}: (${shown}) [${activity}], ${exception.replace(/^System\.Management\.Automation\./, '').replace(/^.*\.(?=\w+$)/, '')}`
  return `    + CategoryInfo          : ${info}\n    + FullyQualifiedErrorId : ${fullyQualifiedErrorId}\n`
}

/** PowerShell cuts long targets in the middle of the line. */
function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 40 ? `${line.slice(0, 18)}...${line.slice(-18)}` : line
}
