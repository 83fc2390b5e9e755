import assert from 'node:assert/strict'
import test from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { message, missing, until, write } from './browser.ts'
import { numbers, openTalk, openWithLetters, placeOf, reading, walkThrough } from './history.ts'
import { talk } from './letters.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const log = (page: Page) => page.getByRole('log', { name: 'Messages' })
const newest = (page: Page) => page.getByRole('button', { name: 'Jump to the newest' })

/** Waits until the same message is first in view twice: pages and rows have come to rest. */
async function atRest(page: Page): Promise<{ readonly text: string; readonly top: number }> {
  let last = await reading(page)
  await until(async () => {
    await page.waitForTimeout(150)
    const now = await reading(page)
    const same = now.text === last.text && Math.abs(now.top - last.top) < 1
    last = now
    return same
  })
  return last
}

function hasFocus(element: Locator): Promise<boolean> {
  return element.evaluate((node) => node.matches(':focus'))
}

async function scrollBy(page: Page, px: number): Promise<void> {
  await log(page).evaluate((box, by) => box.scrollBy(0, by), px)
}

test('10,000 messages are read up and down: none is missing, doubled or out of order, nothing jumps, and little is on the page', {
  skip: missing,
  timeout: 600_000,
}, async () => {
  const count = 10_000
  await using stage = await openWithLetters(
    (sip) => talk(sip('tony'), sip('ken'), count, Date.now() - HOUR, 45),
    ['tony', 'ken'],
  )
  const page = await stage.signedIn('ken')
  await openTalk(stage, page, 'tony')
  assert.equal((await numbers(page)).at(-1), count)
  for (const direction of ['up', 'down'] as const) {
    const walked = await walkThrough(page, direction)
    assert.deepEqual([walked.first, walked.last, walked.seen], [1, count, count], direction)
    assert.deepEqual(walked.gaps, [], direction)
    assert.deepEqual(walked.days, [], direction)
    assert.deepEqual(walked.jumps, [], direction)
    assert.ok(walked.mostMessages < 300, `${walked.mostMessages} messages on the page`)
    assert.ok(walked.mostElements < 4000, `${walked.mostElements} elements in the log`)
    if (direction === 'up') {
      await page.getByText('This is the beginning of your conversation with Tony Smith.').waitFor()
    }
  }
  assert.deepEqual(stage.complaints, [])
})

test('to a date, from the keyboard alone; the address comes back to it, and one press to the newest', {
  skip: missing,
}, async () => {
  const end = Date.now() - HOUR
  await using stage = await openWithLetters(
    (sip) => talk(sip('tony'), sip('ken'), 3000, end, 30),
    ['tony', 'ken'],
  )
  const page = await stage.signedIn('ken')
  await openTalk(stage, page, 'tony')
  await page.getByRole('button', { name: 'More for this conversation' }).focus()
  await page.keyboard.press('Enter')
  const day = new Date(end - 50 * DAY).toLocaleDateString('sv-SE', { timeZone: 'Asia/Tokyo' })
  const field = page.getByLabel('Jump to a date')
  await until(() => hasFocus(field))
  await field.fill(day)
  await page.keyboard.press('Enter')

  // The first message of that day has the focus, and the day stands above it, in view.
  const head = page
    .locator(`.day time[datetime="${day}"], .day time`)
    .filter({ hasText: headOf(end - 50 * DAY) })
  await head.waitFor()
  await until(() => page.evaluate(`document.activeElement.matches('.msg')`))
  const focused = await page
    .locator('.msg:focus')
    .evaluate((one) => one.querySelector('.text')?.textContent ?? '')
  const at = new Date((await page.locator('.msg:focus > time').getAttribute('datetime')) ?? 0)
  assert.equal(at.toLocaleDateString('sv-SE', { timeZone: 'Asia/Tokyo' }), day)
  const [shown] = await atRest(page).then(async () => [await placeOf(page, focused)])
  assert.ok(shown !== undefined && shown > 20 && shown < 200, `it stands ${shown} px below the edge`)
  const n = Number(/^#(\d+) /.exec(focused)?.[1])
  const before = (await numbers(page)).indexOf(n)
  assert.ok(before > 0, 'there is something above it')

  await page.keyboard.press('ArrowDown')
  assert.match((await page.locator('.msg:focus .text').textContent()) ?? '', new RegExp(`^#${n + 1} `))

  await page.waitForURL(/\?at=/)
  const place = await atRest(page)
  await page.reload()
  // A message that is read is what counts, not its pixel.
  await until(async () => Math.abs((await placeOf(page, place.text)) - 60) < 140)
  await newest(page).click()
  await until(async () => (await numbers(page)).at(-1) === 3000)
  await newest(page).waitFor({ state: 'detached' })
  await until(() => hasFocus(log(page)))
  await page.waitForURL((url) => !url.hash.includes('?at='))
})

/** `Friday 20 November`, with the year where it is not this one. */
function headOf(at: number): string {
  const part = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', ...options }).format(at)
  return `${part({ weekday: 'long' })} ${part({ day: 'numeric', month: 'long' })}`
}

test('Home is the beginning, End the newest; arrows and pages walk', { skip: missing }, async () => {
  await using stage = await openWithLetters(
    (sip) => talk(sip('tony'), sip('ken'), 1500, Date.now() - HOUR, 30),
    ['tony', 'ken'],
  )
  const page = await stage.signedIn('ken')
  await openTalk(stage, page, 'tony')
  await log(page).focus()
  await page.keyboard.press('Home')
  await until(async () => (await numbers(page))[0] === 1)
  await until(async () => (await page.locator('.msg:focus .text').textContent())?.startsWith('#1 ') ?? false)
  await page.keyboard.press('PageDown')
  await page.keyboard.press('PageDown')
  const down = await atRest(page)
  assert.ok(Number(/^#(\d+)/.exec(down.text)?.[1]) > 5, down.text)
  // The message with the focus is out of sight: walking goes on with what is in view.
  await page.keyboard.press('ArrowDown')
  const focused = await page.locator('.msg:focus').evaluate((one) => one.getBoundingClientRect().top)
  assert.ok(focused > 0)
  await page.keyboard.press('End')
  await until(async () => (await numbers(page)).at(-1) === 1500)
  await newest(page).waitFor({ state: 'detached' })
  await page.keyboard.press('ArrowUp')
  assert.match((await page.locator('.msg:focus .text').textContent()) ?? '', /^#1500 /)
})

test('who reads the past stays there when something new comes, and is told how much', {
  skip: missing,
}, async () => {
  await using stage = await openWithLetters(
    (sip) => talk(sip('tony'), sip('ken'), 1500, Date.now() - HOUR, 30),
    ['tony', 'ken'],
  )
  const ken = await stage.signedIn('ken')
  await openTalk(stage, ken, 'tony')
  for (const far of ['near the end', 'far away']) {
    if (far === 'far away') {
      await log(ken).focus()
      await ken.keyboard.press('Home')
    } else await scrollBy(ken, -2500)
    const place = await atRest(ken)
    const tony = await stage.signedIn('tony')
    await openTalk(stage, tony, 'ken')
    for (const text of ['One more.', 'And another.']) await write(tony, 'Ken Myer', text)
    await ken.getByRole('button', { name: '2 new messages from Tony Smith' }).waitFor()
    const after = await reading(ken)
    assert.deepEqual([after.text, Math.round(after.top)], [place.text, Math.round(place.top)], far)
    await ken.getByRole('button', { name: '2 new messages from Tony Smith' }).click()
    await message(tony, 'And another.').getByText('Read', { exact: true }).waitFor()
    await until(async () => !/^\(/.test(await ken.title()))
    await tony.context().close()
  }
  // Whoever writes is at the end, with the message box still at hand.
  await log(ken).focus()
  await ken.keyboard.press('Home')
  await until(async () => (await numbers(ken))[0] === 1)
  await write(ken, 'Tony Smith', 'From the past.')
  await message(ken, 'From the past.').waitFor()
  await until(() => hasFocus(ken.getByRole('textbox', { name: 'Message to Tony Smith' })))
  // The log of one who is at the end follows what comes.
  const tony = await stage.signedIn('tony')
  await openTalk(stage, tony, 'ken')
  await write(tony, 'Ken Myer', 'Followed.')
  await message(ken, 'Followed.').waitFor()
  await until(() => log(ken).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 2))
})

test('the line that is read stays under the eye when something above it changes its height', {
  skip: missing,
}, async () => {
  await using stage = await openWithLetters(
    (sip) => talk(sip('tony'), sip('ken'), 300, Date.now() - HOUR, 30),
    ['tony', 'ken'],
  )
  const page = await stage.signedIn('ken')
  await openTalk(stage, page, 'tony')
  await scrollBy(page, -1500)
  // The second time as a browser that does not anchor by itself.
  for (const anchor of ['auto', 'none']) {
    await log(page).evaluate((box, value) => box.style.setProperty('overflow-anchor', value), anchor)
    await scrollBy(page, -60)
    const place = await atRest(page)
    await page.evaluate(`(() => {
      const log = document.querySelector('[role=log]')
      const edge = log.getBoundingClientRect().top
      const above = [...log.querySelectorAll('.msg')].filter((m) => m.getBoundingClientRect().bottom < edge).at(-3)
      above.style.setProperty('min-height', above.offsetHeight + 170 + 'px')
    })()`)
    const after = await atRest(page)
    assert.equal(after.text, place.text, anchor)
    assert.ok(Math.abs(after.top - place.top) < 3, `${anchor}: ${place.top} became ${after.top}`)
  }
})

test('a selection over many lines stays whole while one scrolls, and copies in order', {
  skip: missing,
}, async () => {
  await using stage = await openWithLetters(
    (sip) => talk(sip('tony'), sip('ken'), 400, Date.now() - HOUR, 30),
    ['tony', 'ken'],
  )
  const page = await stage.signedIn('ken')
  await openTalk(stage, page, 'tony')
  await page.evaluate(`(() => {
    const last = [...document.querySelectorAll('.log .msg .text')].at(-1)
    getSelection().setBaseAndExtent(last, last.childNodes.length, last, 0)
  })()`)
  for (let n = 0; n < 12; n++) {
    await scrollBy(page, -900)
    await page.waitForTimeout(60)
  }
  await atRest(page)
  const copied = String(
    await page.evaluate(`(() => {
      getSelection().extend(document.querySelector('.log .msg .text'), 0)
      return getSelection().toString()
    })()`),
  )
  const copiedNumbers = [...copied.matchAll(/#(\d+) /g)].map((match) => Number(match[1]))
  assert.equal(copiedNumbers.at(-1), 400)
  assert.ok(copiedNumbers.length > 150, `${copiedNumbers.length} lines`)
  assert.deepEqual(
    copiedNumbers,
    copiedNumbers.map((_, n) => (copiedNumbers[0] ?? 0) + n),
  )
})

test('a long night hangs whole on the lit line, from the letterbox to the lamp, wherever pages end', {
  skip: missing,
}, async () => {
  const end = Date.now() - HOUR
  await using stage = await openWithLetters(
    (sip) => [
      ...talk(sip('tony'), sip('ken'), 120, end - 4 * DAY, 40),
      ...talk(sip('tony'), sip('ken'), 250, end, 90)
        .filter(({ from }) => from === sip('tony'))
        .map((letter) => ({ ...letter, text: `late ${letter.text}`, waits: true })),
    ],
    ['tony', 'ken'],
  )
  const waited = 166
  const page = await stage.signedIn('ken')
  await openTalk(stage, page, 'tony')
  // Reading begins with the first unread message; whoever goes up a little sees where the night began.
  await page.getByRole('heading', { name: 'New messages' }).waitFor()
  const marks: readonly (readonly [string, string])[] = await page.evaluate(`(async () => {
    const box = document.querySelector('[role=log]')
    const frame = () => new Promise((done) => requestAnimationFrame(() => done()))
    const rows = new Map()
    box.scrollTop -= 300
    for (let n = 0, still = 0; n < 4000 && still < 60; n++) {
      for (const row of box.querySelectorAll('ol > li')) {
        if (row.matches('.falls')) rows.set('falls', row.textContent)
        else if (row.matches('.ends')) rows.set('ends', row.textContent)
        else if (row.matches('.msg.night')) rows.set(row.dataset.id, 'night')
      }
      const was = box.scrollTop
      box.scrollTop += 400
      await frame()
      await frame()
      still = box.scrollTop === was ? still + 1 : 0
    }
    return [...rows]
  })()`)
  const texts = new Map(marks)
  assert.match(texts.get('falls') ?? '', /^Arrived while you were offline/)
  assert.match(texts.get('ends') ?? '', /^You signed in at \d\d:\d\d$/)
  assert.equal(marks.filter(([, what]) => what === 'night').length, waited)
  // Once all of it is on this device, the letterbox knows how many; and each line keeps its own time.
  await log(page).evaluate((box) => box.scrollTo(0, 0))
  const letterbox = page.getByText(`Arrived while you were offline, ${waited} messages`)
  await until(async () => {
    await scrollBy(page, -700)
    return (await letterbox.count()) === 1
  })
})
