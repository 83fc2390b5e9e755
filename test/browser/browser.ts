import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const ROOT = join(import.meta.dirname, '..', '..')
const CHROMIUM = process.env.NIGHTPOST_CHROMIUM ?? '/usr/bin/chromium'

/** Why these tests cannot run here; undefined where they can. */
export const missing = existsSync(CHROMIUM)
  ? undefined
  : `no Chromium at ${CHROMIUM} (Debian: apt-get install chromium fonts-noto-cjk)`

export interface DemoPerson {
  readonly user: string
  readonly sip: string
  readonly displayName: string
  readonly password: string
}

export type Language = 'en' | 'ja'
export type Theme = 'light' | 'dark'

export interface Look {
  readonly language?: Language
  readonly theme?: Theme
  readonly width?: number
  readonly height?: number
  readonly timeZone?: string
  /** Fingers instead of a pointer. */
  readonly touch?: boolean
  /** What the person has set for text in the browser, in px; 16 is usual. */
  readonly textSize?: number
}

/** Browsers of this process by the arguments that they have beyond the usual ones, and how many stages use them. */
const browsers = new Map<string, { readonly browser: Promise<Browser>; users: number }>()
/** A browser that no stage uses goes, unless the next test wants it. */
const UNUSED_MS = 500

/** A browser for a while: starting one costs more than most tests. */
async function borrow(more = ''): Promise<{ readonly browser: Browser; giveBack(): void }> {
  const lent = browsers.get(more) ?? { browser: launch(more), users: 0 }
  browsers.set(more, lent)
  lent.users += 1
  const browser = await lent.browser
  const closeUnused = (): void => {
    if (lent.users > 0 || browsers.get(more) !== lent) return
    browsers.delete(more)
    void browser.close()
  }
  return {
    browser,
    giveBack() {
      lent.users -= 1
      setTimeout(closeUnused, UNUSED_MS)
    },
  }
}

function launch(more: string): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(more === '' ? [] : [more]),
    ],
  })
}

/** How a server is started: in another way than the one before it where something is given. */
export interface Start {
  /** Further flags of `nightpost start`. */
  readonly flags?: readonly string[]
  /** A copy of the tree, such as a newer version. */
  readonly root?: string
  /** How far its clock is ahead of ours, in ms. */
  readonly aheadMs?: number
}

/** A real server with the demo's people, and a real browser. What the pages complain of on the console is collected. */
export class Stage {
  readonly url: string
  readonly people: readonly DemoPerson[]
  readonly complaints: string[] = []
  #server: ChildProcess
  readonly data: string
  readonly #flags: readonly string[]
  readonly #contexts: BrowserContext[] = []
  readonly #borrowed: { giveBack(): void }[] = []

  private constructor(server: ChildProcess, data: string, flags: readonly string[], ready: Ready) {
    this.#server = server
    this.#flags = flags
    this.data = data
    this.url = ready.url
    this.people = ready.users
  }

  /**
   * @param flags further flags of `nightpost start`; the demo unless they are given
   * @param data an empty folder of the caller's; it goes with the stage
   * @param aheadMs how far the clock of this first start is ahead of ours, or behind
   */
  static async open(flags: readonly string[] = ['--demo'], data?: string, aheadMs = 0): Promise<Stage> {
    buildOnce()
    data ??= mkdtempSync(join(tmpdir(), 'nightpost-browser-'))
    const { server, ready } = await startServer(data, 0, { flags, aheadMs })
    return new Stage(server, data, flags, ready)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const context of this.#contexts) await context.close()
    for (const borrowed of this.#borrowed) borrowed.giveBack()
    await this.stopServer()
    rmSync(this.data, { recursive: true, force: true })
  }

  async stopServer(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#server.exitCode !== null || this.#server.signalCode !== null) return
    const ended = new Promise((resolve) => this.#server.once('exit', resolve))
    this.#server.kill(signal)
    await ended
  }

  /** The same data folder on the same port again. */
  async startServer(start: Start = {}): Promise<void> {
    const port = Number(new URL(this.url).port)
    const { server } = await startServer(this.data, port, { flags: this.#flags, ...start })
    this.#server = server
  }

  /** @param name beginning of the user name, such as `tony` */
  person(name: string): DemoPerson {
    const person = this.people.find((p) => p.user.startsWith(name))
    if (!person) throw new Error(`nobody in the demo is called ${name}`)
    return person
  }

  /** A browser of its own: another person, or the same one on another device. */
  async device(look: Look = {}): Promise<BrowserContext> {
    const borrowed = await borrow(look.textSize ? `--blink-settings=defaultFontSize=${look.textSize}` : '')
    this.#borrowed.push(borrowed)
    const { language = 'en', theme = 'light', width = 1400, height = 900 } = look
    const { timeZone = 'Asia/Tokyo', touch = false } = look
    const context = await borrowed.browser.newContext({
      viewport: { width, height },
      locale: language === 'ja' ? 'ja-JP' : 'en-US',
      colorScheme: theme,
      timezoneId: timeZone,
      hasTouch: touch,
      isMobile: touch,
    })
    this.#contexts.push(context)
    context.setDefaultTimeout(40_000)
    context.on('console', (message) => {
      // The browser reports each answer that is not 2xx; which ones are wrong is for the tests to say.
      if (message.type() !== 'error' || /Failed to load resource/.test(message.text())) return
      this.complaints.push(message.text())
    })
    context.on('weberror', (error) => this.complaints.push(String(error.error())))
    return context
  }

  /** A page on which that person is signed in, with the list of conversations read. */
  async signedIn(name: string, look: Look = {}): Promise<Page> {
    const page = await (await this.device(look)).newPage()
    await page.goto(this.url)
    await this.signIn(page, name, look.language)
    return page
  }

  async signIn(page: Page, name: string, language: Language = 'en'): Promise<void> {
    const { user, password } = this.person(name)
    const t = WORDS[language]
    await page.getByRole('textbox', { name: t.workAddress }).fill(user)
    await page.getByLabel(t.password).fill(password)
    await page.getByRole('button', { name: t.signIn }).click()
    // On a phone the list is not what one sees first when something has come.
    await page.locator('.chat').waitFor()
  }

  /** One line at the administrator's console. */
  console(line: string): string {
    const cli = join(ROOT, 'src', 'main', 'cli.ts')
    return execFileSync(process.execPath, [cli, 'shell', '--data', this.data, '-c', line], {
      encoding: 'utf8',
    })
  }
}

/** Names that INTERFACES section 8 fixes. */
export const WORDS = {
  en: {
    workAddress: 'Work address',
    password: 'Password',
    signIn: 'Sign in',
    findPeople: 'Find people',
    conversations: 'Conversations',
    messages: 'Messages',
    messageTo: (name: string) => `Message to ${name}`,
    send: 'Send',
    yourPresence: 'Your presence',
  },
  ja: {
    workAddress: '業務用アドレス',
    password: 'パスワード',
    signIn: 'サインイン',
    findPeople: '連絡先を検索',
    conversations: '会話',
    messages: 'メッセージ',
    messageTo: (name: string) => `${name} さんへのメッセージ`,
    send: '送信',
    yourPresence: '自分の在席状況',
  },
} as const

/** Opens the conversation with somebody through the people picker. */
export async function find(page: Page, name: string, language: Language = 'en'): Promise<void> {
  await page.getByRole('combobox', { name: WORDS[language].findPeople }).fill(name)
  await page.getByRole('option', { name }).first().click()
  await page.getByRole('heading', { level: 1, name }).waitFor()
}

/** Writes to the person whose conversation is open. */
export async function write(
  page: Page,
  name: string,
  text: string,
  language: Language = 'en',
): Promise<void> {
  const box = page.getByRole('textbox', { name: WORDS[language].messageTo(name) })
  await box.fill(text)
  await box.press('Enter')
}

/** The message with that text in the log. */
export function message(page: Page, text: string) {
  return page.getByRole('log').getByRole('listitem').filter({ hasText: text }).last()
}

/** Asks again until it is so, as a locator does. @throws after 40 s */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 800; n++) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`never became so: ${isSo}`)
}

interface Ready {
  readonly url: string
  readonly users: readonly DemoPerson[]
}

function startServer(
  data: string,
  port: number,
  { flags = [], root = ROOT, aheadMs = 0 }: Start,
): Promise<{ server: ChildProcess; ready: Ready }> {
  const off = ['--sip-port', 'off', '--sips-port', 'off', '--ssh-port', 'off', '--https-port', 'off']
  const args = [
    'start',
    '--data',
    data,
    '--http-port',
    String(port),
    ...off,
    '--ready-json',
    '--log-level',
    'error',
    ...flags,
  ]
  const server = spawn(
    process.execPath,
    ['--disable-proto=delete', ...clockAhead(aheadMs), join(root, 'src', 'main', 'cli.ts'), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  return new Promise((resolve, reject) => {
    let text = ''
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    server.stdout?.on('data', (chunk) => {
      text += String(chunk)
      const line = text.split('\n').find((candidate) => candidate.includes('"ready":true'))
      if (line) resolve({ server, ready: JSON.parse(line) })
    })
  })
}

/** Flags of Node under which `Date.now()` is ahead: a server that goes on after a long time. */
function clockAhead(ms: number): readonly string[] {
  if (ms === 0) return []
  const code = `const now = Date.now; Date.now = () => now() + ${ms}`
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`]
}

let built = false

/** Builds the web client when it is older than its sources. */
function buildOnce(): void {
  if (built) return
  built = true
  const out = join(ROOT, 'web', 'dist', 'index.html')
  const sources = globSync(['web/**/*.{ts,tsx,css,html}', 'src/domain/**/*.ts'], { cwd: ROOT })
  const newest = Math.max(...sources.map((file) => statSync(join(ROOT, file)).mtimeMs))
  if (existsSync(out) && statSync(out).mtimeMs >= newest) return
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  execFileSync(process.execPath, [vite, 'build', '--config', 'web/vite.config.ts', '--logLevel', 'error'], {
    cwd: ROOT,
    stdio: 'inherit',
  })
}
