import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, message, missing, Stage, until, write } from './browser.ts'

const field = (page: Page) => page.getByRole('combobox', { name: 'Find people' })
const found = async (page: Page) =>
  (await page.getByRole('option').locator('b').allTextContents()).map((text) => text.trim())

async function finds(page: Page, typed: string, names: readonly string[]): Promise<void> {
  await field(page).fill(typed)
  await page.getByText(names.length === 1 ? '1 person found' : `${names.length} people found`).waitFor()
  assert.deepEqual(await found(page), names, typed)
}

test('people are found by name, reading, mail and department, with their presence, and nobody types an address', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  await stage.signedIn('hanako')
  const page = await stage.signedIn('tony')
  // Somebody who is no contact has presence in the picker too.
  await page.getByRole('tab', { name: 'Contacts' }).click()
  const hanako = page.getByRole('treeitem', { name: /^佐藤 花子/ })
  await hanako.focus()
  await page.keyboard.press('Delete')
  await hanako.waitFor({ state: 'detached' })
  await finds(page, 'さと', ['佐藤 花子'])
  assert.equal(await page.getByRole('option').locator('mark').textContent(), 'さと')
  await page.getByRole('option', { name: /佐藤 花子.*さとう はなこ.*営業.*Available/ }).waitFor()
  await finds(page, 'ｻﾄｳ', ['佐藤 花子'])
  await finds(page, 'pilar.acker', ['Pilar Ackerman'])
  await finds(page, '情報', ['田中 由紀'])
  await finds(page, '営業 すず', ['鈴木 健太'])
  await field(page).fill('zzz')
  await page.getByText('Nobody found').waitFor()
  await page.getByText('Type part of a name, a reading, a mail address or a department.').waitFor()
  assert.deepEqual(stage.complaints, [])
})

test('with nothing typed, whom one wrote to stands before the contacts', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  for (const name of ['Pilar Ackerman', 'Ken Myer']) {
    await find(page, name)
    await write(page, name, `Hello ${name}.`)
    await message(page, `Hello ${name}.`).getByText('Queued', { exact: true }).waitFor()
  }
  await page.keyboard.press('Control+k')
  await page.getByText('Recent people and contacts').waitFor()
  assert.deepEqual(await found(page), [
    'Ken Myer',
    'Pilar Ackerman',
    'Lisa Andrews',
    '佐藤 花子',
    '鈴木 健太',
    '田中 由紀',
  ])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Pilar Ackerman' }).waitFor()
})

test('a busy directory is asked again when it says, without a word about it', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  let asked = 0
  await page.route('**/people/search**', (route) => {
    asked++
    if (asked > 2) return route.continue()
    return route.fulfill({
      status: 429,
      headers: { 'Retry-After': '1' },
      contentType: 'application/json',
      body: '{"code":"ThrottledRequest"}',
    })
  })
  await finds(page, 'lisa', ['Lisa Andrews'])
  assert.equal(asked, 3)
  assert.equal(await page.getByRole('alert').count(), 0)
})

test('without a directory the people known here are found, and it is asked again', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await page.route('**/people/search**', (route) => route.abort())
  await field(page).fill('すず')
  await page.getByText('The directory does not answer. These are people known on this device.').waitFor()
  assert.deepEqual(await found(page), ['鈴木 健太'])
  await page.unroute('**/people/search**')
  await page.getByText('1 person found').waitFor()

  await page.keyboard.press('Escape')
  await page.context().setOffline(true)
  await page.getByText(/^No connection since/).waitFor()
  await field(page).fill('lisa')
  await page.getByText('No connection. These are people known on this device.').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Lisa Andrews' }).waitFor()
  await page.context().setOffline(false)
  await until(async () => (await page.getByText(/^No connection since/).count()) === 0)
})
