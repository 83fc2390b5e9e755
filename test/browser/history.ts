import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { run } from '../kill/server.ts'
import { Stage } from './browser.ts'
import { type Letter, putLetters } from './letters.ts'

const DOMAIN = 'nightpost.localhost'
const CONFIGURATION = join(import.meta.dirname, '..', '..', 'bench', 'server.toml')

/** The demo with messages of the past in it. */
export async function openWithLetters(
  letters: (sip: (name: string) => string) => readonly Letter[],
  readBy: readonly string[] = [],
  guests = 0,
): Promise<Stage> {
  const stage = await Stage.open(['--demo', '--config', CONFIGURATION])
  const sip = (name: string): string =>
    name.startsWith('guest') ? `sip:${name}@${DOMAIN}` : stage.person(name).sip
  await stage.stopServer()
  if (guests > 0) await addGuests(stage.data, guests)
  await putLetters(stage.data, DOMAIN, letters(sip), readBy.map(sip))
  await stage.startServer()
  return stage
}

/** `guest0` and so on, called `Guest 0` …: they write, and never sign in. */
async function addGuests(data: string, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => `guest${n}@${DOMAIN},Guest ${n}`)
  const file = join(data, 'guests.csv')
  writeFileSync(file, ['UserPrincipalName,DisplayName', ...rows, ''].join('\n'))
  await run(['account', 'import', file, '--enable', '--data', data])
}

/** Opens a conversation by its address. */
export async function openTalk(stage: Stage, page: Page, name: string): Promise<void> {
  await page.evaluate(`location.hash = '#/with/${stage.person(name).user}'`)
  await page.locator('.msg').first().waitFor()
}

/** Numbers of the messages that are on the page, in order (`talk` of letters.ts). */
export function numbers(page: Page): Promise<readonly number[]> {
  return page.evaluate(
    `[...document.querySelectorAll('.log .msg .text')].map((t) => Number(/^#(\\d+) /.exec(t.textContent)?.[1]))`,
  )
}

/** The first message in view, and how far below the upper edge it stands. */
export function reading(page: Page): Promise<{ readonly text: string; readonly top: number }> {
  return page.evaluate(`(() => {
    const log = document.querySelector('[role=log]')
    if (!log) return { text: '', top: 0 }
    const edge = log.getBoundingClientRect().top
    const message = [...log.querySelectorAll('.msg')].find((m) => m.getBoundingClientRect().bottom > edge + 1)
    return { text: message?.querySelector('.text').textContent ?? '', top: (message?.getBoundingClientRect().top ?? 0) - edge }
  })()`)
}

/** How far below the upper edge of the log the message with that text stands; NaN where it is not on the page. */
export function placeOf(page: Page, text: string): Promise<number> {
  return page.evaluate(`(() => {
    const log = document.querySelector('[role=log]')
    const message = [...(log?.querySelectorAll('.msg') ?? [])].find((m) => m.querySelector('.text').textContent === ${JSON.stringify(text)})
    return message ? message.getBoundingClientRect().top - log.getBoundingClientRect().top : NaN
  })()`)
}

/** What a walk through a conversation saw. */
export interface Walked {
  readonly first: number
  readonly last: number
  /** Neighbours on the page that are none in the conversation. */
  readonly gaps: readonly (readonly [number, number])[]
  readonly seen: number
  /** Most elements and most messages that the log had at a time. */
  readonly mostElements: number
  readonly mostMessages: number
  /** Messages that moved by themselves, by how many px. */
  readonly jumps: readonly string[]
  /** Days that are missing or doubled before a message. */
  readonly days: readonly string[]
}

/** Scrolls by a view and a half at a time until the end of the conversation in that direction; every frame is looked at. */
export function walkThrough(page: Page, direction: 'up' | 'down'): Promise<Walked> {
  return page.evaluate(`(async () => {
    const step = ${direction === 'up' ? -1 : 1}
    const log = document.querySelector('[role=log]')
    const frame = () => new Promise((done) => requestAnimationFrame(() => done()))
    const seen = new Set(), gaps = [], jumps = [], days = []
    let mostElements = 0, mostMessages = 0, first = Infinity, last = 0, still = 0
    const top = (m) => m.getBoundingClientRect().top - log.getBoundingClientRect().top
    const inView = () => [...log.querySelectorAll('.msg')].find((m) => top(m) > 0)
    const look = () => {
      mostElements = Math.max(mostElements, log.querySelectorAll('*').length)
      let before, day, headed = false
      for (const row of log.querySelectorAll('ol > li')) {
        if (row.matches('.day:not(.new)')) { if (headed) days.push('two heads'); headed = true; continue }
        if (!row.matches('.msg')) continue
        const n = Number(/^#(\\d+) /.exec(row.querySelector('.text').textContent)?.[1])
        const today = new Date(row.querySelector(':scope > time').dateTime).toDateString()
        if (before !== undefined && n !== before + 1) gaps.push([before, n])
        if (day !== undefined && (day !== today) !== headed) days.push('#' + n)
        before = n; day = today; headed = false
        seen.add(n); first = Math.min(first, n); last = Math.max(last, n)
      }
      mostMessages = Math.max(mostMessages, log.querySelectorAll('.msg').length)
    }
    for (let n = 0; n < 40_000 && still < 120; n++) {
      const was = log.scrollTop
      log.scrollTop += step * log.clientHeight * 1.5
      still = log.scrollTop === was ? still + 1 : 0
      const message = inView()
      const place = message && top(message)
      await frame(); await frame()
      if (message?.isConnected && Math.abs(top(message) - place) > 2)
        jumps.push(message.querySelector('.text').textContent.slice(0, 8) + ' ' + Math.round(top(message) - place))
      look()
    }
    return { first, last, gaps, seen: seen.size, mostElements, mostMessages, jumps: jumps.slice(0, 20), days: days.slice(0, 20) }
  })()`)
}

/** Elements of the whole page. */
export function elements(page: Page): Promise<number> {
  return page.evaluate(`document.querySelectorAll('*').length`)
}
