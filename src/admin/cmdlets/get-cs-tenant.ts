import type { PsValue } from '../../base/ps-value.ts'
import { psObject } from '../../base/ps-value.ts'
import type { Bound, Invocation } from '../cmdlet.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { parseFilter } from '../filter.ts'
import { notFound } from '../guard.ts'
import { ALL_READERS, DOMAIN_CONTROLLER } from '../shared-parameters.ts'

const TYPE = 'Microsoft.Rtc.Management.ADConnect.Schema.TenantObject'

export const getCsTenant = defineCmdlet({
  name: 'Get-CsTenant',
  synopsis: {
    en: 'Shows the organisation: names, identifier, domains.',
    ja: '組織の名前、識別子、ドメインを表示します。',
  },
  roles: ALL_READERS,
  outputTypes: [TYPE],
  parameters: {
    Identity: {
      type: { kind: 'string' },
      typeName: 'Microsoft.Rtc.Management.AD.OUIdParameter',
      position: 0,
      help: { en: 'Identifier or name of the organisation.', ja: '組織の識別子または名前です。' },
    },
    Filter: {
      type: { kind: 'string' },
      help: { en: 'Only where this is true.', ja: '条件に合う場合だけ返します。' },
    },
    ...DOMAIN_CONTROLLER,
    ResultSize: {
      type: { kind: 'unlimited' },
      help: { en: 'How many at most.', ja: '返す最大数です。' },
    },
  },
  async *run(invocation, bound) {
    if (bound.ResultSize === 0) return
    const tenant = tenantProperties(invocation)
    if (!isMeant(invocation, bound, tenant)) return
    yield psObject(TYPE, tenant, String(tenant.get('Identity')))
  },
})

function tenantProperties(invocation: Invocation): ReadonlyMap<string, PsValue> {
  const { facts } = invocation.ports
  const id = facts.tenantId()
  const domains = facts.domains()
  const name = domains[0] ?? ''
  const components = name.split('.').map((label) => `DC=${label}`)
  const dn = [`OU=${id}`, 'OU=Tenants', ...components].join(',')
  let created = Number.POSITIVE_INFINITY
  let changed = 0
  for (const account of facts.accounts()) {
    created = Math.min(created, account.created)
    changed = Math.max(changed, account.changed)
  }
  const date = (ms: number): PsValue => (Number.isFinite(ms) && ms > 0 ? { kind: 'date', ms } : null)
  return new Map<string, PsValue>([
    ['Identity', dn],
    ['Name', name],
    ['DisplayName', name],
    ['TenantId', { kind: 'guid', text: id }],
    ['ObjectId', { kind: 'guid', text: id }],
    ['DistinguishedName', dn],
    ['Domains', domains],
    ['SipDomain', domains],
    ['VerifiedDomains', domains],
    ['CountryAbbreviation', null],
    ['PreferredLanguage', null],
    ['ServiceInfo', []],
    ['WhenCreated', date(created)],
    ['WhenChanged', date(changed)],
  ])
}

function isMeant(invocation: Invocation, bound: Bound, tenant: ReadonlyMap<string, PsValue>): boolean {
  const { Identity, Filter } = bound
  if (typeof Identity === 'string') {
    const names = [tenant.get('Identity'), tenant.get('Name'), invocation.ports.facts.tenantId()]
    if (!names.some((name) => String(name).toLowerCase() === Identity.toLowerCase())) {
      invocation.error(notFound(Identity))
      return false
    }
  }
  if (typeof Filter !== 'string') return true
  const parsed = parseFilter(Filter, [...tenant.keys()])
  if (parsed.ok) return parsed.value((name) => tenant.get(name))
  invocation.error(managementError(parsed.error, 'InvalidFilter', 'InvalidArgument'))
  return false
}
