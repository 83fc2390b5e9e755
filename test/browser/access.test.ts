import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { findings } from './axe.ts'
import { type Look, missing } from './browser.ts'
import { everyView, ofThisRun, openStage } from './views.ts'

const LOOKS: readonly (readonly [string, Look])[] = [
  ['by day', { theme: 'light' }],
  ['at night', { theme: 'dark', language: 'ja' }],
  ['on a phone by day', { theme: 'light', width: 390, height: 844 }],
  ['on a phone at night', { theme: 'dark', language: 'ja', width: 390, height: 844 }],
]

for (const [name, look] of ofThisRun(LOOKS)) {
  test(`axe finds nothing serious on any view ${name}`, { skip: missing, timeout: 480_000 }, async () => {
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

/** Times, days, hosts and browsers differ from run to run. */
function steady(tree: string): string {
  return (
    tree
      .replace(/\b\d{1,2}:\d{2}\b/g, 'TIME')
      .replace(/\blocalhost:\d+/g, 'HOST')
      .replace(/Good (?:morning|afternoon|evening)/g, 'Good DAY')
      .replace(/\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b/g, 'DAY')
      .replace(/DAY \d{1,2} [A-Z][a-z]+/g, 'DATE')
      .replace(/Chrome \d+ on \w+/g, 'BROWSER')
      // Which time zones there are is the browser's knowledge.
      .replace(/\n *- option "(?:[A-Z]\w+\/[^"]+|UTC)"/g, '')
      .replace(/from (?:::1|127\.0\.0\.1)/g, 'from ADDRESS')
      .replace(/(?<=code: )[\w-]{12,}$/gm, 'PASSWORD')
      .replace(/(nightpost\.localhost) [\w-]{12,}/g, '$1 PASSWORD')
  )
}

test('the accessibility tree of every view is as it was looked at', {
  skip: missing,
  timeout: 480_000,
}, async (t) => {
  await using stage = await openStage()
  await everyView(stage, {}, async (view, page) => {
    const tree = steady(await page.locator('body').ariaSnapshot())
    t.assert.fileSnapshot(tree, join(import.meta.dirname, 'trees', `${view}.txt`), { serializers: [String] })
  })
})
