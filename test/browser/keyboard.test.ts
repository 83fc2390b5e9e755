import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, message, missing, Stage, write } from './browser.ts'

/** Accessible name of what has the focus, or its role where it has none. */
function focus(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const at = document.activeElement
    return at.labels?.[0]?.textContent.trim() || at.getAttribute('aria-label') || at.className || at.tagName
  })()`)
}

/** Waits until the focus is there: it may move with the next frame, and a test must not race it. */
async function focusIs(page: Page, name: string): Promise<void> {
  for (let left = 50; left > 0 && (await focus(page)) !== name; left--) await page.waitForTimeout(100)
  assert.equal(await focus(page), name)
}

test('the whole of the main job works without a pointer', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await (await stage.device()).newPage()
  const { user, password } = stage.person('tony')
  await page.goto(stage.url)
  await page.getByRole('textbox', { name: 'Work address' }).focus()
  await page.keyboard.type(user)
  await page.keyboard.press('Tab')
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation', { name: 'Conversations' }).waitFor()

  await page.keyboard.press('Control+k')
  await focusIs(page, 'Find people')
  await page.keyboard.type('ken')
  await page.getByRole('option', { name: /Ken Myer/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Ken Myer' }).waitFor()
  await focusIs(page, 'Message to Ken Myer')
  await page.keyboard.type('By keyboard alone.')
  await page.keyboard.press('Enter')
  await message(page, 'By keyboard alone.').getByText('Queued', { exact: true }).waitFor()
  await page.keyboard.type('Two')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('lines')
  assert.equal(await page.getByRole('textbox', { name: 'Message to Ken Myer' }).inputValue(), 'Two\nlines')
})

test('Enter before the directory has answered opens nobody but whom the text names', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await page.route('**/people/search**', () => {})
  const field = page.getByRole('combobox', { name: 'Find people' })
  await field.click()
  await page.getByRole('option', { name: /Pilar Ackerman/ }).waitFor()
  await field.fill('zzz')
  await field.press('Enter')
  assert.equal(await field.inputValue(), 'zzz', 'nobody')
  await field.fill('Pilar')
  await field.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Pilar Ackerman' }).waitFor()
})

test('F6 goes round the regions, arrows walk the messages, Esc comes back to the message box', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  for (const text of ['One.', 'Two.']) await write(page, 'Ken Myer', text)
  await message(page, 'Two.').getByText('Queued', { exact: true }).waitFor()
  await page.getByRole('textbox', { name: 'Message to Ken Myer' }).focus()
  const regions: string[] = []
  for (let n = 0; n < 4; n++) {
    await page.keyboard.press('F6')
    regions.push(await focus(page))
  }
  assert.deepEqual(regions, ['Details', 'talk', 'Messages', 'Message to Ken Myer'])
  await page.keyboard.press('Shift+F6')
  await page.keyboard.press('ArrowUp')
  assert.match((await page.locator(':focus').textContent()) ?? '', /Two\./)
  await page.keyboard.press('ArrowUp')
  assert.match((await page.locator(':focus').textContent()) ?? '', /One\./)
  await page.keyboard.press('Escape')
  await focusIs(page, 'Message to Ken Myer')
})

test('Alt and arrows change the conversation, the question mark tells all keys', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  for (const name of ['Ken Myer', 'Pilar Ackerman']) {
    await find(page, name)
    await write(page, name, `Hello ${name}.`)
    await message(page, `Hello ${name}.`).getByText('Queued', { exact: true }).waitFor()
  }
  await page.keyboard.press('Alt+ArrowDown')
  await page.getByRole('heading', { level: 1, name: 'Ken Myer' }).waitFor()
  await page.keyboard.press('Alt+ArrowUp')
  await page.getByRole('heading', { level: 1, name: 'Pilar Ackerman' }).waitFor()
  // In the message box it is a character.
  await page.keyboard.press('?')
  assert.equal(await page.getByRole('dialog').count(), 0)
  await page.getByRole('log').focus()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'detached' })
  await focusIs(page, 'Messages')
})
