import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, message, missing, Stage, until, WORDS, write } from './browser.ts'
import { newPerson, openPresence, openSettings } from './own.ts'

async function openDevices(page: Page) {
  const settings = await openSettings(page)
  await settings.getByRole('button', { name: 'Where you are signed in' }).click()
  const dialog = page.getByRole('dialog', { name: 'Where you are signed in' })
  await dialog.waitFor()
  return dialog
}

const ended = (page: Page) => page.getByText('Your session has ended.').waitFor()

test('one device is signed out after a question, and shows the door with words', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const here = await stage.signedIn('tony')
  const there = await stage.signedIn('tony')
  await find(there, 'Ken Myer')
  await there.getByRole('textbox', { name: WORDS.en.messageTo('Ken Myer') }).fill('Half a sentence')
  const dialog = await openDevices(here)
  const rows = dialog.getByRole('listitem')
  await until(async () => (await rows.count()) === 2)
  assert.match((await rows.first().textContent()) ?? '', /Chrome \d+ on Linux.*This device.*In use/)
  assert.equal(await rows.first().getByRole('button').count(), 0, 'this device has its own way out')

  await rows
    .last()
    .getByRole('button', { name: /^Sign out: Chrome/ })
    .click()
  // The safe answer has the focus: Enter removes nothing.
  await here.keyboard.press('Enter')
  assert.equal(await rows.count(), 2)
  await rows
    .last()
    .getByRole('button', { name: /^Sign out: Chrome/ })
    .click()
  await rows.last().getByRole('button', { name: 'Sign out', exact: true }).click()
  await until(async () => (await rows.count()) === 1)
  await dialog.getByText('Signed out.').waitFor()
  await dialog.getByText('You are signed in nowhere else.').waitFor()

  await ended(there)
  await there.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await stage.signIn(there, 'tony')
  await find(there, 'Ken Myer')
  const box = there.getByRole('textbox', { name: WORDS.en.messageTo('Ken Myer') })
  assert.equal(await box.inputValue(), 'Half a sentence', 'drafts stay on the device')
  assert.deepEqual(stage.complaints, [])
})

test('all other devices are signed out at once, this one goes on', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const here = await stage.signedIn('tony')
  const others = [await stage.signedIn('tony'), await stage.signedIn('tony')]
  const dialog = await openDevices(here)
  await dialog.getByRole('button', { name: 'Sign out all others' }).click()
  await dialog.getByText('Sign out the 2 other devices?').waitFor()
  await dialog.getByRole('group').getByRole('button', { name: 'Sign out all others' }).click()
  for (const page of others) await ended(page)
  await here.keyboard.press('Escape')
  await find(here, 'Ken Myer')
  await write(here, 'Ken Myer', 'Still here.')
  await message(here, 'Still here.').getByText('Queued', { exact: true }).waitFor()
})

test('who has a made password is asked for an own one, may put it off, and changes it everywhere', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const { user, password } = newPerson(stage, 'robin.wood', 'Robin Wood')
  const signIn = async (page: Page, secret: string): Promise<void> => {
    await page.getByRole('textbox', { name: 'Work address' }).fill(user)
    await page.getByLabel('Password').fill(secret)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation', { name: 'Conversations' }).waitFor()
  }
  const open = async (): Promise<Page> => {
    const page = await (await stage.device()).newPage()
    await page.goto(stage.url)
    return page
  }
  const here = await open()
  await signIn(here, password)
  const prompt = here.getByText('Your password was made for you.')
  await prompt.waitFor()
  await here.setViewportSize({ width: 390, height: 844 })
  await prompt.waitFor()
  await here.setViewportSize({ width: 1400, height: 900 })
  await here.getByRole('button', { name: 'Later' }).click()
  await prompt.waitFor({ state: 'detached' })
  await here.reload()
  await here.getByRole('navigation', { name: 'Conversations' }).waitFor()
  assert.equal(await prompt.count(), 0, 'put off is put off')

  const there = await open()
  await signIn(there, password)
  await there.getByRole('button', { name: 'Change password' }).click()
  const dialog = there.getByRole('dialog', { name: 'Change password' })
  const change = async (current: string, next: string): Promise<void> => {
    await dialog.getByLabel('Current password').fill(current)
    await dialog.getByLabel('New password').fill(next)
    await dialog.getByRole('button', { name: 'Change password' }).click()
  }
  const refusals: readonly [current: string, next: string, said: string][] = [
    [password, 'short', 'The new password is too short. It needs at least 12 characters.'],
    [password, 'password1234', 'The new password is one of those that are guessed first.'],
    [password, 'Robin.Wood12', 'The new password is too close to your name.'],
    [password, password, 'The new password is the old one.'],
    ['wrong', 'a meadow without fences', 'The current password is not right. Nothing was changed.'],
    ['', '', 'Type the current and the new password.'],
  ]
  for (const [current, next, said] of refusals) {
    await change(current, next)
    await dialog.getByRole('alert').getByText(said).waitFor()
  }
  await change(password, 'a meadow without fences')
  await dialog.getByText('Your password is changed. Your other devices are signed out.').waitFor()
  await there.keyboard.press('Escape')
  assert.equal(await there.getByText('Your password was made for you.').count(), 0)
  await ended(here)
  await here.getByRole('main').getByRole('button', { name: 'Sign in' }).click()
  await signIn(here, 'a meadow without fences')
  assert.deepEqual(stage.complaints, [])
})

test('Keep me signed in outlives the browser, without it the session does not', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  for (const keep of [false, true]) {
    const context = await stage.device()
    const page = await context.newPage()
    await page.goto(stage.url)
    if (keep) await page.getByLabel('Keep me signed in on this device').check()
    await stage.signIn(page, 'tony')
    const cookie = (await context.cookies()).find(({ name }) => name === 'nightpost')
    // Playwright's word for a cookie that goes when the browser closes is -1.
    assert.equal(cookie?.expires === -1, !keep)
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, 'Strict'])
    const again = await context.newPage()
    await again.goto(stage.url)
    await again.getByRole('navigation', { name: 'Conversations' }).waitFor()
    await context.close()
  }
})

test('signing out with something unsent asks, and nothing is lost either way', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  await page.context().setOffline(true)
  await write(page, 'Ken Myer', 'Not out yet.')
  await message(page, 'Not out yet.').getByText('Not sent yet', { exact: true }).waitFor()
  await (await openPresence(page)).getByRole('button', { name: 'Sign out' }).click()
  const question = page.getByRole('alertdialog', { name: 'Sign out with unsent messages?' })
  await question.getByText('1 message is not sent yet.').waitFor()
  await page.keyboard.press('Enter')
  await question.waitFor({ state: 'detached' })
  await (await openPresence(page)).getByRole('button', { name: 'Sign out' }).click()
  await page.context().setOffline(false)
  await question.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await stage.signIn(page, 'tony')
  await find(page, 'Ken Myer')
  await message(page, 'Not out yet.').getByText('Queued', { exact: true }).waitFor()
})

test('who signed out without a connection is not signed in again when it is back', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  const context = page.context()
  await context.route('**/session', (route) => route.abort())
  await (await openPresence(page)).getByRole('button', { name: 'Sign out' }).click()
  const address = page.getByRole('textbox', { name: WORDS.en.workAddress })
  await address.waitFor()
  await page.reload()
  await address.waitFor()
  await context.unroute('**/session')
  await page.reload()
  await address.waitFor()
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${stage.url}/session`, { headers: { cookie } })
  assert.deepEqual(await answer.json(), { signedIn: false }, 'the session is over on the server, too')
  await stage.signIn(page, 'tony')
  assert.deepEqual(stage.complaints, [])
})
