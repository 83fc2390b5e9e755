import type { Fuzzer } from '../psrp/psrp.fuzz.ts'
import { formatEnvelope, parseEnvelope } from './envelope.ts'
import { faultBody } from './fault.ts'
import { readOperation } from './shell.ts'
import { formatChunks, parseChunksInSteps } from './xpress.ts'

const RSP = 'http://schemas.microsoft.com/wbem/wsman/1/windows/shell'
const ID = 'A1A2A3A4-B1B2-C1C2-D1D2-E1E2E3E4E5E6'

function request(action: string, body: string): Uint8Array {
  return Buffer.from(
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:rsp="${RSP}"><s:Header><a:Action s:mustUnderstand="true">${action}</a:Action><a:MessageID>uuid:${ID}</a:MessageID><w:OperationTimeout>PT20.000S</w:OperationTimeout><w:MaxEnvelopeSize s:mustUnderstand="true">153600</w:MaxEnvelopeSize><w:SelectorSet><w:Selector Name="ShellId">${ID}</w:Selector></w:SelectorSet></s:Header><s:Body>${body}</s:Body></s:Envelope>`,
  )
}

export const fuzzers: readonly Fuzzer[] = [
  {
    name: 'xpress chunks',
    seeds: [compressed(), formatChunks(new TextEncoder().encode('stored as it is'))],
    run(bytes) {
      const steps = parseChunksInSteps(bytes, 200_000)
      while (!steps.next().done);
    },
  },
  {
    name: 'wsman',
    seeds: [
      request(
        'http://schemas.xmlsoap.org/ws/2004/09/transfer/Create',
        `<rsp:Shell ShellId="${ID}"><rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut><creationXml xmlns="http://schemas.microsoft.com/powershell">AQI=</creationXml></rsp:Shell>`,
      ),
      request(
        `${RSP}/Send`,
        `<rsp:Send><rsp:Stream Name="stdin" CommandId="${ID}">AQI=</rsp:Stream></rsp:Send>`,
      ),
      request(
        `${RSP}/Receive`,
        `<rsp:Receive><rsp:DesiredStream CommandId="${ID}">stdout</rsp:DesiredStream></rsp:Receive>`,
      ),
      Buffer.from(formatEnvelope('a', 'b', ID, faultBody('timedOut', 'host'))),
    ],
    run: (bytes) => {
      const envelope = parseEnvelope(Buffer.from(bytes).toString('utf8'))
      if (envelope.ok) readOperation(envelope.value)
    },
  },
]

/** `abc` 200 times, as a compressor writes it (powershell-remoting.md section 2.9). */
function compressed(): Uint8Array {
  const bytes = new Uint8Array(267)
  bytes.set([0x57, 0x02, 0x06, 0x01])
  bytes.set([0x30, 0x23], 4 + 0x30)
  bytes[4 + 0x80] = 0x02
  bytes[4 + 0x8f] = 0x20
  bytes.set([0xa8, 0xdc, 0x00, 0x00, 0xff, 0x52, 0x02], 4 + 0x100)
  return bytes
}
