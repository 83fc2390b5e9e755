import type { Facts } from '../actions/ports/facts.ts'
import type { Change } from '../actions/ports/ledger.ts'
import { type Account, type AccountId, DEFAULT_SETTINGS, type PersonalSettings } from '../domain/account.ts'
import { patchedAccount } from '../domain/account-patch.ts'
import { editList } from '../domain/list-edit.ts'
import type { PolicyInstance } from '../domain/policy.ts'

/** A change that says all of its object. */
export type WholeChange = Exclude<Change, { kind: 'patchAccount' | 'patchPolicy' | 'patchSettings' }>

type Noted = Account | PolicyInstance | PersonalSettings | null

/**
 * What is on its way to the disk: patches are laid over it, so that of two changes that are made at once the later one keeps the earlier.
 * The facts follow only when the disk has a change.
 */
export class Newest {
  readonly #facts: Pick<Facts, 'account' | 'policy' | 'settings'>
  /** By object, newest state; null: being removed. */
  readonly #coming = new Map<string, Noted>()

  constructor(facts: Pick<Facts, 'account' | 'policy' | 'settings'>) {
    this.#facts = facts
  }

  /** Makes patches whole, and takes note of everything. A patch of an account that is gone is nothing. */
  take(changes: readonly Change[]): readonly WholeChange[] {
    return changes.flatMap((change) => {
      const whole = this.#whole(change)
      const noted = whole && notedOf(whole)
      if (noted) this.#coming.set(noted.key, noted.value)
      return whole ?? []
    })
  }

  /** They are facts now, or were not taken; what came after them stays. */
  arrived(changes: readonly WholeChange[]): void {
    for (const change of changes) {
      const noted = notedOf(change)
      if (noted && this.#coming.get(noted.key) === noted.value) this.#coming.delete(noted.key)
    }
  }

  #whole(change: Change): WholeChange | undefined {
    switch (change.kind) {
      case 'patchAccount': {
        const account = this.#newest(accountKey(change.id), this.#facts.account(change.id))
        if (account === undefined) return undefined
        return { kind: 'putAccount', account: patchedAccount(account, change.patch) }
      }
      case 'patchPolicy': {
        const { noun, identity } = change.policy
        const newest = this.#newest(policyKey(change.policy), this.#facts.policy(noun, identity))
        const values = { ...newest?.values, ...change.policy.values }
        for (const [name, edits] of Object.entries(change.lists ?? {}))
          values[name] = editList(newest?.values[name] ?? null, edits) as PolicyInstance['values'][string]
        return { kind: 'putPolicy', policy: { noun, identity, values } }
      }
      case 'patchSettings': {
        const { id } = change
        const newest = this.#newest(settingsKey(id), this.#facts.settings(id))
        return { kind: 'putSettings', id, settings: { ...DEFAULT_SETTINGS, ...newest, ...change.settings } }
      }
      default:
        return change
    }
  }

  /** @param fact what the disk has */
  #newest<T extends Noted>(key: string, fact: T | undefined): T | undefined {
    const coming = this.#coming.get(key) as T | null | undefined
    return coming === undefined ? fact : (coming ?? undefined)
  }
}

function notedOf(change: WholeChange): { readonly key: string; readonly value: Noted } | undefined {
  switch (change.kind) {
    case 'putAccount':
      return { key: accountKey(change.account.id), value: change.account }
    case 'removeAccount':
      return { key: accountKey(change.id), value: null }
    case 'putPolicy':
      return { key: policyKey(change.policy), value: change.policy }
    case 'removePolicy':
      return { key: policyKey(change), value: null }
    case 'putSettings':
      return { key: settingsKey(change.id), value: change.settings }
    default:
      return undefined
  }
}

function accountKey(id: AccountId): string {
  return `account ${id}`
}

function settingsKey(id: AccountId): string {
  return `settings ${id}`
}

function policyKey({ noun, identity }: { readonly noun: string; readonly identity: string }): string {
  return `policy ${noun} ${identity.toLowerCase()}`
}
