import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, missing, Stage, until } from './browser.ts'

const row = (page: Page, name: RegExp) => page.getByRole('treeitem', { name })

/** The server forgets a page that is away almost at once, as after hours of sleep. */
function shortLives(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'nightpost-config-')), 'nightpost.toml')
  writeFileSync(file, '[ucwa]\ngone = "1s"\napplicationIdle = "2s"\n')
  return file
}

test('somebody who left was seen at a time, and their note and place go with them', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open(['--demo', '--config', shortLives()])
  const page = await stage.signedIn('tony')
  const ken = await stage.signedIn('ken')
  await ken.getByRole('button', { name: /Your presence/ }).click()
  const place = ken.getByRole('textbox', { name: 'Where you are' })
  await place.fill('Tokyo, 12F')
  await place.press('Enter')
  await find(page, 'Ken Myer')
  const details = page.getByRole('complementary', { name: 'Details' })
  await details.getByText('Tokyo, 12F').waitFor()
  await page.getByRole('main').getByText('Available · Tokyo, 12F').waitFor()
  await ken.context().close()
  await page
    .getByRole('main')
    .getByText(/^Offline · last seen at \d\d:\d\d/)
    .waitFor()
})

test('after a night of sleep the page shows who is there now, and hears of changes again', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open(['--demo', '--config', shortLives()])
  const context = await stage.device()
  const page = await context.newPage()
  await page.clock.install()
  await page.goto(stage.url)
  await stage.signIn(page, 'tony')
  await page.getByRole('tab', { name: 'Contacts' }).click()
  const pilar = await stage.signedIn('pilar')
  await row(page, /^Pilar Ackerman Available/).waitFor()

  // The lid closes: the page hears nothing, and the server gives its application up.
  await context.setOffline(true)
  await row(pilar, /./).first().waitFor({ state: 'detached' })
  await pilar.getByRole('tab', { name: 'Contacts' }).click()
  await row(pilar, /^Tony Smith Offline/).waitFor()
  await pilar.context().close()
  const ken = await stage.signedIn('ken')
  await ken.getByRole('button', { name: /Your presence/ }).click()
  await ken.getByRole('menuitemradio', { name: 'Busy' }).click()

  // The lid opens eight hours later.
  await context.setOffline(false)
  await page.clock.fastForward('08:00:00')
  await row(page, /^Ken Myer Busy/).waitFor()
  await row(page, /^Pilar Ackerman Offline/).waitFor()
  await ken.getByRole('menuitemradio', { name: 'Be right back' }).click()
  await row(page, /^Ken Myer Be right back/).waitFor()
})

test('a page that slept opens its channel anew, however alive the old one looks', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await (await stage.device()).newPage()
  await page.clock.install()
  const channels: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/eventStream') && request.method() === 'GET') channels.push(request.url())
  })
  await page.goto(stage.url)
  await stage.signIn(page, 'tony')
  await page.getByRole('tab', { name: 'Contacts' }).click()
  await row(page, /^Ken Myer/).waitFor()
  await until(async () => channels.length === 1)
  // The clock goes on while timers stand still: the silence of the channel, which is 50 s of timers, is not over.
  await page.clock.setSystemTime(Date.now() + 8 * 3_600_000)
  assert.equal(channels.length, 1)
  await page.clock.runFor(11_000)
  await until(async () => channels.length === 2)
  const ken = await stage.signedIn('ken')
  await row(page, /^Ken Myer Available/).waitFor()
  await ken.context().close()
})

test('what was subscribed to is kept up overnight, and asked for again when it ended', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await (await stage.device()).newPage()
  const posts: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') posts.push(new URL(request.url()).pathname.replace(/^.*\/people\//, ''))
  })
  const asked = (what: RegExp) => posts.filter((post) => what.test(post)).length
  await page.clock.install()
  await page.goto(stage.url)
  const subscribed = page.waitForResponse((answer) => /\/presenceSubscriptions$/.test(answer.url()))
  await stage.signIn(page, 'tony')
  const { _links } = await (await subscribed).json()
  await page.getByRole('tab', { name: 'Contacts' }).click()
  await row(page, /^Ken Myer/).waitFor()

  // Before the 30 minutes are over that the server grants (ucwa.md 6.4, 6.5).
  const started = asked(/startOrRefresh$/)
  assert.equal(asked(/^presenceSubscriptions\/./), 0)
  await page.clock.fastForward('00:23:00')
  await until(async () => asked(/startOrRefresh$/) > started && asked(/^presenceSubscriptions\/./) > 0)

  // The server ends it all the same.
  const made = asked(/^presenceSubscriptions$/)
  const status = await page.evaluate(`(async () => {
    const { csrf } = await (await fetch('/session')).json()
    const headers = { 'X-Nightpost-CSRF': csrf }
    return (await fetch(${JSON.stringify(_links.self.href)}, { method: 'DELETE', headers })).status
  })()`)
  assert.equal(status, 204)
  await until(async () => asked(/^presenceSubscriptions$/) > made)
  const ken = await stage.signedIn('ken')
  await row(page, /^Ken Myer Available/).waitFor()
  await ken.context().close()
})

test('a server that was busy for a moment leaves no presence standing still', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await (await stage.device()).newPage()
  let asked = 0
  await page.route('**/presenceSubscriptions', (route) => {
    asked++
    return asked > 1 ? route.continue() : route.fulfill({ status: 503, body: '{"code":"ServiceFailure"}' })
  })
  await page.goto(stage.url)
  await stage.signIn(page, 'tony')
  await page.getByRole('tab', { name: 'Contacts' }).click()
  await row(page, /^Ken Myer Offline/).waitFor()
  await until(async () => asked > 0)
  const ken = await stage.signedIn('ken')
  await row(page, /^Ken Myer Available/).waitFor()
  assert.ok(asked > 1)
  await ken.context().close()
})
