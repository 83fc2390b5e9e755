import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, message, missing, Stage, until, WORDS, write } from './browser.ts'

/** Unread messages from Tony as the list of conversations says it. */
async function unread(page: Page): Promise<number> {
  const said = page.getByRole('navigation', { name: WORDS.en.conversations }).locator('.end .off')
  const text = (await said.count()) > 0 ? await said.first().textContent() : ''
  return Number(/^(\d+) unread from Tony Smith$/.exec(text ?? '')?.[1] ?? 0)
}

test('only what was on screen is read, however the conversation was opened', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  const last = 'Line number 40.'
  for (let n = 1; n <= 40; n++) await write(tony, 'Ken Myer', `Line number ${n}.`)
  await message(tony, last).getByText('Queued', { exact: true }).waitFor()

  const ken = await stage.signedIn('ken')
  await ken.getByRole('heading', { name: '40 messages while you were away' }).waitFor()
  const again = await stage.signedIn('ken')
  const list = (page: typeof ken) => page.getByRole('navigation', { name: WORDS.en.conversations })
  await list(ken)
    .getByRole('link', { name: /Tony Smith/ })
    .click()
  // Reading starts at the first unread message, and what is below the fold stays unread.
  await message(ken, 'Line number 1.').waitFor()
  await until(async () => (await unread(ken)) < 40)
  // What is on screen takes a moment to be seen.
  await ken.waitForTimeout(1000)
  const left = await unread(ken)
  assert.ok(left > 0 && left < 40, `${left} left`)
  await list(again).getByText(`${left} unread from Tony Smith`).waitFor({ state: 'attached' })
  await message(tony, last).getByText('Delivered', { exact: true }).waitFor()

  await message(ken, last).scrollIntoViewIfNeeded()
  // Scrolled past: the ones in between were not on screen long enough to be called seen.
  await ken.getByRole('log').evaluate((log) => log.scrollTo(0, 0))
  for (let n = 1; n <= 40; n++) {
    await message(ken, `Line number ${n}.`).scrollIntoViewIfNeeded()
    if (n % 8 === 0) await ken.evaluate('new Promise((done) => setTimeout(done, 450))')
  }
  await message(tony, last).getByText('Read', { exact: true }).waitFor()
  await until(async () => (await unread(again)) === 0)
  assert.deepEqual(stage.complaints, [])
})

test('mark as unread holds while the conversation is open, and counts on every device', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  for (const text of ['First.', 'Second.', 'Third.']) await write(tony, 'Ken Myer', text)
  await message(tony, 'Third.').getByText('Queued', { exact: true }).waitFor()
  const ken = await stage.signedIn('ken')
  const list = ken.getByRole('navigation', { name: WORDS.en.conversations })
  await list.getByRole('link', { name: /Tony Smith/ }).click()
  await message(tony, 'Third.').getByText('Read', { exact: true }).waitFor()
  await message(ken, 'Second.').hover()
  await message(ken, 'Second.').getByRole('button', { name: 'Mark as unread from here' }).click()
  await list.getByText('2 unread from Tony Smith').waitFor({ state: 'attached' })
  assert.match(await ken.title(), /^\(2\) /)
  // The sender's mark does not go back.
  await message(tony, 'Third.').getByText('Read', { exact: true }).waitFor()
})

test('after a restart of the server the page goes on by itself', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  const ken = await stage.signedIn('ken')
  await find(tony, 'Ken Myer')
  await write(tony, 'Ken Myer', 'Before.')
  await message(tony, 'Before.').getByText('Delivered', { exact: true }).waitFor()
  await stage.stopServer()
  await tony.getByText('No connection since').waitFor()
  await write(tony, 'Ken Myer', 'In between.')
  await message(tony, 'In between.').getByText('Not sent yet', { exact: true }).waitFor()
  await stage.startServer()
  await message(tony, 'In between.')
    .getByText(/^(Queued|Delivered)$/)
    .waitFor()
  await ken.getByRole('navigation', { name: WORDS.en.conversations }).getByText('In between.').waitFor()
  assert.deepEqual(await tony.locator('.msg .text').allTextContents(), ['Before.', 'In between.'])
})

test('signing out in one window ends the others, and drafts stay', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  await page.getByRole('textbox', { name: 'Message to Ken Myer' }).fill('Half a sentence')
  const other = await page.context().newPage()
  await other.goto(stage.url)
  await other.getByRole('button', { name: /Your presence/ }).click()
  await other.getByRole('button', { name: 'Sign out' }).click()
  await other.getByRole('button', { name: 'Sign in' }).waitFor()
  await page.getByText('Your session has ended.').waitFor()
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await stage.signIn(page, 'tony')
  await find(page, 'Ken Myer')
  assert.equal(
    await page.getByRole('textbox', { name: 'Message to Ken Myer' }).inputValue(),
    'Half a sentence',
  )
})

test('older messages come without a jump', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  await stage.signedIn('ken')
  await find(tony, 'Ken Myer')
  for (let n = 1; n <= 75; n++) {
    await write(tony, 'Ken Myer', `Entry ${n}.`)
    if (n % 25 === 0) await message(tony, `Entry ${n}.`).getByText('Delivered', { exact: true }).waitFor()
  }
  await tony.reload()
  await message(tony, 'Entry 75.').waitFor()
  assert.equal(await tony.getByText('Entry 1.', { exact: true }).count(), 0)
  const [first, top] = await tony.getByRole('log').evaluate((log): [string, number] => {
    log.scrollTo(0, 200)
    const message = log.querySelector('.msg')
    return [message?.querySelector('.text')?.textContent ?? '', message?.getBoundingClientRect().top ?? 0]
  })
  await tony.getByText('Entry 1.', { exact: true }).waitFor({ state: 'attached' })
  const box = await tony
    .locator('.msg')
    .filter({ has: tony.getByText(first, { exact: true }) })
    .boundingBox()
  assert.ok(Math.abs((box?.y ?? 0) - top) < 40, `${first} was at ${top} and is at ${box?.y}`)
})
