import type { CDPSession, Page } from 'playwright-core'
import { openTalk, openWithLetters } from '../test/browser/history.ts'
import { talk } from '../test/browser/letters.ts'
import type { Measurement } from './run.ts'

const SPEED_PX = 6000
const GESTURE_PX = 24_000
const LONG_MS = 50
const KEYS = 60
const LOADS = 5

/**
 * The web client in a real Chromium against a real server, in a conversation of 10,000 messages: frames while it is scrolled from the
 * newest message to the first, beside an empty page that is scrolled in the same way in the same minute; key press to paint; a page that
 * is loaded again until the messages are there. Arguments: `--n` messages.
 */
export async function* bench(args: readonly string[]): AsyncIterable<Measurement> {
  const at = args.indexOf('--n')
  const count = Number(at < 0 ? 10_000 : args[at + 1])
  await using stage = await openWithLetters(
    (sip) => talk(sip('tony'), sip('ken'), count, Date.now() - 3_600_000, 45),
    ['tony', 'ken'],
  )
  const page = await stage.signedIn('ken')
  await openTalk(stage, page, 'tony')
  yield { bench: 'web', what: 'key press to paint', messages: count, ...(await keys(page)) }

  const empty = await stage.device()
  const blank = await empty.newPage()
  await blank.setContent(
    '<div role="log" style="height:100vh;overflow:auto"><div style="height:4000000px"></div></div>',
  )
  await blank.evaluate(`document.querySelector('[role=log]').scrollTop = 3900000`)
  const plain = await scrolled(blank, async (log) => (await log.top()) < 3_900_000 - 5 * GESTURE_PX)
  await empty.close()

  const scroll = await scrolled(page, async (log) => log.isAtBeginning())
  yield {
    bench: 'web',
    what: 'scroll to the first message',
    messages: count,
    framesPerSecond: scroll.perSecond,
    emptyPage: plain.perSecond,
    ratio: Math.round((scroll.perSecond / plain.perSecond) * 100) / 100,
    frames: scroll.frames,
    longPerThousand: scroll.longPerThousand,
    emptyPageLongPerThousand: plain.longPerThousand,
    longestMs: scroll.longestMs,
    mainThreadMsPerFrame: scroll.workMs,
    mostElements: scroll.mostElements,
  }
  yield { bench: 'web', what: 'load to messages', messages: count, ...(await loads(page)) }
}

interface Log {
  top(): Promise<number>
  isAtBeginning(): Promise<boolean>
}

/** Real scroll gestures of the browser, one after the other, and the frames meanwhile. */
async function scrolled(page: Page, isDone: (log: Log) => Promise<boolean>) {
  const session: CDPSession = await page.context().newCDPSession(page)
  const box = await page.locator('[role=log]').boundingBox()
  const log: Log = {
    top: async () => Number(await page.evaluate(`document.querySelector('[role=log]').scrollTop`)),
    isAtBeginning: async () =>
      Boolean(
        await page.evaluate(
          `document.querySelector('[role=log]').scrollTop === 0 && /^#1 /.test(document.querySelector('.msg .text')?.textContent)`,
        ),
      ),
  }
  await session.send('Performance.enable')
  const before = await workOf(session)
  await page.evaluate(`(() => {
    const frames = (window.frames_ = [])
    let elements = 0
    const tick = (t) => {
      frames.push(t)
      if (frames.length % 30 === 0) window.elements_ = elements = Math.max(elements, document.querySelectorAll('[role=log] *').length)
      window.frame_ = requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })()`)
  while (!(await isDone(log))) {
    await session.send('Input.synthesizeScrollGesture', {
      x: (box?.x ?? 0) + (box?.width ?? 0) / 2,
      y: (box?.y ?? 0) + (box?.height ?? 0) / 2,
      yDistance: GESTURE_PX,
      speed: SPEED_PX,
      gestureSourceType: 'mouse',
    })
  }
  const { frames, elements } = (await page.evaluate(
    `(cancelAnimationFrame(window.frame_), { frames: window.frames_, elements: window.elements_ })`,
  )) as { frames: readonly number[]; elements: number }
  const work = (await workOf(session)) - before
  const gaps = frames.slice(1).map((t, n) => t - (frames[n] ?? t))
  const seconds = gaps.reduce((sum, gap) => sum + gap, 0) / 1000
  return {
    frames: gaps.length,
    perSecond: Math.round((gaps.length / seconds) * 10) / 10,
    longPerThousand: Math.round((gaps.filter((gap) => gap > LONG_MS).length / gaps.length) * 10_000) / 10,
    longestMs: Math.round(Math.max(...gaps)),
    workMs: Math.round((work / gaps.length) * 100) / 100,
    mostElements: elements,
  }
}

/** What the page has computed so far, in ms: script, style and layout. It says what a frame costs, however busy the machine is. */
async function workOf(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  const names = ['ScriptDuration', 'RecalcStyleDuration', 'LayoutDuration']
  return metrics.reduce((sum, { name, value }) => (names.includes(name) ? sum + value * 1000 : sum), 0)
}

/** From a key to the frame that shows it: real keys in the message box, with a long conversation above it. */
async function keys(page: Page): Promise<Measurement> {
  await page.evaluate(`(() => {
    const times = (window.keys_ = [])
    addEventListener('keydown', (event) => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => times.push(performance.now() - event.timeStamp)
        port2.postMessage(0)
      })
    }, { capture: true })
  })()`)
  await page.locator('#write').focus()
  for (let n = 0; n < KEYS; n++) {
    await page.keyboard.press('a')
    await page.waitForTimeout(40)
  }
  return spread((await page.evaluate('window.keys_')) as readonly number[])
}

/** From the start of a navigation to the first message on the page, with a session that is there. */
async function loads(page: Page): Promise<Measurement> {
  const times: number[] = []
  await page.evaluate(`location.hash = location.hash.split('?')[0]`)
  for (let n = 0; n < LOADS; n++) {
    await page.reload({ waitUntil: 'commit' })
    const ms = await page.evaluate(`new Promise((done) => {
      const look = () => document.querySelector('.msg') ? done(performance.now()) : requestAnimationFrame(look)
      look()
    })`)
    times.push(Number(ms))
  }
  return spread(times)
}

function spread(times: readonly number[]): Measurement {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number): number => Math.round(sorted[Math.floor(sorted.length * part)] ?? Number.NaN)
  return { medianMs: at(0.5), p95Ms: at(0.95), samples: sorted.length }
}
