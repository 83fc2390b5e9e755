import { fail, ok, type Result } from '../../base/result.ts'
import {
  attributeOf,
  childOf,
  childrenOf,
  element,
  elementsOf,
  formatXml,
  parseXml,
  textOf,
  XML_NAMESPACE,
  type XmlElement,
} from '../../base/xml.ts'
import { ENVELOPE_XML } from '../limits.ts'
import { type Fault, faultAction, faultBody } from './fault.ts'
import { ADDRESSING, ANONYMOUS, IDENTIFY, MICROSOFT, PREFIXES, SHELL, SOAP, WSMAN } from './names.ts'

/** The headers of a request that mean something to us; the rest is read over ([MS-WSMV] 2.2.3, [MS-WSMV] 3.1.4). */
export type Envelope = {
  readonly action: string
  readonly messageId: string
  readonly resourceUri: string
  /** Selector `ShellId`, as written. */
  readonly shellId: string | undefined
  readonly options: ReadonlyMap<string, string>
  readonly operationTimeoutMs: number
  /** Bytes the client takes in one answer. */
  readonly maxEnvelope: number
  readonly locale: string
  readonly dataLocale: string
  /** What `CompressionType` asks for. */
  readonly compression: 'none' | 'xpress' | 'unknown'
  readonly body: XmlElement
}

/** What a request is answered with before its operation is looked at; `messageId` for RelatesTo where it could be read. */
export type EnvelopeFault = { readonly fault: Fault; readonly messageId: string | undefined }

const KNOWN: ReadonlySet<string> = new Set([
  ...['To', 'ReplyTo', 'FaultTo', 'From', 'Action', 'MessageID', 'RelatesTo'].map(
    (name) => `${ADDRESSING} ${name}`,
  ),
  ...['ResourceURI', 'SelectorSet', 'OptionSet', 'OperationTimeout', 'MaxEnvelopeSize', 'Locale'].map(
    (name) => `${WSMAN} ${name}`,
  ),
  ...['DataLocale', 'SessionId', 'OperationID', 'SequenceId', 'ActivityId'].map(
    (name) => `${MICROSOFT} ${name}`,
  ),
  `${SHELL} CompressionType`,
])
/** Longest wait for output that we grant, whatever is asked: `PT180000S` is a real client's (powershell-7-observed.md section 7). */
const LONGEST_WAIT_MS = 180_000
const DEFAULT_WAIT_MS = 60_000
const LEAST_ENVELOPE = 8 * 1024
const DEFAULT_ENVELOPE = 153_600

/**
 * Reads a request. `text` is the decoded body, already within `limits.envelope`.
 * `Identify` has no headers at all; its action is the name of its body.
 */
export function parseEnvelope(text: string): Result<Envelope, EnvelopeFault> {
  const document = parseXml(text, ENVELOPE_XML)
  if (!document.ok) return fail({ fault: 'schema', messageId: undefined })
  const root = document.value
  const body = childOf(root, SOAP, 'Body')
  if (root.uri !== SOAP || root.name !== 'Envelope' || !body)
    return fail({ fault: 'schema', messageId: undefined })
  const header = childOf(root, SOAP, 'Header') ?? element(SOAP, 'Header')
  const headerText = (uri: string, name: string): string => textOf(childOf(header, uri, name)).trim()
  const messageId = headerText(ADDRESSING, 'MessageID')
  const refuse = (fault: Fault): Result<Envelope, EnvelopeFault> =>
    fail({ fault, messageId: messageId || undefined })

  const foreign = elementsOf(header).some(
    (child) =>
      /^(true|1)$/.test(attributeOf(child, 'mustUnderstand', SOAP) ?? '') &&
      !KNOWN.has(`${child.uri} ${child.name}`),
  )
  if (foreign) return refuse('mustUnderstand')
  const timeout = readSeconds(headerText(WSMAN, 'OperationTimeout'))
  if (timeout === undefined) return refuse('badHeader')
  const size = headerText(WSMAN, 'MaxEnvelopeSize')
  if (size !== '' && !/^\d{1,10}$/.test(size)) return refuse('badHeader')
  const locale = (uri: string, name: string): string => {
    const value = attributeOf(childOf(header, uri, name), 'lang', XML_NAMESPACE) ?? ''
    return /^[A-Za-z0-9-]{2,35}$/.test(value) ? value : 'en-US'
  }
  const compression = headerText(SHELL, 'CompressionType').toLowerCase()
  const selector = childrenOf(childOf(header, WSMAN, 'SelectorSet'), WSMAN, 'Selector').find(
    (child) => attributeOf(child, 'Name')?.toLowerCase() === 'shellid',
  )
  const options = new Map<string, string>()
  for (const option of childrenOf(childOf(header, WSMAN, 'OptionSet'), WSMAN, 'Option'))
    options.set(attributeOf(option, 'Name') ?? '', textOf(option))
  const identify = IDENTIFY.some((uri) => childOf(body, uri, 'Identify'))
  return ok({
    action: identify ? 'Identify' : headerText(ADDRESSING, 'Action'),
    messageId,
    resourceUri: headerText(WSMAN, 'ResourceURI'),
    shellId: selector && textOf(selector).trim(),
    options,
    operationTimeoutMs: Math.min(timeout || DEFAULT_WAIT_MS, LONGEST_WAIT_MS),
    maxEnvelope: Math.max(size === '' ? DEFAULT_ENVELOPE : Number(size), LEAST_ENVELOPE),
    locale: locale(WSMAN, 'Locale'),
    dataLocale: locale(MICROSOFT, 'DataLocale'),
    compression: compression === '' ? 'none' : compression === 'xpress' ? 'xpress' : 'unknown',
    body,
  })
}

/** Milliseconds of an XSD duration of days and smaller; 0 for none. @returns undefined when it cannot be read */
export function readSeconds(text: string): number | undefined {
  if (text === '') return 0
  const match = /^P(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,12}(?:\.\d{1,7})?)S)?)?$/.exec(
    text,
  )
  if (!match || /[PT]$/.test(text)) return undefined
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = match
  return Math.trunc(
    (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000,
  )
}

/** Writes an answer. `newId` is a fresh GUID for `a:MessageID`. */
export function formatEnvelope(
  action: string,
  relatesTo: string | undefined,
  newId: string,
  ...body: readonly XmlElement[]
): string {
  const header = element(
    SOAP,
    'Header',
    {},
    element(ADDRESSING, 'Action', {}, action),
    element(ADDRESSING, 'MessageID', {}, `uuid:${newId.toUpperCase()}`),
    element(ADDRESSING, 'To', {}, ANONYMOUS),
    relatesTo === undefined ? undefined : element(ADDRESSING, 'RelatesTo', {}, relatesTo),
  )
  return formatXml(
    element(
      SOAP,
      'Envelope',
      [{ uri: XML_NAMESPACE, name: 'lang', value: 'en-US' }],
      header,
      element(SOAP, 'Body', {}, ...body),
    ),
    PREFIXES,
  )
}

/** Writes a fault; it goes with HTTP 500 (powershell-remoting.md section 2.1). */
export function formatFault(
  fault: Fault,
  relatesTo: string | undefined,
  newId: string,
  machine: string,
): string {
  return formatEnvelope(faultAction(fault), relatesTo, newId, faultBody(fault, machine))
}
