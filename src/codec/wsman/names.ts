/** Namespaces of WS-Management and its neighbours (powershell-remoting.md section 2.3). Prefixes are free; these are Windows' own. */
export const SOAP = 'http://www.w3.org/2003/05/soap-envelope'
export const ADDRESSING = 'http://schemas.xmlsoap.org/ws/2004/08/addressing'
export const WSMAN = 'http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd'
export const MICROSOFT = 'http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd'
export const SHELL = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell'
export const TRANSFER = 'http://schemas.xmlsoap.org/ws/2004/09/transfer'
export const ENUMERATION = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration'
export const FAULT = 'http://schemas.microsoft.com/wbem/wsman/1/wsmanfault'
export const POWERSHELL = 'http://schemas.microsoft.com/powershell'
/** Two spellings are in use: `identity` in documents, `identify` in clients. */
export const IDENTIFY = [
  'http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd',
  'http://schemas.dmtf.org/wbem/wsman/identify/1/wsmanidentity.xsd',
] as const
export const ANONYMOUS = 'http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous'

export const PREFIXES: Readonly<Record<string, string>> = {
  [SOAP]: 's',
  [ADDRESSING]: 'a',
  [WSMAN]: 'w',
  [MICROSOFT]: 'p',
  [SHELL]: 'rsp',
  [TRANSFER]: 'x',
  [ENUMERATION]: 'n',
  [FAULT]: 'f',
}
