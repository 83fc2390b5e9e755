import type { Secrets } from '../actions/ports/ledger.ts'
import { assertNever } from '../base/never.ts'
import { accountWrite } from './accounts.ts'
import { TENANT } from './facts.ts'
import type { WholeChange } from './newest.ts'
import type { SecretBox } from './secrets.ts'
import type { PlainWrite } from './writes.ts'

/** What one change of configuration writes. `now` orders contacts by when they were added. */
export function writesOf(change: WholeChange, box: SecretBox, now: number): readonly PlainWrite[] {
  switch (change.kind) {
    case 'putAccount':
      return [
        accountWrite(change.account),
        // Numbers of accounts are never used again, also not after a removal (R48).
        { kind: 'counter', name: 'account', value: change.account.id },
      ]
    case 'removeAccount':
      return [{ kind: 'removeAccount', id: change.id }]
    case 'putSecrets':
      return secretWrites(change.id, change.secrets, box)
    case 'endSessions':
      return [{ kind: 'removeTokens', account: change.id }]
    case 'putSipSignIn':
      return sipSignInWrites(change.id, change.allowed)
    case 'putPolicy': {
      const { noun, identity, values } = change.policy
      return [
        { kind: 'policy', noun, name: identity.toLowerCase(), identity, settings: JSON.stringify(values) },
      ]
    }
    case 'removePolicy':
      return [{ kind: 'removePolicy', noun: change.noun, name: change.identity.toLowerCase() }]
    case 'grant':
      return [grantWrite(change.noun, change.id, change.policy)]
    case 'grantTenant':
      return [grantWrite(change.noun, TENANT, change.policy)]
    case 'addRole':
      return [{ kind: 'addRole', role: change.role, account: change.id }]
    case 'removeRole':
      return [{ kind: 'removeRole', role: change.role, account: change.id }]
    case 'putSettings':
      return [{ kind: 'setting', account: change.id, data: JSON.stringify(change.settings) }]
    case 'putPresence': {
      const { choice, note, location, frozen } = change
      return [
        { kind: 'presence', account: change.id, data: JSON.stringify({ choice, note, location, frozen }) },
      ]
    }
    case 'putAccessLevel':
      return [{ kind: 'accessLevel', owner: change.owner, other: change.other, level: change.level }]
    case 'putGroup':
      return [
        { kind: 'group', owner: change.owner, id: change.id, name: change.name },
        { kind: 'counter', name: 'group', value: change.id },
      ]
    case 'removeGroup':
      return [{ kind: 'removeGroup', owner: change.owner, id: change.id }]
    case 'addContact':
      return [
        { kind: 'contact', owner: change.owner, contact: change.contact, group: change.group, added: now },
      ]
    case 'removeContact':
      return [
        {
          kind: 'removeContact',
          owner: change.owner,
          contact: change.contact,
          group: change.group ?? null,
        },
      ]
    case 'putServerValue':
      return [{ kind: 'server', name: change.name, value: change.value }]
    default:
      return assertNever(change)
  }
}

function grantWrite(noun: string, account: number, policy: string | null): PlainWrite {
  return policy === null ? { kind: 'removeGrant', noun, account } : { kind: 'grant', noun, account, policy }
}

function secretWrites(account: number, secrets: Secrets, box: SecretBox): PlainWrite[] {
  const { passwordHash, ntHash, ha1 } = secrets
  const writes: PlainWrite[] = []
  if (passwordHash !== undefined) writes.push({ kind: 'passwordHash', account, hash: passwordHash })
  if (ntHash !== undefined) {
    writes.push({ kind: 'ntHash', account, hash: ntHash === null ? null : box.seal(account, 'nt', ntHash) })
  }
  if (ha1 !== undefined) {
    writes.push({
      kind: 'ha1',
      account,
      hash: ha1 === null ? null : box.seal(account, 'ha1', JSON.stringify(ha1)),
    })
  }
  return writes
}

/** Turning SIP sign-in off deletes the password-equivalents at once (SECURITY 32). */
function sipSignInWrites(account: number, allowed: boolean): PlainWrite[] {
  const writes: PlainWrite[] = [{ kind: 'sipSignIn', account, allowed: Number(allowed) }]
  if (allowed) return writes
  return [...writes, { kind: 'ntHash', account, hash: null }, { kind: 'ha1', account, hash: null }]
}
