import { randomUUID } from 'node:crypto'
import {
  attributeOf,
  childOf,
  childrenOf,
  elementsOf,
  parseXml,
  textOf,
  type XmlElement,
} from '../../../base/xml.ts'
import type { Guid } from '../../../codec/psrp/guid.ts'
import {
  ADDRESSING,
  FAULT,
  MICROSOFT,
  POWERSHELL,
  SHELL,
  SOAP,
  TRANSFER,
  WSMAN,
} from '../../../codec/wsman/names.ts'
import type { Peer } from './post.ts'

/** Answers are as large as we ask for; objects come in pieces. */
const MAX_ENVELOPE = 512_000
const XML = { depth: 64, elements: 20_000, attributes: 128, namespaces: 64, text: 4 * MAX_ENVELOPE }
/** "The operation did not finish in time": poll again. */
const TIMED_OUT = 2150858793

/** The client's half of WSMan's shell operations ([MS-WSMV] 3.1.4), as far as PowerShell needs them. */
export class RemoteShell {
  readonly #peer: Peer
  readonly #id: Guid

  constructor(peer: Peer, id: Guid) {
    this.#peer = peer
    this.#id = id
  }

  async create(opening: Uint8Array): Promise<void> {
    const id = this.#id.toUpperCase()
    const streams =
      '<rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams>'
    const xml = `<creationXml xmlns="${POWERSHELL}">${base64(opening)}</creationXml>`
    const options =
      '<w:OptionSet><w:Option Name="protocolversion" MustComply="true">2.3</w:Option></w:OptionSet>'
    await this.#ask(`${TRANSFER}/Create`, `<rsp:Shell ShellId="${id}">${streams}${xml}</rsp:Shell>`, options)
  }

  async command(pipeline: Guid, first: Uint8Array): Promise<void> {
    const line = `<rsp:CommandLine CommandId="${pipeline.toUpperCase()}"><rsp:Command/><rsp:Arguments>${base64(first)}</rsp:Arguments></rsp:CommandLine>`
    await this.#ask(`${SHELL}/Command`, line)
  }

  /** `pr` carries answers to questions, `stdin` everything else. */
  async send(data: Uint8Array, pipeline: Guid | undefined, stream: 'stdin' | 'pr' = 'stdin'): Promise<void> {
    await this.#ask(
      `${SHELL}/Send`,
      `<rsp:Send><rsp:Stream Name="${stream}"${target(pipeline)}>${base64(data)}</rsp:Stream></rsp:Send>`,
    )
  }

  async signal(pipeline: Guid, code: 'powershell/signal/crtl_c' | 'terminate'): Promise<void> {
    const whole = code === 'terminate' ? `${SHELL}/signal/terminate` : code
    await this.#ask(
      `${SHELL}/Signal`,
      `<rsp:Signal CommandId="${pipeline.toUpperCase()}"><rsp:Code>${whole}</rsp:Code></rsp:Signal>`,
    )
  }

  async delete(): Promise<void> {
    await this.#ask(`${TRANSFER}/Delete`, '')
  }

  /** Waits until something comes. @returns the fragments, and whether the command is done */
  async receive(
    pipeline: Guid | undefined,
  ): Promise<{ readonly data: readonly Uint8Array[]; readonly done: boolean }> {
    const wanted = `<rsp:Receive><rsp:DesiredStream${target(pipeline)}>stdout</rsp:DesiredStream></rsp:Receive>`
    const body = await this.#ask(`${SHELL}/Receive`, wanted)
    const response = childOf(body, SHELL, 'ReceiveResponse')
    if (!response) return { data: [], done: false } // timed out
    const state = elementsOf(response).find(({ name }) => name === 'CommandState')
    return {
      data: childrenOf(response, SHELL, 'Stream').map((stream) => Buffer.from(textOf(stream), 'base64')),
      done: attributeOf(state, 'State')?.endsWith('/Done') === true,
    }
  }

  /** @throws Error with the fault's text */
  async #ask(action: string, body: string, options = ''): Promise<XmlElement | undefined> {
    const envelope =
      `<s:Envelope xmlns:s="${SOAP}" xmlns:a="${ADDRESSING}" xmlns:w="${WSMAN}" xmlns:p="${MICROSOFT}" xmlns:rsp="${SHELL}"><s:Header>` +
      `<a:To>urn:nightpost</a:To><a:ReplyTo><a:Address s:mustUnderstand="true">${ADDRESSING}/role/anonymous</a:Address></a:ReplyTo>` +
      `<a:Action s:mustUnderstand="true">${action}</a:Action><a:MessageID>uuid:${randomUUID().toUpperCase()}</a:MessageID>` +
      `<w:ResourceURI s:mustUnderstand="true">${POWERSHELL}/Microsoft.PowerShell</w:ResourceURI>` +
      `<w:MaxEnvelopeSize s:mustUnderstand="true">${MAX_ENVELOPE}</w:MaxEnvelopeSize><w:OperationTimeout>PT20S</w:OperationTimeout>` +
      `<w:SelectorSet><w:Selector Name="ShellId">${this.#id.toUpperCase()}</w:Selector></w:SelectorSet>${options}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
    const answer = await this.#peer.post(envelope)
    if (answer.status === 401)
      throw new Error('the user name or the password is wrong, or the account may not administer')
    if (answer.status === 403)
      throw new Error('this account does not have permission to administer the server')
    const document = answer.text === '' ? undefined : parseXml(answer.text, XML)
    const found = document?.ok ? childOf(document.value, SOAP, 'Body') : undefined
    const fault = childOf(found, SOAP, 'Fault')
    if (!fault && answer.status === 200) return found
    const detail = childOf(childOf(fault, SOAP, 'Detail'), FAULT, 'WSManFault')
    if (Number(attributeOf(detail, 'Code')) === TIMED_OUT) return undefined
    throw new Error(
      textOf(detail).trim() ||
        textOf(childOf(fault, SOAP, 'Reason')).trim() ||
        `the server answered ${answer.status}`,
    )
  }
}

function target(pipeline: Guid | undefined): string {
  return pipeline === undefined ? '' : ` CommandId="${pipeline.toUpperCase()}"`
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
