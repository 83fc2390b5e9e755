import { resource } from '../../codec/ucwa/hal.ts'
import { type Account, isInService } from '../../domain/account.ts'
import { folded } from '../../domain/fold.ts'
import { type Call, ok, type Reply } from './call.ts'
import { count, readInput, text } from './input.ts'
import { contactResource, presenceParts, userOf } from './people.ts'

const DEFAULT_LIMIT = 10
const MAX_WORDS = 8

/**
 * People by name, reading, address, SIP address, department or telephone number (ucwa.md 6.6): every word must be found somewhere. Nothing
 * found is an answer without `_embedded`, which the helper library tests for. [ours] `expand=presence` shows who of them is there.
 */
export function search({ house, app, request }: Call): Reply {
  const input = readInput(request, {
    query: text(256).optional(),
    mail: text(256).optional(),
    limit: count(1, 100).optional(),
    expand: text(32).optional(),
  })
  if (!input.ok) return input.error
  const limit = input.value.limit ?? DEFAULT_LIMIT
  const words = folded(input.value.query ?? input.value.mail ?? '')
    .replace(/^sip:/, '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MAX_WORDS)
  const found: { account: Account; rank: number }[] = []
  if (words.length > 0) {
    for (const account of house.ports.facts.accounts()) {
      if (!isInService(account)) continue
      const rank = rankOf(account, words, input.value.mail !== undefined)
      if (rank !== undefined) found.push({ account, rank })
    }
  }
  found.sort((a, b) => a.rank - b.rank || compareNames(a.account, b.account))
  const withPresence = input.value.expand?.toLowerCase() === 'presence'
  const contacts = found
    .slice(0, limit)
    .map(({ account }) =>
      contactResource(app, account, withPresence ? presenceParts(house, app, account) : {}),
    )
  return ok(
    resource(
      'search',
      app.links.search,
      { moreResultsAvailable: found.length > limit },
      {},
      { contact: contacts.length > 0 ? contacts : undefined },
    ),
  )
}

/** @returns 0 where a name begins with what was typed, 1 where something does, 2 where it is inside; undefined: no hit */
function rankOf(account: Account, words: readonly string[], mailOnly: boolean): number | undefined {
  const fields = fieldsOf(account)
  let rank = 0
  for (const word of words) {
    const digits = word.replace(/[^\d+]/g, '')
    let hit = NOWHERE
    for (const address of fields.addresses) hit = Math.min(hit, place(address, word, 1))
    if (!mailOnly) {
      for (const name of fields.names) hit = Math.min(hit, place(name, word, 0))
      hit = Math.min(hit, place(fields.team, word, 1))
      if (digits.length > 2)
        for (const number of fields.numbers) hit = Math.min(hit, place(number, digits, 1))
    }
    if (hit === NOWHERE) return undefined
    rank = Math.max(rank, hit)
  }
  return rank
}

interface Fields {
  readonly names: readonly string[]
  readonly addresses: readonly string[]
  /** The people picker of our client promises departments too (ux.md 1.2). */
  readonly team: string
  readonly numbers: readonly string[]
}

/** Folding costs more than looking: it is done once for each account, which is replaced when it changes. */
const FOLDED = new WeakMap<Account, Fields>()

function fieldsOf(account: Account): Fields {
  const known = FOLDED.get(account)
  if (known) return known
  const { directory } = account
  const present = (texts: readonly (string | undefined)[]) => texts.filter((text) => text !== undefined)
  const fields = {
    names: present([account.displayName, directory.phonetic]).map(folded),
    addresses: present([userOf(account), account.upn, directory.mail]).map(folded),
    team: folded(directory.department ?? ''),
    numbers: present([directory.phone, directory.mobilePhone]).map((number) => number.replace(/[^\d+]/g, '')),
  }
  FOLDED.set(account, fields)
  return fields
}

const NOWHERE = 9

function place(field: string, word: string, start: 0 | 1): number {
  const at = field.indexOf(word)
  if (at < 0) return NOWHERE
  return at === 0 || /\s/.test(field[at - 1] ?? '') ? start : 2
}

function compareNames(a: Account, b: Account): number {
  return a.displayName < b.displayName ? -1 : a.displayName > b.displayName ? 1 : 0
}
