import type { Change } from '../../actions/ports/ledger.ts'
import type { Account } from '../../domain/account.ts'
import { differenceOf } from '../../domain/account-patch.ts'
import { parseAddress } from '../../domain/sip-uri.ts'
import type { Bound, Invocation } from '../cmdlet.ts'
import { defineCmdlet, managementError } from '../cmdlet.ts'
import { mayChange, usersNamed } from '../guard.ts'
import { aliasOf } from '../identity.ts'
import { DOMAIN_CONTROLLER, idleParameter, PASS_THRU, USER_IDENTITY } from '../shared-parameters.ts'
import { freeAddress } from '../sip-address.ts'
import { userObject } from '../user-object.ts'
import { warnUnchanged } from './set-cs-user.ts'

const FQDN = 'Microsoft.Rtc.Management.Deploy.Fqdn'

export const enableCsUser = defineCmdlet({
  name: 'Enable-CsUser',
  synopsis: {
    en: 'Enables a directory account for the service and gives it a SIP address and a home pool.',
    ja: 'ディレクトリのアカウントでサービスを有効にし、SIP アドレスとプールを割り当てます。',
  },
  roles: ['CsAdministrator', 'CsUserAdministrator'],
  supportsShouldProcess: true,
  confirmImpact: 'Low',
  parameters: {
    ...USER_IDENTITY,
    RegistrarPool: {
      type: { kind: 'string' },
      typeName: FQDN,
      help: {
        en: 'Home pool; the first pool of the configuration when left out.',
        ja: 'ホーム プール。省略すると構成の最初のプールになります。',
      },
    },
    SipAddress: {
      type: { kind: 'string' },
      help: { en: 'Address, sip:name@domain.', ja: 'アドレスです (sip:名前@ドメイン)。' },
    },
    SipAddressType: {
      type: {
        kind: 'enum',
        typeName: 'Microsoft.Rtc.Management.AD.AddressType',
        values: ['FirstLastName', 'EmailAddress', 'UserPrincipalName', 'SamAccountName'],
      },
      help: { en: 'From what the address is made.', ja: 'アドレスの作成に使う属性です。' },
    },
    SipDomain: {
      type: { kind: 'string' },
      typeName: FQDN,
      help: { en: 'Domain of an address that is made.', ja: '作成するアドレスのドメインです。' },
    },
    HostingProviderProxyFqdn: {
      ...idleParameter('HostingProviderProxyFqdn', { kind: 'string' }, FQDN),
      aliases: ['HostingProvider'],
    },
    ProxyPool: idleParameter('ProxyPool', { kind: 'string' }, FQDN),
    ...DOMAIN_CONTROLLER,
    ...PASS_THRU,
  },
  async *run(invocation, bound) {
    for (const account of usersNamed(invocation, String(bound.Identity), 'directory', 'change')) {
      if (!mayChange(invocation, account)) continue
      const enabled = enabledAccount(invocation, account, bound)
      if (enabled === undefined || !(await invocation.shouldProcess(account.displayName))) continue
      if (isSame(account, enabled)) warnUnchanged(invocation, account)
      else await commit(invocation, account, enabled)
      if (bound.PassThru === true)
        yield userObject({ facts: invocation.ports.facts, account: enabled }, 'user')
    }
  },
})

function isSame(before: Account, after: Account): boolean {
  return (
    before.sip === after.sip &&
    before.enabled === after.enabled &&
    before.registrarPool === after.registrarPool
  )
}

/** The account as it is to be; undefined after the error was written. */
function enabledAccount(invocation: Invocation, account: Account, bound: Bound): Account | undefined {
  const pool = poolOf(invocation, account, bound)
  if (pool === undefined) return undefined
  const wanted = wantedAddress(invocation, account, bound)
  const sip = freeAddress(invocation, account, parseAddress(wanted), wanted)
  if (sip === undefined) return undefined
  if (account.sip !== undefined && account.sip !== sip) {
    invocation.error(
      managementError(
        `"${account.displayName}" is already enabled with the address "${account.sip}". Use Set-CsUser -SipAddress to change it.`,
        'AlreadyEnabled',
        'InvalidOperation',
        account.upn,
      ),
    )
    return undefined
  }
  return { ...account, sip, enabled: true, registrarPool: pool, changed: invocation.ports.clock.now() }
}

function poolOf(invocation: Invocation, account: Account, bound: Bound): string | undefined {
  const pools = invocation.ports.facts.sites().flatMap((site) => site.pools)
  if (typeof bound.RegistrarPool !== 'string') return account.registrarPool ?? pools[0] ?? ''
  const wanted = bound.RegistrarPool.toLowerCase()
  const found = pools.find((pool) => pool.toLowerCase() === wanted)
  if (found === undefined) {
    invocation.error(
      managementError(
        `Cannot find the registrar pool "${bound.RegistrarPool}". The pools of the configuration are: ${pools.join(', ')}.`,
        'RegistrarPool',
        'InvalidData',
        bound.RegistrarPool,
      ),
    )
  }
  return found
}

/** What was given, what the account has, or what `-SipAddressType` makes of it; the user principal name otherwise. */
function wantedAddress(invocation: Invocation, account: Account, bound: Bound): string {
  if (typeof bound.SipAddress === 'string') return bound.SipAddress
  const type = bound.SipAddressType as { readonly name?: string } | undefined
  if (type === undefined && account.sip !== undefined) return account.sip
  const domains = invocation.ports.facts.domains()
  const domain = typeof bound.SipDomain === 'string' ? bound.SipDomain : domains[0]
  const { firstName, lastName, mail } = account.directory
  switch (type?.name) {
    case 'FirstLastName': {
      const names = firstName && lastName ? [firstName, lastName] : account.displayName.split(/\s+/)
      return `sip:${names.join('.')}@${domain}`
    }
    case 'EmailAddress':
      return mail === undefined ? '' : `sip:${mail}`
    case 'SamAccountName':
      return `sip:${aliasOf(account)}@${domain}`
    default: {
      const own = account.upn.slice(account.upn.lastIndexOf('@') + 1).toLowerCase()
      const ours = domains.some((one) => one.toLowerCase() === own)
      return ours ? `sip:${account.upn}` : `sip:${aliasOf(account)}@${domain}`
    }
  }
}

async function commit(invocation: Invocation, before: Account, after: Account): Promise<void> {
  const changes: Change[] = [{ kind: 'patchAccount', id: after.id, patch: differenceOf(before, after) }]
  // HA1 holds the address; one that was made for another address is void (SECURITY 32).
  if (before.sip !== after.sip && after.sip !== `sip:${after.upn.toLowerCase()}`)
    changes.push({ kind: 'putSecrets', id: after.id, secrets: { ha1: null } })
  await invocation.change(changes, {
    target: after.upn,
    before: { SipAddress: before.sip ?? null, Enabled: before.enabled ?? null },
    after: { SipAddress: after.sip ?? null, Enabled: true, RegistrarPool: after.registrarPool ?? null },
  })
}
