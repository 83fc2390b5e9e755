import assert from 'node:assert/strict'
import test from 'node:test'
import { find, message, missing, Stage, write } from './browser.ts'

test('a switch at the console changes the line under the message box without a reload', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  const line = (text: string) => page.getByRole('status').filter({ hasText: text }).waitFor()
  await line('Ken Myer is not signed in. Your message will be kept in their mailbox.')
  await page.getByRole('textbox', { name: 'Message to Ken Myer' }).fill('A draft that stays')

  stage.console('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $false')
  await line('Ken Myer is not signed in, and offline messages are turned off for you.')
  assert.equal(
    await page.getByRole('textbox', { name: 'Message to Ken Myer' }).inputValue(),
    'A draft that stays',
  )

  await page.getByRole('textbox', { name: 'Message to Ken Myer' }).press('Enter')
  const refused = message(page, 'A draft that stays')
  await refused.getByText('Refused', { exact: true }).waitFor()
  await refused.getByText('Not delivered: Ken Myer is unavailable or offline.').waitFor()

  stage.console('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $true')
  await line('Ken Myer is not signed in. Your message will be kept in their mailbox.')
  await refused.getByRole('button', { name: 'Resend' }).click()
  await message(page, 'A draft that stays').getByText('Queued', { exact: true }).waitFor()

  stage.console('Set-CsImConfiguration -EnableOfflineIm $false')
  await line('Ken Myer is not signed in, and offline messages are turned off in this organisation.')
  stage.console('Set-CsImConfiguration -EnableOfflineIm $true')
  await line('Your message will be kept in their mailbox.')
  assert.deepEqual(stage.complaints, [])
})

test('the switch for one person changes that person only', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  const pilar = await stage.signedIn('pilar')
  for (const page of [tony, pilar]) await find(page, 'Ken Myer')
  stage.console('New-CsClientPolicy -Identity OfflineIM -EnableIMAutoArchiving $false')
  stage.console('Grant-CsClientPolicy -Identity "Tony Smith" -PolicyName OfflineIM')
  await tony.getByRole('status').filter({ hasText: 'offline messages are turned off for you' }).waitFor()
  await write(pilar, 'Ken Myer', 'Mine still waits.')
  await message(pilar, 'Mine still waits.').getByText('Queued', { exact: true }).waitFor()
})

const STATES = [
  ['Do not disturb', 'Ken Myer does not want to be disturbed. A new message will wait in their mailbox.'],
  ['Presenting', 'Ken Myer is presenting. A new message will wait in their mailbox.'],
  ['Be right back', 'Ken Myer is away. Your message will be delivered; they may read it later.'],
  ['Off work', 'Ken Myer is away. Your message will be delivered; they may read it later.'],
  ['Appear offline', 'Ken Myer is not signed in. Your message will be kept in their mailbox.'],
] as const

test('what somebody chooses for themselves is what others are told', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  const ken = await stage.signedIn('ken')
  await find(tony, 'Ken Myer')
  await ken.getByRole('button', { name: /Your presence/ }).click()
  for (const [state, line] of STATES) {
    await ken.getByRole('menuitemradio', { name: state }).click()
    await tony.getByRole('status').filter({ hasText: line }).waitFor()
    // The answer of the own page may come after the event of the other.
    await ken.getByRole('menuitemradio', { name: state, checked: true }).waitFor()
    assert.equal(await ken.getByRole('menuitemradio', { name: state }).getAttribute('aria-checked'), 'true')
  }
  // Somebody who appears offline looks absent in every way, and has the message all the same.
  await write(tony, 'Ken Myer', 'Are you hiding?')
  await message(tony, 'Are you hiding?').getByText('Queued', { exact: true }).waitFor()
  await ken.keyboard.press('Escape')
  await ken.getByRole('navigation', { name: 'Conversations' }).getByText('Are you hiding?').waitFor()
  await ken.getByRole('button', { name: /Your presence/ }).click()
  await ken.getByRole('button', { name: 'Back to automatic' }).click()
  await message(tony, 'Are you hiding?').getByText('Delivered', { exact: true }).waitFor()
  assert.deepEqual(stage.complaints, [])
})
