import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { missing, until, WORDS, write } from './browser.ts'
import { elements, openTalk, openWithLetters } from './history.ts'
import type { Letter } from './letters.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const list = (page: Page) => page.getByRole('navigation', { name: WORDS.en.conversations })
const rows = (page: Page) => list(page).getByRole('link')

test('500 unread from 60 people: by person, who waited longest first, few requests and little on the page', {
  skip: missing,
  timeout: 180_000,
}, async () => {
  const start = Date.now() - 2 * DAY
  const guests = Array.from({ length: 60 }, (_, guest) => guest)
  await using stage = await openWithLetters(
    (sip) =>
      guests.flatMap((guest) =>
        Array.from(
          { length: guest < 20 ? 9 : 8 },
          (_, n): Letter => ({
            from: sip(`guest${guest}`),
            to: sip('ken'),
            text: `${n + 1} of guest ${guest}`,
            // The last guest wrote first.
            at: start + (60 - guest) * MINUTE + n * 61 * MINUTE,
            waits: true,
          }),
        ),
      ),
    [],
    60,
  )
  const page = await (await stage.device()).newPage()
  await page.goto(stage.url)
  let requests = 0
  page.on('request', (request) => {
    if (/\/(ucwa|Autodiscover)\//.test(request.url())) requests++
  })
  await stage.signIn(page, 'ken')
  await page.getByRole('heading', { level: 1, name: '500 messages while you were away' }).waitFor()
  await page.locator('.sender').nth(11).waitFor()
  const heads = await page.locator('.sender h2').allTextContents()
  assert.deepEqual(
    heads.slice(0, 12),
    Array.from({ length: 12 }, (_, n) => `Guest ${59 - n}`),
  )
  assert.ok(requests < 60, `${requests} requests until the first twelve can be read`)
  assert.ok((await elements(page)) < 3500, `${await elements(page)} elements`)
  const texts = await page.locator('.sender').first().locator('.text').allTextContents()
  assert.deepEqual(
    texts,
    Array.from({ length: 8 }, (_, n) => `${n + 1} of guest 59`),
  )

  // The order holds while it is read, also by another device.
  await page.locator('.sender').nth(3).getByRole('button', { name: 'Mark as read' }).click()
  await page.locator('.sender').nth(3).getByText('Read', { exact: true }).waitFor()
  assert.deepEqual((await page.locator('.sender h2').allTextContents()).slice(0, 12), heads.slice(0, 12))
  await until(async () => /^\(492\)/.test(await page.title()))

  // The rest comes as one scrolls.
  await until(async () => {
    await page.locator('.away-page').evaluate((box) => box.scrollTo(0, box.scrollHeight))
    return (await page.locator('.sender').count()) === 60
  })
  await page.locator('.sender').last().getByText('9 of guest 0').waitFor()
  await page.getByRole('button', { name: 'Mark all as read' }).click()
  await until(async () => !/^\(/.test(await page.title()))
  assert.deepEqual(stage.complaints, [])
})

test('to the first unread message of the one who waited longest, from the keyboard', {
  skip: missing,
}, async () => {
  const start = Date.now() - DAY
  await using stage = await openWithLetters((sip) => [
    ...Array.from(
      { length: 40 },
      (_, n): Letter => ({
        from: sip('tony'),
        to: sip('ken'),
        text: `Tony ${n + 1}.`,
        at: start + n * MINUTE,
        waits: true,
      }),
    ),
    { from: sip('hanako'), to: sip('ken'), text: '後で', at: start + 100 * MINUTE, waits: true },
  ])
  const page = await stage.signedIn('ken')
  await page.getByRole('heading', { name: '41 messages while you were away' }).waitFor()
  // Of many messages the first few are shown, and the rest at a press.
  const tony = page.locator('.sender').first()
  assert.equal(await tony.locator('.msg').count(), 10)
  await tony.getByRole('button', { name: 'Show 30 more' }).press('Enter')
  await tony.getByText('Tony 30.', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Start with the first' }).press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Tony Smith' }).waitFor()
  await page.getByRole('heading', { name: 'New messages' }).waitFor()
  await page.getByRole('log').getByText('Tony 1.', { exact: true }).waitFor()
})

test('hundreds of conversations: the list goes on as far as one scrolls, and rests under the pointer', {
  skip: missing,
  timeout: 180_000,
}, async () => {
  const guests = 230
  await using stage = await openWithLetters(
    (sip) =>
      ['tony', ...Array.from({ length: guests }, (_, n) => `guest${n}`).reverse()].map(
        (from, n): Letter => ({
          from: sip(from),
          to: sip('ken'),
          text: `Hello from ${from}`,
          at: Date.now() - DAY + n * MINUTE,
          waits: n % 50 === 7,
        }),
      ),
    ['ken'],
    guests,
  )
  const page = await (await stage.device()).newPage()
  await page.goto(`${stage.url}/#/waiting`)
  await stage.signIn(page, 'ken')
  await rows(page).nth(59).waitFor()
  assert.ok((await rows(page).count()) < guests)
  // What is unread counts, whether its row is on the page or not.
  await until(async () => /^\(5\)/.test(await page.title()))
  await until(async () => {
    await rows(page).last().scrollIntoViewIfNeeded()
    return (await rows(page).count()) === guests + 1
  })
  const names = await list(page).locator('.name').allTextContents()
  assert.deepEqual(
    names.slice(0, -1).map((name) => Number(/Guest (\d+)/.exec(name)?.[1])),
    Array.from({ length: guests }, (_, n) => n),
  )

  // Something new moves nothing while the pointer is there.
  await rows(page).first().scrollIntoViewIfNeeded()
  await rows(page).nth(3).hover()
  const tony = await stage.signedIn('tony')
  await openTalk(stage, tony, 'ken')
  await write(tony, 'Ken Myer', 'Now.')
  await list(page).getByText('Now.').waitFor({ state: 'attached' })
  assert.match((await list(page).locator('.name').first().textContent()) ?? '', /Guest 0/)
  await page.mouse.move(900, 400)
  await until(async () => /Tony Smith/.test((await list(page).locator('.name').first().textContent()) ?? ''))

  await list(page).getByRole('button', { name: 'Unread only' }).click()
  await until(async () => (await rows(page).count()) === 6)
})

test('a list of more conversations than are read at sign-in goes on to the very first one', {
  skip: missing,
  timeout: 300_000,
}, async () => {
  const guests = 2050
  await using stage = await openWithLetters(
    (sip) =>
      Array.from(
        { length: guests },
        (_, n): Letter => ({
          from: sip(`guest${n}`),
          to: sip('ken'),
          text: `Hello from ${n}`,
          // Several in one millisecond: the border of a page lies between them.
          at: Date.now() - DAY + Math.floor(n / 3),
          waits: true,
        }),
      ),
    [],
    guests,
  )
  const page = await (await stage.device()).newPage()
  await page.goto(`${stage.url}/#/waiting`)
  await stage.signIn(page, 'ken')
  await rows(page).nth(59).waitFor()
  const end = await page.evaluate(`(async () => {
    const list = document.querySelector('.talks')
    for (let n = 0; n < 6000; n++) {
      if (/Hello from [012]$/.test(list.querySelector('li:last-child .snip')?.textContent)) break
      list.scrollTop = list.scrollHeight
      await new Promise((done) => requestAnimationFrame(() => done()))
    }
    const names = [...list.querySelectorAll('.snip')].map((one) => Number(/(\\d+)$/.exec(one.textContent)?.[1]))
    return { rows: names.length, different: new Set(names).size }
  })()`)
  assert.deepEqual(end, { rows: guests, different: guests })
  await until(async () => (await page.title()).startsWith(`(${guests}) `))
})
