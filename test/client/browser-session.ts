/** One answer of `/session` and below. */
export interface SessionAnswer {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
}

/** A browser at `/session`: keeps its cookie and CSRF word, and says its own origin (INTERFACES 4). */
export class BrowserSession {
  readonly base: string
  readonly userAgent: string
  cookie = ''
  csrf = ''

  private constructor(base: string, userAgent: string) {
    this.base = base
    this.userAgent = userAgent
  }

  /** @throws when the password is refused */
  static async signIn(
    base: string,
    user: string,
    password: string,
    options: { userAgent?: string; keep?: boolean } = {},
  ): Promise<BrowserSession> {
    const { userAgent = 'Mozilla/5.0 (X11; Linux x86_64) Test/1', keep = false } = options
    const browser = new BrowserSession(base, userAgent)
    const answer = await browser.fetch('/session', {
      method: 'POST',
      body: JSON.stringify({ user, password, keep }),
    })
    if (answer.status !== 200) throw new Error(`sign-in was answered ${answer.status}`)
    browser.cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    browser.csrf = ((await answer.json()) as { csrf: string }).csrf
    return browser
  }

  /** A request as our page makes it. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers: Record<string, string> = {
      origin: this.base,
      'user-agent': this.userAgent,
      accept: 'application/json',
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(this.cookie === '' ? {} : { cookie: this.cookie, 'x-nightpost-csrf': this.csrf }),
    }
    return fetch(`${this.base}${path}`, {
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string>) },
    })
  }

  async send(method: string, path: string, json?: unknown): Promise<SessionAnswer> {
    const answer = await this.fetch(path, {
      method,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    })
    const text = await answer.text()
    return { status: answer.status, json: text.startsWith('{') ? JSON.parse(text) : {} }
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.send('GET', '/session')).json.signedIn === true
  }
}
