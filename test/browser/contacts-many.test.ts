import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { missing, until, WORDS } from './browser.ts'
import { stageWithManyContacts } from './many-contacts.ts'

const COUNT = 500
const GROUPS = 20

/** Rows of people, whatever group they are in. */
const rows = (page: Page) => page.locator('[role="treeitem"][aria-level="2"]')

test('500 contacts in 20 groups: signed in and shown after at most 12 requests, all live by one subscription', {
  skip: missing,
  timeout: 180_000,
}, async () => {
  await using stage = await stageWithManyContacts(COUNT, GROUPS)
  const pilar = await stage.signedIn('pilar')
  await pilar.getByRole('button', { name: /Your presence/ }).click()
  const note = pilar.getByRole('textbox', { name: 'Note for others' })
  await note.fill('In the lab')
  await note.press('Enter')
  await pilar.getByRole('button', { name: 'Saved' }).first().waitFor()

  const page = await (await stage.device()).newPage()
  await page.goto(stage.url)
  const { user, password } = stage.person('tony')
  await page.getByRole('textbox', { name: WORDS.en.workAddress }).fill(user)
  await page.getByLabel(WORDS.en.password).fill(password)
  const requests: string[] = []
  let shown = 0
  page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (request.resourceType() === 'fetch')
      requests.push(`${request.method()} ${pathname.replace(/applications\/[^/]+/, 'applications/…')}`)
  })
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('tab', { name: 'Contacts' }).click()
  await rows(page)
    .nth(COUNT - 1)
    .waitFor({ state: 'attached' })
  shown = requests.length
  assert.equal(await rows(page).count(), COUNT)
  assert.ok(shown <= 12, `${shown} requests:\n${requests.join('\n')}`)
  // Names, presence and notes are there with the list.
  const lab = page.getByRole('treeitem', { name: /Pilar Ackerman Available · In the lab/ })
  await lab.waitFor({ state: 'attached' })

  // Everybody is watched, with one request.
  const subscriptions = () =>
    requests.filter((one) => one.startsWith('POST') && one.endsWith('/presenceSubscriptions'))
  await until(async () => subscriptions().length > 0)
  const kenta = await stage.signedIn('kenta')
  await page.getByRole('treeitem', { name: /鈴木 健太 Available/ }).waitFor({ state: 'attached' })
  await pilar.context().close()
  await kenta.getByRole('button', { name: /Your presence/ }).click()
  await kenta.getByRole('menuitemradio', { name: 'Busy' }).click()
  await page.getByRole('treeitem', { name: /鈴木 健太 Busy/ }).waitFor({ state: 'attached' })
  assert.equal(subscriptions().length, 1)

  // The keyboard reaches the far end at once, and letters find a name among 500.
  await page.getByRole('treeitem', { name: /^Group 1 \d/ }).focus()
  await page.keyboard.press('End')
  await focused(page, /^田中 由紀/)
  await page.keyboard.press('Home')
  await focused(page, /^Group 1 \d/)
  await page.keyboard.type('p317')
  await focused(page, /第317/)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await until(async () => (await rows(page).count()) < COUNT)
  assert.deepEqual(stage.complaints, [])
})

async function focused(page: Page, name: RegExp): Promise<void> {
  const id =
    'document.getElementById(document.activeElement?.getAttribute("aria-labelledby"))?.innerText.replace(/\\s+/g, " ") ?? ""'
  await until(async () => name.test(String(await page.evaluate(id))))
}
