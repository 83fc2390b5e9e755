import { X509Certificate } from 'node:crypto'
import type { AuditEntry } from '../actions/ports/ledger.ts'
import type { Ports } from '../actions/ports/ports.ts'
import { requestFields } from '../ops/correlation.ts'
import type { SecurityEvent, SecurityLog } from '../ops/security-log.ts'
import type { TlsMaterial } from './certificate.ts'
import type { Configuration } from './schema.ts'

// What SECURITY 58 asks for and no door knows of: it is read from audit records, from the bus and from what the last start left.

type EventName = SecurityEvent['event']

/** Cmdlets whose every change is an event; an entry of a list that lives in one policy is a change of that policy. */
const BY_NAME: readonly (readonly [name: RegExp, event: EventName])[] = [
  [/^(?:Add|Remove)-NpAdminRoleMember$/, 'roleChanged'],
  [/^(?:Set|New|Remove|Grant)-Cs\w+(?:Policy|Configuration|PolicyRule)$/, 'policyChanged'],
  [/^Unlock-NpAccount$/, 'unlocked'],
  [/^Set-NpAccountPassword$/, 'passwordChanged'],
]

/** Writes the events that an audit record stands for: changes of roles, policies, locks, passwords, SIP sign-in, and what was refused of them. */
export function tellAudit(securityLog: Pick<SecurityLog, 'write'>): (entry: AuditEntry) => void {
  return (entry) => {
    const { cmdlet, targetObject, result, who, from, door } = entry
    for (const event of eventsOf(entry)) {
      securityLog.write({
        event,
        cmdlet,
        object: targetObject,
        result: result.split(':')[0],
        name: who,
        address: from,
        door,
      })
    }
  }
}

function eventsOf({ cmdlet, targetObject, result, after }: AuditEntry): readonly EventName[] {
  // The record of the whole invocation has no object; it counts where nothing was allowed to change.
  if (targetObject === null && /^(?:Success|Stopped)/.test(result)) return []
  const named = BY_NAME.filter(([name]) => name.test(cmdlet)).map(([, event]) => event)
  const switched = after !== null && 'SipSignIn' in after && /^Set-NpAccount$/.test(cmdlet)
  return switched ? [...named, 'sipSignIn'] : named
}

/** An administrator ended somebody's tokens: new password, disabled, removed (SECURITY 38). What people do themselves their door writes. */
export function tellRevocations(
  { bus, facts }: Pick<Ports, 'bus' | 'facts'>,
  securityLog: Pick<SecurityLog, 'write'>,
): void {
  bus.subscribe((what) => {
    if (what.topic !== 'revoked') return
    const name = facts.account(what.account)?.upn ?? `account ${what.account}`
    const { who } = requestFields()
    if (who === name) return
    securityLog.write({ event: 'tokensRevoked', name, reason: 'administrator', by: who ?? 'console' })
  })
}

/** What is another one than at the last start: the certificate, and the switch of SIP sign-in for everybody. */
export async function tellChangesSinceLastStart(
  { ledger }: Pick<Ports, 'ledger'>,
  { tls, settings }: { readonly tls: TlsMaterial; readonly settings: Configuration },
  securityLog: Pick<SecurityLog, 'write'>,
): Promise<void> {
  const fingerprint = new X509Certificate(tls.certificate).fingerprint256
  const allowed = String(settings.accounts.sipSignIn)
  const before = {
    certificate: ledger.serverValue('certificate'),
    sipSignIn: ledger.serverValue('sipSignIn') ?? 'true',
  }
  if (before.certificate !== fingerprint)
    securityLog.write({
      event: 'certificateChanged',
      certificate: tls.path,
      fingerprint,
      until: tls.validUntil,
      selfSigned: tls.selfSigned,
    })
  if (before.sipSignIn !== allowed)
    securityLog.write({ event: 'sipSignIn', object: 'server', allowed: settings.accounts.sipSignIn })
  if (before.certificate === fingerprint && before.sipSignIn === allowed) return
  await ledger.commit(
    [
      { kind: 'putServerValue', name: 'certificate', value: fingerprint },
      { kind: 'putServerValue', name: 'sipSignIn', value: allowed },
    ],
    [],
  )
}
