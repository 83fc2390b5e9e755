import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, test } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { openUcwaHouse, PASSWORD } from '../scenarios/ucwa-house.ts'

// The XFrame page in a real browser (conformance X1): a page of another origin frames it and posts requests, as the
// helper library of the UCWA documentation does.

const CHROMIUM = process.env.NIGHTPOST_CHROMIUM ?? '/usr/bin/chromium'
const missing = existsSync(CHROMIUM)
  ? undefined
  : `SKIPPED: the XFrame page was not run, no Chromium at ${CHROMIUM}`

/** A web application of somebody else: one empty page on an origin of its own. */
async function portal(): Promise<{ origin: string; server: Server }> {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>Portal</title><body></body>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

interface Posted {
  readonly status: number
  readonly statusText: string
  readonly responseText: string
  readonly headers: string
  readonly messageId: string
}

/** Frames the page and posts one request. @returns undefined when nothing answers within two seconds */
function post(page: Page, frame: string, request: object): Promise<Posted | undefined> {
  return page.evaluate(
    async ({ frame, request }) => {
      const { document, window } = globalThis as unknown as { document: Dom; window: Dom }
      const element = document.createElement('iframe')
      const loaded = new Promise((resolve) => element.addEventListener('load', resolve))
      element.src = frame
      document.body.append(element)
      await loaded
      const answer = new Promise((resolve) => {
        window.addEventListener('message', (event: { data: string }) => resolve(JSON.parse(event.data)))
        setTimeout(() => resolve(undefined), 2000)
      })
      element.contentWindow.postMessage(JSON.stringify(request), '*')
      return answer
    },
    { frame, request },
  ) as Promise<Posted | undefined>
}

/** The few members of a page that the function above uses; these tests are checked without the browser's types. */
interface Dom {
  readonly body: Dom
  readonly contentWindow: Dom
  src: string
  createElement(name: string): Dom
  append(element: Dom): void
  postMessage(text: string, origin: string): void
  addEventListener(name: string, listener: (event: { data: string }) => void): void
}

describe('the XFrame page', { skip: missing }, () => {
  test('performs requests for a listed origin, with header names in their capitals', async () => {
    const { origin, server } = await portal()
    await using house = await openUcwaHouse({ config: { allowedOrigins: [origin] } })
    await house.person('alice')
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      await page.goto(origin)
      // Another host of the same server: to the page the frame is another site.
      const frame = `${house.base.replace('127.0.0.1', 'localhost')}/Autodiscover/XFrame/XFrame.html`
      const user = '/Autodiscover/AutodiscoverService.svc/root/oauth/user'
      const challenge = await post(page, frame, { type: 'get', url: user, messageId: 'm1' })
      assert.equal(challenge?.status, 401)
      assert.equal(challenge?.messageId, 'm1')
      assert.match(challenge?.headers ?? '', /^WWW-Authenticate: MsRtcOAuth href="/m)
      assert.match(challenge?.headers ?? '', /^Content-Type: text\/html/m)
      const token = await post(page, frame, {
        request: {
          type: 'post',
          url: '/WebTicket/oauthtoken',
          data: new URLSearchParams({
            grant_type: 'password',
            username: 'alice',
            password: PASSWORD,
          }).toString(),
          contentType: 'application/x-www-form-urlencoded',
          messageId: 'm2',
        },
      })
      assert.equal(token?.status, 200)
      const bearer = (JSON.parse(token?.responseText ?? '{}') as { access_token: string }).access_token
      const itself = await post(page, frame, {
        type: 'get',
        url: frame,
        accepts: 'text/html',
        messageId: 'm3',
      })
      assert.equal(itself?.status, 200)
      const made = await post(page, frame, {
        type: 'post',
        url: '/ucwa/oauth/v1/applications',
        headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' },
        data: JSON.stringify({ UserAgent: 'Portal', EndpointId: 'portal', Culture: 'en-US' }),
        messageId: 'm4',
      })
      assert.equal(made?.status, 201, made?.responseText)
      const elsewhere = await post(page, frame, { type: 'get', url: 'https://evil.test/', messageId: 'm5' })
      assert.equal(elsewhere?.status, 403)
    } finally {
      await browser.close()
      server.close()
    }
  })

  test('does not load for an origin that is not listed, and answers nobody', async () => {
    const { origin, server } = await portal()
    await using house = await openUcwaHouse({ config: { allowedOrigins: ['https://portal.test'] } })
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
    try {
      const page = await browser.newPage()
      await page.goto(origin)
      const frame = `${house.base.replace('127.0.0.1', 'localhost')}/xframe`
      assert.equal(await post(page, frame, { type: 'get', url: '/', messageId: 'm1' }), undefined)
    } finally {
      await browser.close()
      server.close()
    }
  })
})
