import type { Host } from '../admin/cmdlet.ts'
import type { PsValue } from '../base/ps-value.ts'
import {
  type CliValue,
  cliBag,
  cliBool,
  cliInt,
  cliList,
  cliNumber,
  cliString,
  cliText,
} from '../codec/psrp/clixml.ts'
import type { HostMethod } from '../codec/psrp/records.ts'
import { type Decrypt, toPsValue } from '../codec/psrp/values.ts'

const CORE = 'mscorlib, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089'
const AUTOMATION =
  'System.Management.Automation, Version=3.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35'

/** Types by which a client's prompt behaves in another way; everything else is asked for as text and converted here. */
const ASSEMBLY_OF: Readonly<Record<string, string>> = {
  'System.String': CORE,
  'System.String[]': CORE,
  'System.Security.SecureString': CORE,
  'System.Management.Automation.PSCredential': AUTOMATION,
}
const SECRET: ReadonlySet<string> = new Set([
  'System.Security.SecureString',
  'System.Management.Automation.PSCredential',
])

/** Questions to the person at the client (powershell-7-observed.md section 3, Prompts). Rejects when the pipeline is stopped. */
export function createAsk(needs: {
  readonly decrypt: Decrypt
  call(method: HostMethod, parameters: readonly CliValue[]): Promise<CliValue | undefined>
  demandKey(): Promise<void>
}): NonNullable<Host['ask']> {
  return {
    async choice(caption, message, choices, preset) {
      const list = choices.map(({ label, help }) =>
        cliBag({ label: cliText(label), helpMessage: cliText(help) }),
      )
      const answer = await needs.call('PromptForChoice', [
        cliText(caption),
        cliText(message),
        cliList(list),
        cliInt(preset),
      ])
      const chosen = cliNumber(answer)
      return chosen !== undefined && chosen >= 0 && chosen < choices.length ? chosen : undefined
    },
    async fields(caption, message, fields) {
      if (fields.some(({ typeName }) => SECRET.has(typeName))) await needs.demandKey()
      const answer = await needs.call('Prompt', [
        cliText(caption),
        cliText(message),
        cliList(fields.map(fieldDescription)),
      ])
      if (answer?.kind !== 'object' || answer.content?.kind !== 'dictionary') return undefined
      const values = new Map<string, PsValue>()
      for (const [key, value] of answer.content.entries)
        values.set(cliString(key) ?? '', toPsValue(value, needs.decrypt))
      return values
    },
  }
}

/** A FieldDescription as PowerShell's own server writes it; a field that is Nil would make the client's decoding fail. */
function fieldDescription({
  name,
  typeName,
}: {
  readonly name: string
  readonly typeName: string
}): CliValue {
  const type =
    typeName in ASSEMBLY_OF ? typeName : typeName.endsWith('[]') ? 'System.String[]' : 'System.String'
  return cliBag({
    name: cliText(name),
    label: cliText(''),
    parameterTypeName: cliText(type.split('.').at(-1) ?? type),
    parameterTypeFullName: cliText(type),
    parameterAssemblyFullName: cliText(ASSEMBLY_OF[type] ?? CORE),
    helpMessage: cliText(''),
    isMandatory: cliBool(true),
    metadata: cliList([]),
    modifiedByRemotingProtocol: cliBool(false),
    isFromRemoteHost: cliBool(false),
  })
}
