import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { type Look, missing, until } from './browser.ts'
import { openTalk, openWithLetters, placeOf } from './history.ts'
import { talk } from './letters.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Narrowest, a big screen at 200 % zoom, and a phone in Japanese. */
const SHAPES: readonly (readonly [string, Look])[] = [
  ['320 px', { width: 320, height: 640 }],
  ['1280 px at 200 %', { width: 640, height: 400 }],
  ['390 px in Japanese at night', { width: 390, height: 844, language: 'ja', theme: 'dark' }],
]

async function fits(page: Page, what: string): Promise<void> {
  const wide = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'))
  assert.ok(wide <= 0, `${what} scrolls sideways by ${wide} px`)
}

test('history is read on small screens too: nothing sideways, nothing hidden, the menu in view', {
  skip: missing,
  timeout: 180_000,
}, async () => {
  const end = Date.now() - HOUR
  await using stage = await openWithLetters(
    (sip) => [
      ...talk(sip('tony'), sip('ken'), 400, end - 2 * DAY, 25),
      ...talk(sip('tony'), sip('ken'), 30, end, 20)
        .filter(({ from }) => from === sip('tony'))
        .map((letter) => ({ ...letter, text: `late ${letter.text}`, waits: true })),
    ],
    ['tony', 'ken'],
  )
  for (const [name, look] of SHAPES) {
    const page = await stage.signedIn('ken', look)
    await fits(page, `${name}: the inbox`)
    await openTalk(stage, page, 'tony')
    await fits(page, `${name}: the conversation`)

    // A message with the focus is whole in view, below the head and above the message box (WCAG 2.4.11).
    await page.getByRole('log').focus()
    for (let n = 0; n < 12; n++) {
      await page.keyboard.press('ArrowUp')
      const hidden = Number(
        await page.evaluate(`(() => {
          const box = document.querySelector('.msg:focus').getBoundingClientRect()
          const log = document.querySelector('[role=log]').getBoundingClientRect()
          return box.height > log.height ? 0 : Math.max(log.top - box.top, box.bottom - log.bottom)
        })()`),
      )
      assert.ok(hidden < 2, `${name}: ${hidden} px of the focused message are hidden`)
    }

    const menu = page.locator('.thread-menu > button')
    const size = await menu.boundingBox()
    assert.ok(
      (size?.width ?? 0) >= 24 && (size?.height ?? 0) >= 24,
      `${name}: the target is ${size?.width} px wide`,
    )
    await menu.click()
    const panel = await page.locator('.thread-pop').boundingBox()
    const { width = 0, height = 0 } = look
    assert.ok(
      panel && panel.x >= 0 && panel.x + panel.width <= width && panel.y + panel.height <= height,
      name,
    )
    await fits(page, `${name}: the menu`)
    // Esc closes it and gives the focus back.
    await page.keyboard.press('Escape')
    await page.locator('.thread-pop').waitFor({ state: 'detached' })
    await until(() => menu.evaluate((button) => button.matches(':focus')))
    await menu.press('Enter')
    await page.locator('.thread-pop button').last().click()
    await until(async () => !Number.isNaN(await placeOf(page, '#1 the')))
    await fits(page, `${name}: the beginning`)
    await page.context().close()
  }
  assert.deepEqual(stage.complaints, [])
})

test('with forced colours the lit line and the mark of what is new are still there; nothing moves by itself', {
  skip: missing,
}, async () => {
  const end = Date.now() - HOUR
  await using stage = await openWithLetters((sip) =>
    talk(sip('tony'), sip('ken'), 60, end, 20).map((letter) => ({ ...letter, waits: true })),
  )
  const page = await stage.signedIn('ken')
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  await openTalk(stage, page, 'tony')
  const seen = await page.evaluate(`(() => {
    const line = getComputedStyle(document.querySelector('.msg.night'), '::before')
    const ground = getComputedStyle(document.body).backgroundColor
    const button = getComputedStyle(document.querySelector('.to-end'))
    return {
      line: line.borderInlineStartStyle, width: line.borderInlineStartWidth, same: line.borderInlineStartColor === ground,
      button: button.borderTopStyle, smooth: getComputedStyle(document.querySelector('[role=log]')).scrollBehavior,
      moves: getComputedStyle(document.documentElement).getPropertyValue('--move').trim(),
    }
  })()`)
  assert.deepEqual(seen, {
    line: 'dotted',
    width: '2px',
    same: false,
    button: 'solid',
    smooth: 'auto',
    moves: '0s',
  })
})
