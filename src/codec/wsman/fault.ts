import { element, XML_NAMESPACE, type XmlElement } from '../../base/xml.ts'
import { ADDRESSING, FAULT, SOAP, WSMAN } from './names.ts'

type FaultKind = {
  readonly side: 's:Sender' | 's:Receiver' | 's:MustUnderstand'
  readonly subcode: string | undefined
  /** Decimal number by which clients decide. */
  readonly code: number | undefined
  readonly text: string
}

const wsman = (side: FaultKind['side'], subcode: string, code: number, text: string): FaultKind => ({
  side,
  subcode,
  code,
  text,
})

/** Every answer that is not what was asked for, with its code (powershell-remoting.md section 2.6). The texts are fixed (SECURITY 27). */
export const FAULTS = {
  timedOut: wsman('s:Receiver', 'w:TimedOut', 2150858793, 'No output within OperationTimeout.'),
  unknownShell: wsman(
    's:Sender',
    'w:InvalidSelectors',
    2150858843,
    'The request names a shell or a command that does not exist.',
  ),
  shellExists: wsman('s:Sender', 'w:AlreadyExists', 2150858844, 'There is a shell of that ShellId already.'),
  unknownResource: wsman(
    's:Sender',
    'a:DestinationUnreachable',
    2150858811,
    'There is no session configuration of that name.',
  ),
  badHeader: wsman('s:Sender', 'a:InvalidMessageInformationHeader', 2150858767, 'A header cannot be read.'),
  unknownAction: wsman('s:Sender', 'a:ActionNotSupported', 2150858771, 'The action is not supported.'),
  invalidOptions: wsman('s:Sender', 'w:InvalidOptions', 2150858833, 'An option is not supported.'),
  schema: wsman('s:Sender', 'w:SchemaValidationError', 2150858817, 'The envelope is not valid.'),
  accessDenied: wsman(
    's:Sender',
    'w:AccessDenied',
    5,
    'Access is denied. The user does not have permission to manage this tenant; permissions come from an administrator role.',
  ),
  remoteAccessOff: wsman(
    's:Sender',
    'w:AccessDenied',
    5,
    'Connecting to this tenant by remote PowerShell has been disabled.',
  ),
  aborted: wsman(
    's:Receiver',
    'w:InternalError',
    995,
    'The operation was aborted because the shell has ended.',
  ),
  tooManyShells: wsman(
    's:Receiver',
    'w:QuotaLimit',
    2150859173,
    'The WS-Management service cannot process the request. The maximum number of concurrent shells for this user has been exceeded. Close existing shells or raise the quota for this user.',
  ),
  tooManyShellsInAll: wsman(
    's:Receiver',
    'w:QuotaLimit',
    2150859173,
    'The WS-Management service cannot process the request. The maximum number of concurrent shells for this tenant has been exceeded.',
  ),
  tooManyOperations: wsman(
    's:Receiver',
    'w:QuotaLimit',
    2150859174,
    'The WS-Management service cannot process the request. The maximum number of concurrent operations for this user has been exceeded.',
  ),
  tooLarge: wsman(
    's:Receiver',
    'w:QuotaLimit',
    2150859174,
    'The data of one object, or the number of unfinished objects, is above the limit.',
  ),
  compression: {
    side: 's:MustUnderstand',
    subcode: undefined,
    code: undefined,
    text: 'That kind of compression is not supported; xpress is. Use -SessionOption (New-PSSessionOption -NoCompression).',
  },
  mustUnderstand: {
    side: 's:MustUnderstand',
    subcode: undefined,
    code: undefined,
    text: 'A header that must be understood is not known.',
  },
  internal: wsman('s:Receiver', 'w:InternalError', 1359, 'The request could not be carried out.'),
} as const satisfies Record<string, FaultKind>
export type Fault = keyof typeof FAULTS

/** `a:Action` of a fault. */
export function faultAction(fault: Fault): string {
  const { subcode } = FAULTS[fault]
  return subcode?.startsWith('a:') ? `${ADDRESSING}/fault` : `${WSMAN.replace(/wsman\.xsd$/, '')}wsman/fault`
}

/** The body of a fault. `machine` is the host as the client named it, never an internal address (SECURITY 27). */
export function faultBody(fault: Fault, machine: string): XmlElement {
  const { side, subcode, code, text }: FaultKind = FAULTS[fault]
  const value = (name: string): XmlElement => element(SOAP, 'Value', {}, name)
  return element(
    SOAP,
    'Fault',
    {},
    element(
      SOAP,
      'Code',
      {},
      value(side),
      subcode ? element(SOAP, 'Subcode', {}, value(subcode)) : undefined,
    ),
    element(
      SOAP,
      'Reason',
      {},
      element(SOAP, 'Text', [{ uri: XML_NAMESPACE, name: 'lang', value: 'en-US' }], text),
    ),
    code === undefined
      ? undefined
      : element(
          SOAP,
          'Detail',
          {},
          element(
            FAULT,
            'WSManFault',
            { Code: String(code), Machine: machine },
            element(FAULT, 'Message', {}, text),
          ),
        ),
  )
}
