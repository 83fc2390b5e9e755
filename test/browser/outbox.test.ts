import assert from 'node:assert/strict'
import test from 'node:test'
import { find, message, missing, Stage, write } from './browser.ts'

test('what is written without a connection survives a reload and goes out in order', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  await write(page, 'Ken Myer', 'Before the cable was pulled.')
  await message(page, 'Before the cable').getByText('Queued', { exact: true }).waitFor()

  // The application is out of reach, the page itself is not: so a reload shows what the device kept.
  await page.context().route('**/ucwa/**', (route) => route.abort())
  await page.context().route('**/Autodiscover/**', (route) => route.abort())
  await page.reload()
  await page.getByText('No connection since').waitFor()
  for (const text of ['One, offline.', 'Two, offline.', 'Three, offline.'])
    await write(page, 'Ken Myer', text)
  await message(page, 'Three, offline.').getByText('Not sent yet', { exact: true }).waitFor()
  await page.getByText('3 messages are kept on this device and wait for the connection.').waitFor()

  await page.reload()
  for (const text of ['One, offline.', 'Two, offline.', 'Three, offline.']) {
    await message(page, text).getByText('Not sent yet', { exact: true }).waitFor()
  }

  await page.context().unroute('**/ucwa/**')
  await page.context().unroute('**/Autodiscover/**')
  await message(page, 'Three, offline.').getByText('Queued', { exact: true }).waitFor()
  const ken = await stage.signedIn('ken')
  await ken.getByRole('heading', { name: '4 messages while you were away' }).waitFor()
  const texts = await ken.locator('.sender .text').allTextContents()
  assert.deepEqual(texts, [
    'Before the cable was pulled.',
    'One, offline.',
    'Two, offline.',
    'Three, offline.',
  ])
  assert.deepEqual(stage.complaints, [])
})

test('a lost answer makes no second message', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  let lost = 0
  await page.context().route('**/messagingInvitations', async (route) => {
    // The server has taken it; only the answer is lost.
    await route.fetch()
    lost += 1
    await route.abort()
    await page.context().unroute('**/messagingInvitations')
  })
  await write(page, 'Ken Myer', 'Only once.')
  await message(page, 'Only once.').getByText('Queued', { exact: true }).waitFor()
  const ken = await stage.signedIn('ken')
  await ken.getByRole('heading', { name: '1 message while you were away' }).waitFor()
  assert.equal(lost, 1)
})

test('signing out with unsent messages asks first', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  await page.context().route('**/ucwa/**', (route) => route.abort())
  await write(page, 'Ken Myer', 'Not yet.')
  await message(page, 'Not yet.').getByText('Not sent yet', { exact: true }).waitFor()
  await page.getByRole('button', { name: /Your presence/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  const question = page.getByRole('alertdialog')
  await question.getByText('1 message is not sent yet').waitFor()
  await question.getByRole('button', { name: 'Stay signed in' }).click()
  await question.waitFor({ state: 'hidden' })
  await page.getByRole('heading', { level: 1, name: 'Ken Myer' }).waitFor()
})
