import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, message, missing, Stage, until, write } from './browser.ts'
import { everyView, openStage } from './views.ts'

// Day and night, print, and how Japanese is set (design README sections 2 and 3; ux.md 1.5).

const PAPER = { light: 'rgb(241, 244, 246)', dark: 'rgb(13, 20, 27)' } as const

function ground(page: Page): Promise<string> {
  return page.evaluate('getComputedStyle(document.body).backgroundColor')
}

test('day and night follow the system, at once', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  assert.equal(await ground(page), PAPER.light)
  await page.emulateMedia({ colorScheme: 'dark' })
  assert.equal(await ground(page), PAPER.dark)
  await page.emulateMedia({ colorScheme: 'light' })
  assert.equal(await ground(page), PAPER.light)
})

test('a chosen theme holds against the system, on every device, and nothing flashes as a page loads', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony', { theme: 'light' })
  await page.getByRole('button', { name: /Your presence/ }).click()
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByLabel('Theme').selectOption({ label: 'Night' })
  await until(
    async () =>
      (await page.evaluate(`getComputedStyle(document.body).backgroundColor === '${PAPER.dark}'`)) === true,
  )
  const other = await stage.signedIn('tony', { theme: 'light' })
  await until(
    async () =>
      (await other.evaluate(`getComputedStyle(document.body).backgroundColor === '${PAPER.dark}'`)) === true,
  )
  // Every ground that is painted, from the first frame on, also while the script is still on its way.
  await page.context().addInitScript(`{
    window.grounds = []
    const look = () => {
      if (document.body) grounds.push(getComputedStyle(document.body).backgroundColor)
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  }`)
  await page.route('**/assets/*.js', async (route) => {
    await until(async () => (await page.evaluate('window.grounds?.length > 10')) === true)
    await route.continue()
  })
  await page.reload()
  await page.locator('.chat').waitFor()
  const grounds: readonly string[] = await page.evaluate('[...new Set(window.grounds)]')
  assert.deepEqual(grounds, [PAPER.dark])
})

test('on paper there is the conversation, without what one presses', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony', { theme: 'dark' })
  await find(page, 'Ken Myer')
  for (let n = 1; n <= 40; n++) await write(page, 'Ken Myer', `Line ${n}`)
  await message(page, 'Line 40').locator('.state.waiting').waitFor()
  await page.emulateMedia({ media: 'print' })
  for (const gone of ['.side', '.compose', '.more', '.thread-menu'])
    assert.equal(await page.locator(gone).first().isVisible(), false, gone)
  assert.equal(await page.getByRole('heading', { level: 1, name: 'Ken Myer' }).isVisible(), true)
  // Dark ink on white, whatever the screen has, and nothing hidden in a frame that scrolls.
  assert.equal(
    await page.evaluate("getComputedStyle(document.querySelector('.pane')).backgroundColor"),
    'rgb(255, 255, 255)',
  )
  assert.equal(await page.evaluate("getComputedStyle(document.querySelector('.log')).overflowY"), 'visible')
})

test('Japanese is set as Japanese', { skip: missing, timeout: 480_000 }, async () => {
  await using stage = await openStage()
  const found: string[] = []
  let seen = 0
  await everyView(stage, { language: 'ja' }, async (view, page) => {
    const faults: readonly string[] = await page.evaluate(JAPANESE)
    seen += 1
    for (const fault of faults) found.push(`${view}: ${fault}`)
  })
  assert.ok(seen > 20, 'the views were looked at')
  assert.deepEqual([...new Set(found)], [])
})

test('an English page has Japanese names and messages in Japanese type', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, '佐藤 花子')
  await write(page, '佐藤 花子', 'お疲れさまです。会議は「3時」からです。')
  await write(page, '佐藤 花子', 'And this is English.')
  await message(page, 'And this').locator('.state').waitFor()
  assert.equal(await page.locator('.msg .text').first().getAttribute('lang'), 'ja')
  assert.notEqual(await page.locator('.msg .text').last().getAttribute('lang'), 'ja')
  assert.equal(await page.locator('h1 [lang]').getAttribute('lang'), 'ja')
  assert.deepEqual(await page.evaluate(JAPANESE), [])
})

/** Text in kana or Han that is not marked as Japanese or is set against the rules: letter-spacing, italics, capitals, loose line breaks. */
const JAPANESE = `(() => {
  const found = []
  const kana = /[\\u3040-\\u30ff]/
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.nodeValue.trim()
    const e = node.parentElement
    if (!kana.test(text) || e.closest('script, style, noscript')) continue
    const style = getComputedStyle(e)
    const named = e.closest('[lang]')?.getAttribute('lang')
    const bad = []
    if (named !== 'ja') bad.push('lang ' + named)
    if (style.lineBreak !== 'strict') bad.push('line-break ' + style.lineBreak)
    if (!['normal', '0px'].includes(style.letterSpacing)) bad.push('letter-spacing ' + style.letterSpacing)
    if (style.fontStyle !== 'normal') bad.push('italics')
    if (style.textTransform !== 'none') bad.push('capitals')
    if (style.textDecorationLine.includes('underline') && !e.closest('a, button')) bad.push('underline')
    const inPeoples = e.closest('[data-people]')
    if (inPeoples && style.wordBreak !== 'normal') bad.push('word-break of people ' + style.wordBreak)
    if (!inPeoples && document.documentElement.lang === 'ja' && style.wordBreak !== 'auto-phrase') bad.push('word-break ' + style.wordBreak)
    if (e.closest('.msg .text') && parseFloat(style.lineHeight) / parseFloat(style.fontSize) < 1.65) bad.push('line height ' + style.lineHeight)
    if (bad.length > 0) found.push(e.tagName.toLowerCase() + '.' + e.className + ' ' + text.slice(0, 20) + ': ' + bad.join(', '))
  }
  return found
})()`
