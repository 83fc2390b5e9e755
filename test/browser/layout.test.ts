import assert from 'node:assert/strict'
import test from 'node:test'
import { type Look, missing } from './browser.ts'
import { layoutFaults } from './layout.ts'
import { everyView, ofThisRun, openStage } from './views.ts'

/** Phones, a tablet, a desk; and the desk at 200 % zoom, which is half as many CSS pixels each way (WCAG 1.4.4, 1.4.10). */
const SIZES = [
  ['320 px', 320, 640],
  ['390 px', 390, 844],
  ['768 px', 768, 1024],
  ['1400 px', 1400, 900],
  ['1400 px at 200 %', 700, 450],
] as const

for (const language of ofThisRun(['en', 'ja'] as const)) {
  test(`every view has room at every width, ${language}`, { skip: missing, timeout: 480_000 }, async () => {
    await using stage = await openStage()
    const found: string[] = []
    await everyView(stage, { language }, async (view, page) => {
      const before = page.viewportSize()
      for (const [name, width, height] of SIZES) {
        await page.setViewportSize({ width, height })
        for (const fault of await layoutFaults(page, 24)) found.push(`${view}, ${name}: ${fault}`)
      }
      if (before) await page.setViewportSize(before)
    })
    assert.deepEqual(found, [])
  })
}

const FINGERS: Look = { width: 390, height: 844, touch: true }

for (const language of ofThisRun(['ja', 'en'] as const)) {
  test(`on a touch screen every target is large enough, ${language}`, {
    skip: missing,
    timeout: 480_000,
  }, async () => {
    await using stage = await openStage()
    const found: string[] = []
    await everyView(stage, { ...FINGERS, language }, async (view, page) => {
      for (const fault of await layoutFaults(page, 44)) found.push(`${view}: ${fault}`)
    })
    assert.deepEqual(found, [])
  })
}

test('text of twice the size has room', { skip: missing, timeout: 480_000 }, async () => {
  await using stage = await openStage()
  const found: string[] = []
  await everyView(stage, { language: 'ja', textSize: 32 }, async (view, page) => {
    for (const fault of await layoutFaults(page, 24)) found.push(`${view}: ${fault}`)
  })
  assert.deepEqual(found, [])
})
