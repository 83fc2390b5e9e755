import { userInfo } from 'node:os'
import type { Caller, Host, StreamRecord } from '../admin/cmdlet.ts'
import { type Engine, runPipeline } from '../admin/invoke.ts'
import type { PsValue } from '../base/ps-value.ts'

/** Who the command line acts as: the local administrator (DECISIONS 27). */
function localCaller(): Caller {
  return { account: undefined, name: `console:${systemUser()}`, from: 'local', door: 'console', local: true }
}

function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}

/**
 * Runs one cmdlet of the table for the program itself, with its audit record like everybody else's (DECISIONS 5).
 * @throws Error with the first error record's message.
 */
export async function runCmdlet(
  engine: Engine,
  name: string,
  parameters: Readonly<Record<string, PsValue>>,
): Promise<readonly PsValue[]> {
  const errors: string[] = []
  const host: Host = {
    language: 'en',
    width: 120,
    write: (record: StreamRecord) => void (record.stream === 'error' && errors.push(record.record.message)),
  }
  const call = { name, arguments: Object.entries(parameters).map(([key, value]) => ({ name: key, value })) }
  const objects: PsValue[] = []
  for await (const object of runPipeline(engine, [call], undefined, host, localCaller())) objects.push(object)
  if (errors[0] !== undefined) throw new Error(`${name}: ${errors[0]}`)
  return objects
}
