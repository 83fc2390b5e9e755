import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, message, missing, Stage, until, write } from './browser.ts'

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

test('Esc closes one layer at a time, the topmost, and then goes back to the message box', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  await page.getByRole('button', { name: /Your presence/ }).click()
  await page.getByRole('button', { name: 'Settings' }).click()
  const settings = page.getByRole('dialog', { name: 'Settings' })
  await settings.waitFor()
  await page.keyboard.press('Control+k')
  const finder = page.getByRole('combobox', { name: 'Find people' })
  await focusIs(page, 'Find people')
  await page.getByRole('listbox').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('listbox').waitFor({ state: 'detached' })
  assert.equal(await settings.count(), 1, 'the settings stay')
  await page.keyboard.press('Escape')
  await settings.waitFor({ state: 'detached' })
  await finder.waitFor()
  await page.keyboard.press('Escape')
  await focusIs(page, 'Message to Ken Myer')
})

test('Alt+Shift and arrows go to what is unread, and nowhere where nothing is', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  for (const name of ['tony', 'pilar', 'lisa']) {
    const page = await stage.signedIn(name)
    await find(page, 'Ken Myer')
    await write(page, 'Ken Myer', `From ${name}.`)
    await message(page, `From ${name}.`).getByText('Queued', { exact: true }).waitFor()
    await page.context().close()
  }
  const ken = await stage.signedIn('ken')
  const list = ken.getByRole('navigation', { name: 'Conversations' })
  const unread = (n: number) =>
    until(
      async () => (await ken.evaluate(`document.querySelectorAll('.talk.unread').length === ${n}`)) === true,
    )
  await list.getByRole('link', { name: /Pilar Ackerman/ }).click()
  await ken.getByRole('heading', { level: 1, name: 'Pilar Ackerman' }).waitFor()
  await unread(2)
  // Newest first: Lisa, Pilar, Tony.
  await ken.keyboard.press('Alt+Shift+ArrowDown')
  await ken.getByRole('heading', { level: 1, name: 'Tony Smith' }).waitFor()
  await unread(1)
  // Over Pilar, who has been read.
  await ken.keyboard.press('Alt+Shift+ArrowUp')
  await ken.getByRole('heading', { level: 1, name: 'Lisa Andrews' }).waitFor()
  await unread(0)
  await ken.keyboard.press('Alt+Shift+ArrowDown')
  await ken.getByRole('heading', { level: 1, name: 'Lisa Andrews' }).waitFor()
})

test('the single key can be turned off, and stays off (WCAG 2.1.4)', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  const keyboard = page.getByRole('dialog', { name: 'Keyboard' })
  const press = async (): Promise<void> => {
    await page.getByRole('log').focus()
    await page.keyboard.press('?')
  }
  await press()
  await keyboard.waitFor()
  await keyboard.getByRole('checkbox', { name: 'Single-key shortcuts' }).uncheck()
  await page.keyboard.press('Escape')
  await keyboard.waitFor({ state: 'detached' })
  await press()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Ken Myer' }).waitFor()
  await press()
  // Keys with Ctrl or Alt go on as before.
  await page.keyboard.press('Control+k')
  await focusIs(page, 'Find people')
  assert.equal(await keyboard.count(), 0)
})

test('F6 goes round on every page, and in one column', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  const round = async (): Promise<readonly string[]> => {
    const seen: string[] = []
    for (let n = 0; n < 6; n++) {
      await page.keyboard.press('F6')
      seen.push(await page.evaluate("document.activeElement.closest('[data-region]')?.className ?? ''"))
    }
    return seen
  }
  for (const [hash, regions] of [
    ['#/', ['side']],
    ['#/inbox', ['side', 'away-page']],
    ['#/waiting', ['side', 'away-page']],
  ] as const) {
    await page.evaluate(`location.hash = '${hash}'`)
    await until(
      async () =>
        (await page.evaluate(`document.querySelectorAll('[data-region]').length >= ${regions.length}`)) ===
        true,
    )
    const seen = new Set(await round())
    for (const region of regions)
      assert.ok(
        [...seen].some((name) => name.includes(region)),
        `${hash}: ${region}`,
      )
    assert.ok(!seen.has(''), `${hash}: every press finds a region`)
  }
  await find(page, 'Ken Myer')
  await page.setViewportSize({ width: 390, height: 844 })
  const seen = await round()
  assert.ok(seen.some((name) => name.startsWith('log')) && seen.some((name) => name.startsWith('compose')))
  assert.ok(!seen.includes('side'), 'what is not on screen is no region')
})
