import { randomUUID } from 'node:crypto'
import {
  type CliValue,
  cliBag,
  cliBool,
  cliDictionary,
  cliInt,
  cliList,
  cliNumber,
  cliObject,
  cliProperty,
  cliString,
  cliText,
  NIL,
} from '../../src/codec/psrp/clixml.ts'
import { parseClixml } from '../../src/codec/psrp/clixml-reader.ts'
import { type Guid, parseGuid } from '../../src/codec/psrp/guid.ts'
import { type MessageType, parseMessage } from '../../src/codec/psrp/message.ts'

// What a remoting client says and hears whatever carries it: WSMan, SSH or a WebSocket.

/** One message that came for a pipeline or the pool. */
export interface Received {
  readonly type: MessageType
  readonly value: CliValue
}

/** What a pipeline came to. */
export interface Ran {
  readonly messages: readonly Received[]
  readonly state: number | undefined
  readonly errorId: string | undefined
}

export const UNLIMITED = { objectBytes: 1e9, fragmentsOpen: 1e3 }

/** @throws when it is no message */
export function readMessage(blob: Uint8Array): Received {
  const message = parseMessage(blob)
  const value = message && parseClixml(message.data)
  if (!message || !value?.ok) throw new Error('a message that cannot be read')
  return { type: message.type, value: value.value }
}

const version = (text: string): CliValue => cliText(text, 'Version')
export const CAPABILITY = cliBag({
  protocolversion: version('2.3'),
  PSVersion: version('2.0'),
  SerializationVersion: version('1.1.0.1'),
})

export function guid(): Guid {
  return parseGuid(randomUUID()) as Guid
}

/** CREATE_PIPELINE with one command, as a proxy function makes it. */
export function createPipeline(
  name: string,
  parameters: Readonly<Record<string, CliValue>>,
  noInput: boolean,
): CliValue {
  const args = Object.entries(parameters).map(([key, value]) => cliBag({ N: cliText(`-${key}:`), V: value }))
  return cliBag({
    PowerShell: cliBag({
      Cmds: cliList([
        cliBag({ Cmd: cliText(name), IsScript: cliBool(false), UseLocalScope: NIL, Args: cliList(args) }),
      ]),
      IsNested: cliBool(false),
      History: NIL,
    }),
    NoInput: cliBool(noInput),
    HostInfo: cliBag({ _isHostNull: cliBool(true), _useRunspaceHost: cliBool(true) }),
    IsNested: cliBool(false),
  })
}

/** A console of 100 columns. */
export const HOST = cliBag({
  _isHostNull: cliBool(false),
  _isHostUINull: cliBool(false),
  _isHostRawUINull: cliBool(false),
  _useRunspaceHost: cliBool(false),
  _hostDefaultData: cliBag({
    data: cliObject({
      ...cliDictionary([]),
      content: {
        kind: 'dictionary',
        entries: [
          [
            cliInt(6),
            cliBag({
              T: cliText('System.Management.Automation.Host.Size'),
              V: cliBag({ width: cliInt(100), height: cliInt(50) }),
            }),
          ],
        ],
      },
    }),
  }),
})

export const BLIND = cliBag({ _isHostNull: cliBool(true), _isHostUINull: cliBool(true) })

/** What opens a session of a client with or without a screen. */
export function initRunspacePool(canShow: boolean): CliValue {
  return cliBag({ MinRunspaces: cliInt(1), MaxRunspaces: cliInt(1), HostInfo: canShow ? HOST : BLIND })
}

/** @param messages everything that came for the pipeline, its state at the end */
export function ranOf(messages: readonly Received[]): Ran {
  const state = messages.findLast(({ type }) => type === 'PIPELINE_STATE')?.value
  const failed =
    messages.find(({ type }) => type === 'ERROR_RECORD')?.value ??
    cliProperty(state, 'ExceptionAsErrorRecord')
  return {
    messages,
    state: cliNumber(cliProperty(state, 'PipelineState')),
    errorId: cliString(cliProperty(failed, 'FullyQualifiedErrorId')),
  }
}
