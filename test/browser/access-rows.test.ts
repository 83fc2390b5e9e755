import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, message, missing, Stage, until, write } from './browser.ts'
import { openStage } from './views.ts'

/*
 * The table of ux.md 1.4, one test a row.
 *
 * | criterion            | row                                            | test, or where else it is               |
 * |----------------------|------------------------------------------------|------------------------------------------|
 * | 4.1.3                | bursts are summarised                          | a burst is one sentence                  |
 * | 4.1.2                | who and text, then time, then extras           | a message is spoken in that order        |
 * | 4.1.3                | states are not read three times                | a state that changes is silent           |
 * | 4.1.2, 1.3.1         | whose unread, once                             | a badge says whose messages              |
 * | 2.1.1, 1.4.13        | actions without hover                          | what is done with a message by keyboard  |
 * | 2.4.11               | focus never hidden                             | what has the focus is to be seen         |
 * | 2.5.8                | targets                                        | `layout.test.ts`                         |
 * | 2.5.7                | moving without dragging                        | `contacts.test.ts` (there are no pins)   |
 * | 3.3.8                | paste and password managers                    | the sign-in page takes what is pasted    |
 * | 3.3.7, 3.2.6         | nothing asked twice                            | no view of the client has a wizard       |
 * | 1.4.1                | presence: shape and text                       | every state has a shape and a word       |
 * | 1.4.4, 1.4.10        | 200 %, 320 px                                  | `layout.test.ts`                         |
 * | 2.3.3                | reduced motion                                 | nothing moves where nothing should       |
 * | 1.4.11               | forced colours                                 | in the colours of the system             |
 * | gate                 | axe without serious findings                   | `access.test.ts`                         |
 */

/** From now on collects what a screen reader would say by itself: each new text of a live region. */
async function listen(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(`{
    window.heard = []
    const regions = '[role="status"], [role="alert"], [aria-live="polite"], [aria-live="assertive"]'
    new MutationObserver((changes) => {
      const changed = new Set(changes.map((change) => (change.target.nodeType === 3 ? change.target.parentElement : change.target)?.closest(regions)))
      for (const region of changed) if (region && region.textContent.trim() !== '') heard.push(region.textContent.trim())
    }).observe(document.body, { childList: true, characterData: true, subtree: true })
  }`)
  return () => page.evaluate('window.heard')
}

async function open(page: Page, name: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: new RegExp(name) })
    .click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

test('a burst is one sentence', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const ken = await stage.signedIn('ken')
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  await write(tony, 'Ken Myer', 'Hello.')
  await open(ken, 'Tony Smith')
  await message(tony, 'Hello.').getByText('Read', { exact: true }).waitFor()
  const heard = await listen(ken)
  await write(tony, 'Ken Myer', 'One alone.')
  await until(async () => (await heard()).length > 0)
  assert.deepEqual(await heard(), ['Tony Smith: One alone.'])
  // A device that was away for a moment gets five at once.
  await ken.context().setOffline(true)
  await ken.getByText('No connection since').waitFor()
  for (let n = 1; n <= 5; n++) await write(tony, 'Ken Myer', `Burst ${n}`)
  await message(tony, 'Burst 5').locator('.state').waitFor()
  await ken.context().setOffline(false)
  await message(ken, 'Burst 5').waitFor()
  await until(async () => (await heard()).some((said) => said.includes('new messages')))
  assert.deepEqual(
    (await heard()).filter((said) => /Tony Smith/.test(said)),
    ['Tony Smith: One alone.', '5 new messages from Tony Smith'],
  )
})

test('a message is spoken in that order: who, text, time, state', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  await write(tony, 'Ken Myer', 'The order of things.')
  await message(tony, 'The order').getByText('Queued', { exact: true }).waitFor()
  await tony.getByRole('listitem', { name: /^You: ?The order of things\. ?\d\d:\d\d ?Queued$/ }).waitFor()
  const ken = await stage.signedIn('ken')
  await open(ken, 'Tony Smith')
  await ken.getByRole('listitem', { name: /^Tony Smith ?The order of things\. ?\d\d:\d\d/ }).waitFor()
})

test('a state that changes is silent', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  await tony.locator('#hint').getByText('Ken Myer is not signed in').waitFor()
  const heard = await listen(tony)
  await write(tony, 'Ken Myer', 'Silence.')
  await message(tony, 'Silence.').getByText('Queued', { exact: true }).waitFor()
  const ken = await stage.signedIn('ken')
  await open(ken, 'Tony Smith')
  await message(tony, 'Silence.').getByText('Read', { exact: true }).waitFor()
  // Presence and its line may speak; the three states do not.
  const said = (await heard()).filter((text) => /Queued|Delivered|Read|Silence/.test(text))
  assert.deepEqual(said, [])
})

test('a badge says whose messages, once', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  for (let n = 1; n <= 4; n++) await write(tony, 'Ken Myer', `Number ${n}`)
  await message(tony, 'Number 4').getByText('Queued', { exact: true }).waitFor()
  const ken = await stage.signedIn('ken')
  const list = ken.getByRole('navigation', { name: 'Conversations' })
  const link = list.getByRole('link', { name: /4 unread from Tony Smith/ })
  await link.waitFor()
  const [spoken = ''] = (await link.ariaSnapshot()).split('\n')
  assert.equal(spoken.match(/unread/g)?.length, 1, spoken)
  assert.equal(await link.locator('.count').getAttribute('aria-hidden'), 'true')
})

test('what is done with a message by keyboard', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  await write(tony, 'Ken Myer', 'For the keyboard.')
  await message(tony, 'For the keyboard.').getByText('Queued', { exact: true }).waitFor()
  const ken = await stage.signedIn('ken')
  await open(ken, 'Tony Smith')
  await message(tony, 'For the keyboard.').getByText('Read', { exact: true }).waitFor()
  await ken.getByRole('log').focus()
  await ken.keyboard.press('ArrowUp')
  await ken.keyboard.press('Tab')
  const copy = message(ken, 'For the keyboard.').getByRole('button', { name: 'Copy' })
  await until(() => copy.evaluate((button) => button.matches(':focus')))
  await until(
    async () =>
      (await ken.evaluate("getComputedStyle(document.activeElement.closest('.tools')).opacity")) === '1',
  )
  await ken.keyboard.press('Tab')
  await ken.keyboard.press('Enter')
  await ken
    .getByRole('navigation', { name: 'Conversations' })
    .getByText('1 unread from Tony Smith')
    .waitFor({ state: 'attached' })
})

test('what has the focus is to be seen', { skip: missing, timeout: 480_000 }, async () => {
  await using stage = await openStage()
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  for (let n = 1; n <= 30; n++)
    await write(tony, 'Ken Myer', `Line ${n} of a page that is longer than the window.`)
  await message(tony, 'Line 30').locator('.state').getByText('Queued', { exact: true }).waitFor()
  const hidden: string[] = []
  const walk = async (view: string): Promise<void> => {
    for (let n = 0; n < 60; n++) {
      await tony.keyboard.press(n % 20 === 19 ? 'Shift+Tab' : 'Tab')
      const fault = await tony.evaluate(FOCUS_HIDDEN)
      if (fault) hidden.push(`${view}: ${fault}`)
    }
  }
  for (const [width, height] of [
    [1400, 900],
    [700, 450],
    [320, 480],
  ] as const) {
    await tony.setViewportSize({ width, height })
    await walk(`conversation ${width}`)
    await tony.getByRole('log').focus()
    for (let n = 0; n < 12; n++) {
      await tony.keyboard.press('ArrowUp')
      const fault = await tony.evaluate(FOCUS_HIDDEN)
      if (fault) hidden.push(`log ${width}: ${fault}`)
    }
    await tony.evaluate("location.hash = '#/waiting'")
    await tony.locator('.sender').first().waitFor()
    await walk(`waiting ${width}`)
    await tony.evaluate("location.hash = '#/'")
    await walk(`list ${width}`)
    // The focus may be on the link that skips the list, which lies over it.
    await tony.locator('.me').focus()
    await tony.keyboard.press('Enter')
    await tony.getByRole('button', { name: 'Settings' }).click()
    await tony.getByRole('dialog').waitFor()
    await walk(`settings ${width}`)
    await tony.keyboard.press('Escape')
    await tony.evaluate(`location.hash = '#/with/${stage.person('ken').user}'`)
    await message(tony, 'Line 30').waitFor()
  }
  assert.deepEqual([...new Set(hidden)], [])
})

/** What is wrong with the element in focus: it is not on screen, or something lies over it (WCAG 2.4.11). */
const FOCUS_HIDDEN = `(() => {
  const e = document.activeElement
  if (!e || e === document.body) return ''
  const box = e.getBoundingClientRect()
  const name = e.tagName + '.' + e.className + ' "' + (e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 30) + '"'
  if (box.bottom <= 0 || box.right <= 0 || box.top >= innerHeight || box.left >= innerWidth) return name + ' is off the screen'
  for (const [x, y] of [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.2], [0.5, 0.8]]) {
    const hit = document.elementFromPoint(
      Math.min(innerWidth - 1, Math.max(0, box.left + box.width * x)),
      Math.min(innerHeight - 1, Math.max(0, box.top + box.height * y)),
    )
    if (hit && (e.contains(hit) || hit.contains(e) || hit.closest('label, .reveal, .select, .with-icon')?.contains(e))) return ''
  }
  return name + ' is covered'
})()`

test('the sign-in page takes what is pasted', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const { user, password } = stage.person('tony')
  const context = await stage.device()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  await page.goto(stage.url)
  // One types at once.
  await page.locator('#user:focus').waitFor()
  for (const [label, autocomplete, text] of [
    ['Work address', 'username', user],
    ['Password', 'current-password', password],
  ] as const) {
    const field = page.getByLabel(label, { exact: true })
    assert.equal(await field.getAttribute('autocomplete'), autocomplete)
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
    await field.focus()
    await page.keyboard.press('Control+v')
    assert.equal(await field.inputValue(), text)
  }
  await page.keyboard.press('Enter')
  await page.getByRole('navigation', { name: 'Conversations' }).waitFor()
})

test('every state has a shape and a word of its own', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const ken = await stage.signedIn('ken')
  await ken.getByRole('button', { name: /Your presence/ }).click()
  const choices = ken.getByRole('menuitemradio')
  await choices.first().waitFor()
  const shapes = await choices.locator('.mark').evaluateAll((marks) => marks.map((mark) => mark.innerHTML))
  const words = await choices.allTextContents()
  assert.equal(shapes.length, 8)
  assert.equal(new Set(shapes).size, 8)
  assert.equal(new Set(words).size, 8)
  // Beside each mark in the lists stands its word, seen or spoken.
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  await tony
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: /Ken Myer.*, Available/ })
    .waitFor()
})

test('nothing moves where nothing should', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await find(page, 'Ken Myer')
  await write(page, 'Ken Myer', 'Still.')
  await message(page, 'Still.').getByText('Queued', { exact: true }).waitFor()
  const moving = await page.evaluate(`[...document.querySelectorAll('*')].filter((e) => {
    const style = getComputedStyle(e)
    const long = (list) => list.split(',').some((one) => parseFloat(one) > 0.01)
    return long(style.transitionDuration) || (style.animationName !== 'none' && long(style.animationDuration))
  }).map((e) => e.tagName + '.' + e.className)`)
  assert.deepEqual(moving, [])
  assert.equal(await page.evaluate("getComputedStyle(document.querySelector('.log')).scrollBehavior"), 'auto')
})

test('in the colours of the system everything has an edge', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await page.emulateMedia({ forcedColors: 'active' })
  await find(page, 'Ken Myer')
  await write(page, 'Ken Myer', 'Waiting.')
  await message(page, 'Waiting.').getByText('Queued', { exact: true }).waitFor()
  const style = (selector: string, name: string): Promise<string> =>
    page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${name}`)
  assert.equal(await style('.msg.waiting .body', 'borderTopStyle'), 'dashed')
  assert.notEqual(await style('.msg.waiting .body', 'borderTopWidth'), '0px')
  assert.notEqual(await style('.slot', 'borderTopWidth'), '0px')
  assert.notEqual(await style('.compose .main', 'borderTopWidth'), '0px')
  await page.keyboard.press('Tab')
  assert.notEqual(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none')
  // What is chosen is not told by a ground alone, which the system takes away.
  assert.notEqual(
    (await style('.talk[aria-current]', 'outlineStyle')) +
      (await style('.talk[aria-current]', 'borderInlineStartStyle')),
    'nonenone',
  )
})
