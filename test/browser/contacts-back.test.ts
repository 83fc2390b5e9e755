import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, missing, Stage, until } from './browser.ts'
import { countingDevice, listening, notices, questions } from './notices.ts'

/** A closed tab counts as absence at once. */
function goneSoon(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'nightpost-config-')), 'nightpost.toml')
  writeFileSync(file, '[ucwa]\ngone = "1s"\n')
  return file
}

const line = (page: Page) => page.getByText('Ken Myer is back.')
const told = async (page: Page) => (await notices(page)).map(({ title, body }) => `${title}: ${body}`)

test('one press in the line tells once that somebody is back, another one each time', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open(['--demo', '--config', goneSoon()])
  const page = await listening(stage, 'tony')
  await find(page, 'Ken Myer')
  await page.getByRole('button', { name: 'Tell me when Ken Myer is back' }).click()
  await page.getByText('You will be told once, on this device.').waitFor()
  // The wish outlives a reload.
  await page.reload()
  await page.getByText('You will be told once, on this device.').waitFor()

  const ken = await stage.signedIn('ken')
  await line(page).waitFor()
  await until(async () => (await told(page)).length > 0)
  assert.deepEqual(await told(page), ['Ken Myer: Ken Myer is back.'])
  await page.getByRole('button', { name: /told once|Do not tell/ }).waitFor({ state: 'detached' })
  await page.getByRole('tabpanel').waitFor()
  await page
    .getByRole('status')
    .filter({ has: line(page) })
    .getByRole('button', { name: 'Close' })
    .click()

  // Once was once.
  await ken.context().close()
  await page.getByRole('button', { name: 'Tell me when Ken Myer is back' }).click()
  await page.getByRole('button', { name: 'Each time' }).click()
  for (let times = 2; times <= 3; times++) {
    const back = await stage.signedIn('ken')
    await until(async () => (await told(page)).length === times)
    await line(page).waitFor()
    await page.getByText('You are told each time, on this device.').waitFor()
    await back.context().close()
    await page
      .getByRole('main')
      .getByText(/^Offline/)
      .waitFor()
  }
  await page.getByRole('button', { name: 'Do not tell me' }).click()
  await stage.signedIn('ken')
  await page
    .getByRole('main')
    .getByText(/^Available/)
    .waitFor()
  assert.equal((await told(page)).length, 3)
  assert.deepEqual(stage.complaints, [])
})

test('who must not be disturbed has the line alone, which leads to the conversation', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open(['--demo', '--config', goneSoon()])
  const page = await listening(stage, 'tony')
  await page.getByRole('button', { name: /Your presence/ }).click()
  await page.getByRole('menuitemradio', { name: 'Do not disturb' }).click()
  await page.keyboard.press('Escape')
  await find(page, 'Ken Myer')
  await page.getByRole('button', { name: 'Tell me when Ken Myer is back' }).click()
  await find(page, 'Pilar Ackerman')
  await stage.signedIn('ken')
  await line(page).waitFor()
  assert.deepEqual(await told(page), [])
  await page
    .getByRole('status')
    .filter({ has: line(page) })
    .getByRole('button', { name: 'Write a message' })
    .click()
  await page.getByRole('heading', { level: 1, name: 'Ken Myer' }).waitFor()
})

test('where notifications were never asked for, the line offers them with the press that asks', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open(['--demo', '--config', goneSoon()])
  const context = await countingDevice(stage, 'prompt')
  const page = context.pages()[0] ?? (await context.newPage())
  await page.goto(stage.url)
  await stage.signIn(page, 'tony')
  await find(page, 'Ken Myer')
  await page.getByRole('button', { name: 'Tell me when Ken Myer is back' }).click()
  const offer = page.getByRole('button', { name: 'Also when this page is hidden' })
  await offer.waitFor()
  assert.equal(await questions(page), 0, 'nobody is asked before a press that says what for')
  await offer.click()
  await until(async () => (await questions(page)) === 1)
  await stage.signedIn('ken')
  await line(page).waitFor()
})
