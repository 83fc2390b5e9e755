import type { BrowserContext, Page } from 'playwright-core'
import type { Look, Stage } from './browser.ts'

/** A notification as the page made it. */
export interface Seen {
  readonly title: string
  readonly body: string
  readonly tag: string
  readonly silent: boolean
  readonly closed: boolean
}

/**
 * Runs in the page before its own script: the browser's real notifications, tones and questions, counted. A page under test sees only this
 * much of it, and other pages nothing.
 */
const COUNTING = `
  globalThis.seenNotices = []
  globalThis.seenTones = 0
  globalThis.seenQuestions = 0
  const Real = globalThis.Notification
  globalThis.Notification = class extends Real {
    constructor(title, options) {
      super(title, options)
      const seen = { title, body: options.body, tag: options.tag, silent: options.silent, closed: false }
      globalThis.seenNotices.push(Object.assign(this, { seen }).seen)
      globalThis.lastNotice = this
    }
    close() {
      this.seen.closed = true
      super.close()
    }
    static requestPermission() {
      globalThis.seenQuestions++
      return Real.requestPermission()
    }
  }
  const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (...when) {
    globalThis.seenTones++
    return start.apply(this, when)
  }
`

/** @param permission as the person has set it in the browser for this site; `prompt`: not asked yet */
export async function setPermission(
  context: BrowserContext,
  origin: string,
  permission: 'granted' | 'denied' | 'prompt',
  name = 'notifications',
): Promise<void> {
  const page = context.pages()[0] ?? (await context.newPage())
  const target = await context.newCDPSession(page)
  const { browserContextId } = (await target.send('Target.getTargetInfo')).targetInfo
  await target.detach()
  // Stays open: what it has set ends with it.
  const browser = await context.browser()?.newBrowserCDPSession()
  await browser?.send('Browser.setPermission', {
    origin,
    permission: { name },
    setting: permission,
    ...(browserContextId === undefined ? {} : { browserContextId }),
  })
}

/** A device on which notifications are counted. */
export async function countingDevice(
  stage: Stage,
  permission: 'granted' | 'denied' | 'prompt' = 'granted',
  look: Look = {},
): Promise<BrowserContext> {
  const context = await stage.device(look)
  await setPermission(context, stage.url, permission)
  await context.addInitScript(COUNTING)
  return context
}

/** Somebody signed in on such a device, at the list of conversations. */
export async function listening(stage: Stage, name: string, look: Look = {}): Promise<Page> {
  const context = await countingDevice(stage, 'granted', look)
  const page = context.pages()[0] ?? (await context.newPage())
  await page.goto(stage.url)
  await stage.signIn(page, name, look.language)
  await isHere(page)
  return page
}

/** The page is available to others: from here on everything that comes is an event. */
export async function isHere(page: Page): Promise<void> {
  await page.locator('.me .mark').waitFor()
  await page.locator('.me .mark.here, .me .mark.occupied, .me .mark.away').waitFor()
}

export function notices(page: Page): Promise<readonly Seen[]> {
  return page.evaluate('seenNotices')
}

export function tones(page: Page): Promise<number> {
  return page.evaluate('seenTones')
}

export function questions(page: Page): Promise<number> {
  return page.evaluate('seenQuestions')
}

/** A press on the newest notification. */
export async function pressNewest(page: Page): Promise<void> {
  await page.evaluate("lastNotice.dispatchEvent(new Event('click'))")
}
