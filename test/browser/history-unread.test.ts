import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { message, missing, until } from './browser.ts'
import { openTalk, openWithLetters } from './history.ts'
import type { Letter } from './letters.ts'

const MINUTE = 60_000
const log = (page: Page) => page.getByRole('log', { name: 'Messages' })

/** What the list says of each conversation, and the total in title and icon. */
async function unread(
  page: Page,
): Promise<{ readonly rows: readonly string[]; readonly total: number; readonly lit: boolean }> {
  const rows = await page
    // In one column the list is out of sight while a conversation is open.
    .locator('.talks .end .off')
    .filter({ hasText: 'unread' })
    .allTextContents()
  const icon = (await page.locator('link[rel="icon"]').getAttribute('href')) ?? ''
  return {
    rows: rows.toSorted(),
    total: Number(/^\((\d+)\)/.exec(await page.title())?.[1] ?? 0),
    lit: icon.endsWith('/logo-unread.svg'),
  }
}

const waits = (from: string, to: string, count: number, minutesAgo: number): readonly Letter[] =>
  Array.from({ length: count }, (_, n) => ({
    from,
    to,
    text: `#${n + 1} waits from ${from.slice(4, 8)}`,
    at: Date.now() - minutesAgo * MINUTE + n * 1000,
    waits: true,
  }))

test('unread is one number for each conversation and one in all, the same on every device and after a reload', {
  skip: missing,
}, async () => {
  await using stage = await openWithLetters((sip) => [
    ...waits(sip('tony'), sip('ken'), 3, 300),
    ...waits(sip('pilar'), sip('ken'), 2, 200),
  ])
  const one = await stage.signedIn('ken')
  const other = await stage.signedIn('ken', { width: 390 })
  const isSo = async (rows: readonly string[], total: number): Promise<void> => {
    const expected = { rows, total, lit: total > 0 }
    for (const page of [one, other]) {
      await until(async () => JSON.stringify(await unread(page)) === JSON.stringify(expected))
    }
  }
  await isSo(['2 unread from Pilar Ackerman', '3 unread from Tony Smith'], 5)
  await openTalk(stage, one, 'tony')
  await isSo(['2 unread from Pilar Ackerman'], 2)
  await message(one, '#2 waits').hover()
  await message(one, '#2 waits').getByRole('button', { name: 'Mark as unread from here' }).click()
  await isSo(['2 unread from Pilar Ackerman', '2 unread from Tony Smith'], 4)
  await other.reload()
  await isSo(['2 unread from Pilar Ackerman', '2 unread from Tony Smith'], 4)
  await openTalk(stage, other, 'pilar')
  await isSo(['2 unread from Tony Smith'], 2)
  // Left and opened again, what was marked is read by being seen.
  await openTalk(stage, one, 'pilar')
  await one.evaluate(`location.hash = '#/'`)
  await openTalk(stage, one, 'tony')
  await isSo([], 0)
  assert.deepEqual(stage.complaints, [])
})

test('of 300 unread messages only those are read that were seen, wherever one jumps', {
  skip: missing,
  timeout: 120_000,
}, async () => {
  await using stage = await openWithLetters((sip) => waits(sip('tony'), sip('ken'), 300, 300))
  const page = await stage.signedIn('ken')
  const left = async (): Promise<number> => (await unread(page)).total
  await until(async () => (await left()) === 300)
  await openTalk(stage, page, 'tony')
  await log(page).getByText('#1 waits', { exact: false }).first().waitFor()
  await until(async () => (await left()) < 300)
  const first = await left()
  assert.ok(first > 270, `${first} left after the first view`)
  // The newest are seen, but "read up to" them would cover what was not.
  await log(page).focus()
  await page.keyboard.press('End')
  await log(page).getByText('#300 waits', { exact: false }).waitFor()
  await page.waitForTimeout(1500)
  assert.ok((await left()) >= first - 1, `${await left()} left after a jump to the end`)
  // Back to where reading was, and on, a page at a time.
  await page.keyboard.press('Home')
  await log(page).getByText('#1 waits', { exact: false }).first().waitFor()
  let before = first
  for (let n = 0; n < 60 && (await left()) > 0; n++) {
    await page.keyboard.press('PageDown')
    await page.waitForTimeout(600)
    const now = await left()
    assert.ok(now <= before, 'it only becomes less')
    before = now
  }
  await until(async () => (await left()) === 0)
})
