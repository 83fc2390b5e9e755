import type { Host } from '../../../admin/cmdlet.ts'
import type { PsErrorRecord } from '../../../base/ps-value.ts'
import {
  type CliValue,
  cliBag,
  cliInt,
  cliItems,
  cliNumber,
  cliProperty,
  cliString,
} from '../../../codec/psrp/clixml.ts'
import { errorRecord, HOST_METHOD } from '../../../codec/psrp/records.ts'

/** What a server asks of our screen. @returns the answer to send; undefined for methods without one */
export async function answerHostCall(call: CliValue, host: Host): Promise<CliValue | undefined> {
  const method = methodOf(call)
  const parameters = cliItems(cliProperty(call, 'mp')) ?? []
  if (method === HOST_METHOD.WriteLine2 || method === HOST_METHOD.WriteErrorLine) {
    const text = cliString(parameters[0]) ?? ''
    const whatIf = text.startsWith('What if: ')
    await host.write(
      whatIf
        ? { stream: 'whatIf', text }
        : { stream: 'host', text, kind: method === HOST_METHOD.WriteErrorLine ? 'error' : 'line' },
    )
    return undefined
  }
  // Warnings and their like come as records too; once is enough.
  if (method !== HOST_METHOD.PromptForChoice) return method === HOST_METHOD.Prompt ? cannot(call) : undefined
  const [caption, message, choices, preset] = parameters
  const list = (cliItems(choices) ?? []).map((choice) => ({
    label: cliString(cliProperty(choice, 'label')) ?? '',
    help: cliString(cliProperty(choice, 'helpMessage')) ?? '',
  }))
  const chosen = await host.ask?.choice(
    cliString(caption) ?? '',
    cliString(message) ?? '',
    list,
    cliNumber(preset) ?? 0,
  )
  return chosen === undefined
    ? cannot(call)
    : cliBag({ ci: idOf(call), mi: cliProperty(call, 'mi'), mr: cliInt(chosen) })
}

function methodOf(call: CliValue): number | undefined {
  const method = cliProperty(call, 'mi')
  if (method?.kind === 'object' && method.content?.kind === 'plain' && method.content.value.kind === 'number')
    return method.content.value.value
  return cliNumber(method)
}

function idOf(call: CliValue): CliValue | undefined {
  return cliProperty(call, 'ci')
}

/** Nobody sits here: the server makes PromptNotPossible of it (INTERFACES 3). */
function cannot(call: CliValue): CliValue {
  const record: PsErrorRecord = {
    message: 'Nobody can be asked here.',
    category: 'NotImplemented',
    fullyQualifiedErrorId: 'PromptNotPossible',
    exception: 'System.Management.Automation.Host.HostException',
    target: null,
    activity: '',
  }
  return cliBag({ ci: idOf(call), mi: cliProperty(call, 'mi'), me: errorRecord(record) })
}
