import { ERROR_CATEGORIES, type PsErrorRecord, type PsValue } from '../../../base/ps-value.ts'
import { type CliValue, cliNumber, cliProperty, cliString } from '../../../codec/psrp/clixml.ts'
import { toPsValue } from '../../../codec/psrp/values.ts'

const noSecrets = () => undefined

/** An object that the server put out. Secrets never come. */
export function fromWire(value: CliValue): PsValue {
  return toPsValue(value, noSecrets)
}

/** An ERROR_RECORD as it was on the server; the client's half of codec/psrp/records.ts. */
export function errorOf(value: CliValue | undefined): PsErrorRecord {
  const text = (name: string) => cliString(cliProperty(value, name))
  const exception = cliProperty(value, 'Exception')
  const shown = value?.kind === 'object' ? value.text : undefined
  const target = cliProperty(value, 'TargetObject')
  return {
    message: cliString(cliProperty(exception, 'Message')) ?? shown ?? 'The command failed.',
    category:
      ERROR_CATEGORIES[cliNumber(cliProperty(value, 'ErrorCategory_Category')) ?? 0] ?? 'NotSpecified',
    fullyQualifiedErrorId: text('FullyQualifiedErrorId') ?? '',
    exception:
      (exception?.kind === 'object' ? exception.types[0]?.replace(/^Deserialized\./, '') : undefined) ??
      'System.Exception',
    target: target === undefined ? null : fromWire(target),
    activity: text('ErrorCategory_Activity') ?? '',
  }
}

/** The text of a WARNING, VERBOSE or DEBUG record. */
export function textOfRecord(value: CliValue): string {
  return cliString(cliProperty(value, 'InformationalRecord_Message')) ?? cliString(value) ?? ''
}
