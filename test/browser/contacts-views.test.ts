import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { findings } from './axe.ts'
import { type Look, missing, Stage } from './browser.ts'
import { contactViews } from './contact-views.ts'
import { layoutFaults } from './layout.ts'

/** A phone, a desk at 200 % zoom (half as many CSS pixels each way), a desk (WCAG 1.4.4, 1.4.10). */
const SIZES = [
  [320, 640],
  [700, 450],
  [1400, 900],
] as const

const LOOKS: readonly (readonly [string, Look])[] = [
  ['in English by day', { language: 'en', theme: 'light' }],
  ['in Japanese at night', { language: 'ja', theme: 'dark' }],
]

for (const [name, look] of LOOKS) {
  test(`axe finds nothing in any view of the contacts ${name}, and each has room from 320 px to 200 % zoom`, {
    skip: missing,
    timeout: 240_000,
  }, async () => {
    await using stage = await Stage.open()
    const found: string[] = []
    await contactViews(stage, look, async (view, page) => {
      for (const { id, nodes } of await findings(page))
        found.push(`${view}: ${id} ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`)
      const before = page.viewportSize()
      for (const [width, height] of SIZES) {
        await page.setViewportSize({ width, height })
        for (const fault of await layoutFaults(page, 24)) found.push(`${view}, ${width} px: ${fault}`)
      }
      if (before) await page.setViewportSize(before)
    })
    assert.deepEqual(found, [])
    assert.deepEqual(stage.complaints, [])
  })
}

test('on a touch screen every target of the contacts is 44 px', {
  skip: missing,
  timeout: 180_000,
}, async () => {
  await using stage = await Stage.open()
  const found: string[] = []
  await contactViews(stage, { width: 390, height: 844, touch: true }, async (view, page) => {
    for (const fault of await layoutFaults(page, 44)) found.push(`${view}: ${fault}`)
  })
  assert.deepEqual(found, [])
})

test('the accessibility tree of every view of the contacts is as it was looked at', {
  skip: missing,
  timeout: 180_000,
}, async (t) => {
  await using stage = await Stage.open()
  await contactViews(stage, {}, async (view, page) => {
    // The other settings have trees of their own, and the time zones of a browser change.
    const part =
      view === 'contacts-privacy' ? page.getByRole('region', { name: 'Privacy' }) : page.locator('body')
    const tree = (await part.ariaSnapshot()).replace(/\b\d{1,2}:\d{2}\b/g, 'TIME')
    t.assert.fileSnapshot(tree, join(import.meta.dirname, 'trees', `${view}.txt`), { serializers: [String] })
  })
})
