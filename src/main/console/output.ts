import type { ProgressRecord, StreamRecord } from '../../admin/cmdlet.ts'
import { createFormatter, type Formatter, isFormatted } from '../../admin/format.ts'
import { jsonOf } from '../../admin/json.ts'
import type { PsErrorRecord, PsValue } from '../../base/ps-value.ts'
import type { SyntaxProblem } from '../../codec/powershell/syntax.ts'
import type { Reply } from '../../control/messages.ts'
import { errorText, syntaxRecord, syntaxText } from './error-text.ts'

/** Where a console writes; data on `out`, everything about it on `err`. */
export interface Streams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** Shows the replies of one work; `exitCode` is what INTERFACES 3 says of them. */
export interface Output {
  show(reply: Reply): void
  /** The text is over, or was never run. */
  finish(): void
  readonly exitCode: 0 | 1 | 2
}

/** Text as PowerShell shows it. */
export function textOutput(
  streams: Streams,
  width: number,
  text: string,
  bar?: (record: ProgressRecord) => void,
): Output {
  let exitCode: 0 | 1 | 2 = 0
  let formatter: Formatter = createFormatter({ width })
  const out = (shown: string) => {
    if (shown !== '') streams.out(shown)
  }
  const stream = (record: StreamRecord) => {
    if (record.stream !== 'progress') out(formatter.end())
    switch (record.stream) {
      case 'error':
        exitCode = exitCode === 0 ? 1 : exitCode
        streams.err(errorText(record.record))
        break
      case 'warning':
      case 'verbose':
      case 'debug':
        streams.err(`${record.stream.toUpperCase()}: ${record.text}\n`)
        break
      case 'progress':
        bar?.(record.record)
        break
      case 'whatIf':
        streams.out(`${record.text}\n`)
        break
      case 'host':
        if (record.kind === 'error') streams.err(`${record.text}\n`)
        else streams.out(`${record.text}\n`)
    }
  }
  return {
    show(reply) {
      if (reply.kind === 'value') out(formatter.push(reply.value))
      else if (reply.kind === 'end') {
        out(formatter.end())
        formatter = createFormatter({ width })
      } else if (reply.kind === 'stream') stream(reply.record)
      else if (reply.kind === 'syntax') {
        exitCode = 2
        streams.err(syntaxText(reply.problem, text))
      }
    },
    finish: () => out(formatter.end()),
    get exitCode() {
      return exitCode
    },
  }
}

/** One JSON array per line of input on `out`, everything else as JSON objects on `err` (INTERFACES 3). */
export function jsonOutput(streams: Streams): Output {
  let exitCode: 0 | 1 | 2 = 0
  let count = -1
  let formatRefused = false
  const err = (json: unknown) => streams.err(`${JSON.stringify(json)}\n`)
  const fail = (record: PsErrorRecord) => {
    exitCode = exitCode === 0 ? 1 : exitCode
    err({ error: errorJson(record) })
  }
  const closeLine = () => {
    if (count >= 0) streams.out(count === 0 ? '[]\n' : ']\n')
    count = -1
  }
  const value = (one: PsValue) => {
    if (isFormatted(one)) {
      if (!formatRefused) fail(FORMAT_REFUSED)
      formatRefused = true
      return
    }
    streams.out(`${count <= 0 ? '[' : ','}${JSON.stringify(jsonOf(one))}`)
    count = Math.max(count, 0) + 1
  }
  const stream = (record: StreamRecord) => {
    if (record.stream === 'error') fail(record.record)
    else if (record.stream === 'warning' || record.stream === 'verbose' || record.stream === 'debug')
      err({ [record.stream]: record.text })
    else if (record.stream === 'whatIf') err({ whatIf: record.text })
    else if (record.stream === 'host') err({ host: record.text })
  }
  const syntax = (problem: SyntaxProblem) => {
    fail(syntaxRecord(problem))
    exitCode = 2
  }
  return {
    show(reply) {
      if (reply.kind === 'line') {
        closeLine()
        count = 0
        formatRefused = false
      } else if (reply.kind === 'value') value(reply.value)
      else if (reply.kind === 'stream') stream(reply.record)
      else if (reply.kind === 'syntax') syntax(reply.problem)
    },
    finish: closeLine,
    get exitCode() {
      return exitCode
    },
  }
}

const FORMAT_REFUSED: PsErrorRecord = {
  message: 'Format-List and Format-Table make text for people; leave them out with --json.',
  category: 'InvalidOperation',
  fullyQualifiedErrorId: 'FormatNotAllowed',
  exception: 'System.InvalidOperationException',
  target: null,
  activity: 'Out-Default',
}

function errorJson(record: PsErrorRecord) {
  const { message, category, fullyQualifiedErrorId, target } = record
  return { message, category, fullyQualifiedErrorId, targetObject: jsonOf(target) }
}
