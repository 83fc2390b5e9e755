import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, message, missing, Stage, until, write } from './browser.ts'

const details = (page: Page) => page.getByRole('complementary', { name: 'Details' })
const hint = (page: Page, text: RegExp | string) =>
  page.getByRole('status').filter({ hasText: text }).first().waitFor()

async function choose(page: Page, state: string): Promise<void> {
  await page.getByRole('button', { name: /Your presence/ }).click()
  await page.getByRole('menuitemradio', { name: state }).click()
  await page.keyboard.press('Escape')
}

test('a close colleague may reach me in Do Not Disturb, and sees so; while I present nobody may', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const ken = await stage.signedIn('ken')
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  await choose(ken, 'Do not disturb')
  await hint(tony, 'Ken Myer does not want to be disturbed. A new message will wait in their mailbox.')

  await find(ken, 'Tony Smith')
  const level = details(ken).getByRole('combobox', { name: 'Access level' })
  await level.selectOption({ label: 'Close colleague' })
  await details(ken).getByText('May reach me in Do Not Disturb, but not while I present.').waitFor()
  await ken.getByText('Tony Smith may reach you in Do Not Disturb now.').waitFor()

  // The other side: no line that it will wait, the words that it arrives, and it does arrive live.
  await tony
    .getByRole('status')
    .filter({ hasText: 'does not want to be disturbed' })
    .waitFor({ state: 'detached' })
  await tony.getByRole('main').getByText('Do not disturb · your messages reach them').waitFor()
  await write(tony, 'Ken Myer', 'Now, please.')
  await message(ken, 'Now, please.').waitFor()
  await message(tony, 'Now, please.')
    .getByText(/^(Delivered|Read)$/)
    .waitFor()

  await choose(ken, 'Presenting')
  await hint(tony, 'Ken Myer is presenting. A new message will wait in their mailbox.')

  // And back, with one press.
  await ken.getByRole('button', { name: 'Undo' }).click()
  await until(async () => (await level.inputValue()) === 'Colleagues')
  await choose(ken, 'Do not disturb')
  await hint(tony, 'Ken Myer does not want to be disturbed.')
  assert.deepEqual(stage.complaints, [])
})

test('who is blocked sees me as offline and is told "not delivered"; I am told nothing', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const ken = await stage.signedIn('ken')
  const tony = await stage.signedIn('tony')
  await ken.getByRole('button', { name: /Your presence/ }).click()
  const note = ken.getByRole('textbox', { name: 'Note for others' })
  await note.fill('In the lab')
  await note.press('Enter')
  await ken.keyboard.press('Escape')
  await find(tony, 'Ken Myer')
  await details(tony).getByText('In the lab').waitFor()
  await write(tony, 'Ken Myer', 'Before the block.')
  await message(tony, 'Before the block.').getByText('Delivered', { exact: true }).waitFor()

  await ken.getByRole('tab', { name: 'Contacts' }).click()
  const row = ken.getByRole('treeitem', { name: /^Tony Smith/ })
  await row.focus()
  await ken.keyboard.press('Shift+F10')
  await ken.getByRole('menuitem', { name: 'Block…' }).click()
  const question = ken.getByRole('alertdialog', { name: 'Block Tony Smith?' })
  for (const words of [
    'Tony Smith sees you as offline from now on, without your note and location.',
    'New messages from Tony Smith are not delivered and not kept.',
    'Tony Smith is not told of the block, but may guess it.',
    'What you have from Tony Smith stays readable, and you can still write to Tony Smith.',
  ])
    await question.getByText(words).waitFor()
  await question.getByRole('button', { name: 'Block', exact: true }).click()
  await ken.getByRole('treeitem', { name: /^Tony Smith Blocked · Available/ }).waitFor()

  // What the blocked person sees: somebody who is not signed in, as anybody who is absent (T1, DECISIONS 15d).
  await hint(tony, 'Ken Myer is not signed in. Your message will be kept in their mailbox.')
  await details(tony).getByText('In the lab').waitFor({ state: 'detached' })
  await write(tony, 'Ken Myer', 'After the block.')
  const refused = message(tony, 'After the block.')
  await refused.getByText('Refused', { exact: true }).waitFor()
  await refused.getByText('Not delivered: Ken Myer is unavailable or offline.').waitFor()

  // What was promised to the one who blocks: nothing new, the old stays, and writing still works.
  await row.click()
  await message(ken, 'Before the block.').waitFor()
  assert.equal(await message(ken, 'After the block.').count(), 0)
  await details(ken)
    .getByText('Messages from Tony Smith are not delivered, and you are told nothing.')
    .waitFor()
  await write(ken, 'Tony Smith', 'I can write to you.')
  await message(tony, 'I can write to you.').waitFor()

  await details(ken).getByRole('button', { name: 'Unblock' }).click()
  await tony.getByRole('status').filter({ hasText: 'is not signed in' }).waitFor({ state: 'detached' })
  await write(tony, 'Ken Myer', 'After the end of the block.')
  await message(ken, 'After the end of the block.').waitFor()
  assert.deepEqual(stage.complaints, [])
})

test('the settings list everybody with a level of their own, contact or not, with the way back', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const ken = await stage.signedIn('ken')
  const phone = await stage.signedIn('ken', { width: 390, height: 844 })
  // Somebody who is no contact is blocked too.
  await ken.getByRole('tab', { name: 'Contacts' }).click()
  const lisa = ken.getByRole('treeitem', { name: /^Lisa Andrews/ })
  await lisa.focus()
  await ken.keyboard.press('Delete')
  await lisa.waitFor({ state: 'detached' })
  await find(ken, 'Lisa Andrews')
  await details(ken).getByRole('button', { name: 'Block…' }).click()
  await ken.getByRole('alertdialog').getByRole('button', { name: 'Block', exact: true }).click()
  await details(ken).getByText('Blocked', { exact: true }).waitFor()
  await find(ken, 'Tony Smith')
  await details(ken).getByRole('combobox', { name: 'Access level' }).selectOption({ label: 'External' })
  await details(ken).getByText('Your note and location are hidden.').waitFor()

  await phone.getByRole('button', { name: /Your presence/ }).click()
  await phone.getByRole('button', { name: 'Settings' }).click()
  const privacy = phone.getByRole('region', { name: 'Privacy' })
  await privacy.getByRole('listitem').nth(1).waitFor()
  const listed = (await privacy.getByRole('listitem').allInnerTexts()).map((text) =>
    text.split('\n').slice(-3, -1),
  )
  assert.deepEqual(listed, [
    ['Lisa Andrews', 'Blocked'],
    ['Tony Smith', 'External'],
  ])
  await privacy.getByRole('button', { name: 'Unblock Lisa Andrews' }).click()
  await privacy.getByRole('button', { name: 'Make Tony Smith a colleague again' }).click()
  await privacy.getByText('Nobody has an access level of their own').waitFor()
  // The other device follows.
  await until(
    async () =>
      (await details(ken).getByRole('combobox', { name: 'Access level' }).inputValue()) === 'Colleagues',
  )
  assert.deepEqual(stage.complaints, [])
})
