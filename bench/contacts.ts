import type { Page } from 'playwright-core'
import { stageWithManyContacts } from '../test/browser/many-contacts.ts'
import type { Measurement } from './run.ts'

const TIMES = 30

/**
 * The contact list of the web client in a real Chromium against a real server: from the press on the tab until all rows are on the page
 * and painted, and from an arrow key until the row it leads to is. Arguments: `--n` contacts, `--groups` groups.
 */
export async function* bench(args: readonly string[]): AsyncIterable<Measurement> {
  const value = (name: string, otherwise: number) => {
    const at = args.indexOf(name)
    return Number(at < 0 ? otherwise : args[at + 1])
  }
  const contacts = value('--n', 500)
  const groups = value('--groups', 20)
  await using stage = await stageWithManyContacts(contacts, groups)
  const page = await stage.signedIn('tony')
  const tabs = page.getByRole('tab')
  await tabs.nth(1).click()
  await page
    .locator('.contact')
    .nth(contacts - 1)
    .waitFor({ state: 'attached' })
  const about = { bench: 'contacts', contacts, groups }
  yield { ...about, what: 'tab to list', ...(await opened(page, contacts)) }
  yield { ...about, what: 'arrow key to paint', ...(await walked(page)) }
}

/** Runs in the page: what stands in a frame is painted when the task behind it runs. */
const PAINTED = `const painted = () => new Promise((done) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => done()
  port2.postMessage(0)
}))`

async function opened(page: Page, contacts: number): Promise<Measurement> {
  const times = await page.evaluate(`(async () => {
    ${PAINTED}
    const [talks, list] = document.querySelectorAll('[role="tab"]')
    const times = []
    for (let n = 0; n < ${TIMES}; n++) {
      talks.click()
      await painted()
      const from = performance.now()
      list.click()
      while (document.querySelectorAll('.contact').length < ${contacts}) await painted()
      await painted()
      times.push(performance.now() - from)
    }
    return times
  })()`)
  return spread(times as readonly number[])
}

async function walked(page: Page): Promise<Measurement> {
  await page.locator('.contact').first().focus()
  await page.evaluate(`(() => {
    ${PAINTED}
    window.walked_ = []
    addEventListener('keydown', (event) => void painted().then(() => window.walked_.push(performance.now() - event.timeStamp)), { capture: true })
  })()`)
  for (let n = 0; n < TIMES; n++) {
    await page.keyboard.press('ArrowDown')
    await page.waitForTimeout(40)
  }
  return spread((await page.evaluate('window.walked_')) as readonly number[])
}

function spread(times: readonly number[]): Measurement {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) =>
    Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN) * 10) / 10
  return { medianMs: at(0.5), p95Ms: at(0.95), longestMs: at(1), times: sorted.length }
}
