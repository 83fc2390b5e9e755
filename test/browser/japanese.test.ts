import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { missing } from './browser.ts'
import { everyView, openStage } from './views.ts'

/** Our name, people's names inside sentences, names of browsers and time zones, and what is printed on keys. */
const NAMES =
  /Nightpost|Ken Myer|Tony Smith|Pilar Ackerman|Lisa Andrews|Chrome|Linux|[A-Z][a-z]+\/[A-Z]\w+|\b(?:Ctrl|Shift|Enter|Alt|Esc|F6|K|Home|End)\b/g

/** Texts on screen and texts that are only spoken, without what people wrote or are called. */
async function ownTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => {
    const skip = '[data-people], [lang="en"], option[value*="/"], option[value="UTC"], script, style, noscript'
    const texts = [document.title]
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (!node.parentElement.closest(skip)) texts.push(node.nodeValue)
    }
    for (const element of document.querySelectorAll('*')) {
      if (element.closest(skip)) continue
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'data-times']) {
        const value = element.getAttribute(name)
        if (value) texts.push(value)
      }
    }
    return texts
  })()`)
}

test('every view in Japanese has no Latin word outside names', {
  skip: missing,
  timeout: 480_000,
}, async () => {
  await using stage = await openStage()
  const found: string[] = []
  let seen = 0
  await everyView(stage, { language: 'ja' }, async (view, page) => {
    const texts = await ownTexts(page)
    seen += texts.length
    assert.equal(await page.locator('html').getAttribute('lang'), 'ja')
    for (const text of texts) {
      const rest = text.replace(NAMES, '')
      if (/[A-Za-z\u00c0-\u024f]{2,}/.test(rest)) found.push(`${view}: ${text}`)
    }
    // Between two facts of a line stands a middle dot of full width; the first text is the title of the page.
    for (const text of texts.slice(1)) if (text.includes(' · ')) found.push(`${view}: ${text}`)
  })
  assert.ok(seen > 300, 'the views were read')
  assert.deepEqual([...new Set(found)], [])
  assert.deepEqual(stage.complaints, [])
})
