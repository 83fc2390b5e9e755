import type { Ports } from '../actions/ports/ports.ts'
import { peekServerValues } from '../store/peek.ts'
import { type Loaded, originOf } from './config.ts'
import type { Configuration } from './schema.ts'
import { wrongUse } from './words/say.ts'

/**
 * The settings with the domains that hold for this data folder: where neither flag nor file names any, those of the last
 * start; and the first one is what it was at the first start, because it is the Digest realm (DECISIONS 26).
 * @throws UsageError for another first domain.
 */
export function settingsFor(data: string, loaded: Loaded): Configuration {
  const { settings } = loaded
  const known = peekServerValues(data)
  const last = JSON.parse(known.get('domains') ?? '[]') as string[]
  const domain = originOf(loaded, 'domain') === 'default' && last.length > 0 ? last : settings.domain
  const realm = known.get('realm')
  if (realm !== undefined && realm !== domain[0]) {
    throw wrongUse('firstDomain', { realm, domain: domain[0] ?? '' })
  }
  return { ...settings, domain }
}

/** Keeps them for the next start and for the command line. */
export async function rememberDomains(
  { ledger }: Pick<Ports, 'ledger'>,
  settings: Configuration,
): Promise<void> {
  const [realm = ''] = settings.domain
  const domains = JSON.stringify(settings.domain)
  if (ledger.serverValue('realm') === realm && ledger.serverValue('domains') === domains) return
  await ledger.commit(
    [
      { kind: 'putServerValue', name: 'realm', value: realm },
      { kind: 'putServerValue', name: 'domains', value: domains },
    ],
    [],
  )
}
