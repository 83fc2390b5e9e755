import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { type Look, missing } from './browser.ts'
import { everyView, openStage } from './views.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Finding {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** axe over the whole page, WCAG 2.0 to 2.2 A and AA and best practices. It runs in a world of its own, which the page's policy does not bind. */
async function findings(page: Page): Promise<readonly Finding[]> {
  // Colours are measured when nothing moves any more.
  await page.evaluate(
    'Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))).then(() => 0)',
  )
  const session = await page.context().newCDPSession(page)
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
  })
  await session.send('Runtime.evaluate', { expression: AXE, contextId: executionContextId })
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
    expression: 'axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations)',
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
  })
  await session.detach()
  assert.equal(exceptionDetails, undefined)
  return result.value
}

const LOOKS: readonly (readonly [string, Look])[] = [
  ['by day', { theme: 'light' }],
  ['at night', { theme: 'dark', language: 'ja' }],
  ['on a phone by day', { theme: 'light', language: 'ja', width: 390, height: 844 }],
  ['on a phone at night', { theme: 'dark', width: 390, height: 844 }],
]

for (const [name, look] of LOOKS) {
  test(`axe finds nothing serious on any view ${name}`, { skip: missing, timeout: 180_000 }, async () => {
    await using stage = await openStage()
    const found: string[] = []
    await everyView(stage, look, async (view, page) => {
      for (const { id, impact, nodes } of await findings(page)) {
        if (impact !== 'serious' && impact !== 'critical') continue
        found.push(`${view}: ${id} ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
      }
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      if (Number(wide) > 0) found.push(`${view}: scrolls sideways by ${wide} px`)
    })
    assert.deepEqual(found, [])
  })
}

/** Times and hosts differ from run to run. */
function steady(tree: string): string {
  return tree
    .replace(/\b\d{1,2}:\d{2}\b/g, 'TIME')
    .replace(/\blocalhost:\d+/g, 'HOST')
    .replace(/Good (?:morning|afternoon|evening)/g, 'Good DAY')
    .replace(/Today from TIME to TIME\. /g, '')
    .replace(/(?<=code: )[\w-]{12,}$/gm, 'PASSWORD')
    .replace(/(nightpost\.localhost) [\w-]{12,}/g, '$1 PASSWORD')
}

test('the accessibility tree of every view is as it was looked at', {
  skip: missing,
  timeout: 120_000,
}, async (t) => {
  await using stage = await openStage()
  await everyView(stage, {}, async (view, page) => {
    const tree = steady(await page.locator('body').ariaSnapshot())
    t.assert.fileSnapshot(tree, join(import.meta.dirname, 'trees', `${view}.txt`), { serializers: [String] })
  })
})
