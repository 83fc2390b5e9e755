import { resource } from '../../codec/ucwa/hal.ts'
import { type Account, isInService } from '../../domain/account.ts'
import { type Call, ok, type Reply } from './call.ts'
import { count, readInput, text } from './input.ts'
import { contactResource, userOf } from './people.ts'

const DEFAULT_LIMIT = 10

/**
 * People by name, reading, address, SIP address, department or telephone number (ucwa.md 6.6): every word must be found somewhere. Nothing
 * found is an answer without `_embedded`, which the helper library tests for.
 */
export function search({ house, app, request }: Call): Reply {
  const input = readInput(request, {
    query: text(256).optional(),
    mail: text(256).optional(),
    limit: count(1, 100).optional(),
  })
  if (!input.ok) return input.error
  const limit = input.value.limit ?? DEFAULT_LIMIT
  const words = folded(input.value.query ?? input.value.mail ?? '')
    .replace(/^sip:/, '')
    .split(/\s+/)
    .filter((word) => word !== '')
  const found: { account: Account; rank: number }[] = []
  if (words.length > 0) {
    for (const account of house.ports.facts.accounts()) {
      if (!isInService(account)) continue
      const rank = rankOf(account, words, input.value.mail !== undefined)
      if (rank !== undefined) found.push({ account, rank })
    }
  }
  found.sort((a, b) => a.rank - b.rank || compareNames(a.account, b.account))
  const contacts = found.slice(0, limit).map(({ account }) => contactResource(app, account))
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
  const { directory } = account
  const address = [userOf(account), account.upn.toLowerCase(), folded(directory.mail ?? '')]
  const names = mailOnly ? [] : [account.displayName, directory.phonetic ?? ''].map(folded)
  // The people picker of our client promises departments too (ux.md 1.2).
  const teams = mailOnly ? [] : [folded(directory.department ?? '')]
  const numbers = mailOnly ? [] : [directory.phone ?? '', directory.mobilePhone ?? '']
  let rank = 0
  for (const word of words) {
    const digits = word.replace(/[^\d+]/g, '')
    const hit = Math.min(
      ...names.map((name) => place(name, word, 0)),
      ...address.map((one) => place(one, word, 1)),
      ...teams.map((team) => place(team, word, 1)),
      ...numbers.map((number) => (digits.length > 2 ? place(number.replace(/[^\d+]/g, ''), digits, 1) : 9)),
    )
    if (hit === 9) return undefined
    rank = Math.max(rank, hit)
  }
  return rank
}

function place(field: string, word: string, start: 0 | 1): number {
  const at = field.indexOf(word)
  if (at < 0) return 9
  return at === 0 || /\s/.test(field[at - 1] ?? '') ? start : 2
}

/** Width, case and kana folded, so that ﾊﾅｺ and はなこ find the same people. */
function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
    .trim()
}

function compareNames(a: Account, b: Account): number {
  return a.displayName < b.displayName ? -1 : a.displayName > b.displayName ? 1 : 0
}
