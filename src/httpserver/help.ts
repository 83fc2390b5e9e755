import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { renderMarkdown } from './markdown.ts'
import { escapeHtml, PAGE_STYLE_PATH, page, pageLanguage, sendPage } from './page.ts'
import { MODULE_PATH } from './powershell-module.ts'

const STYLE = `
:root { font: 16px/1.6 system-ui, "Noto Sans CJK JP", sans-serif; color: #1d2433; background: #f7f5f0 }
main { max-width: 46rem; margin: 3rem auto; padding: 0 1.25rem }
h1, h2, h3 { line-height: 1.25; text-wrap: balance }
h2 { margin-top: 2.5rem }
a { color: #2f56a8 }
code { font: .9em ui-monospace, "Cascadia Mono", Menlo, monospace; background: #0000000d; padding: .1em .3em; border-radius: .3em }
pre { background: #1d2433; color: #f3efe4; padding: 1rem 1.25rem; border-radius: .6rem; overflow: auto }
pre code { background: none; padding: 0 }
table { border-collapse: collapse; display: block; overflow: auto }
th, td { text-align: start; vertical-align: top; padding: .45rem .8rem .45rem 0; border-bottom: 1px solid #0000001f }
@media (prefers-color-scheme: dark) {
  :root { color: #e8e4da; background: #12151d }
  a { color: #9dbcff }
  code { background: #ffffff14 }
  pre { background: #000000 }
  th, td { border-color: #ffffff26 }
}
`

const ADMIN = {
  en: `<h1>Administration</h1>
<p>The admin center is not built yet. Until then everything an administrator does is a cmdlet:</p>
<ul>
<li>at this machine: <code>npx nightpost shell</code></li>
<li>from PowerShell on any computer: <a href="${MODULE_PATH}">the module SkypeOnlineConnector</a>, <a href="/help/powershell?lang=en">how to use it</a></li>
</ul>
<p><a href="/help/offline-messages?lang=en">Turn offline messages on or off</a></p>`,
  ja: `<h1>管理</h1>
<p>管理センターはまだありません。管理作業はすべてコマンドレットで行います。</p>
<ul>
<li>このコンピューターでは <code>npx nightpost shell</code></li>
<li>任意のコンピューターの PowerShell からは <a href="${MODULE_PATH}">モジュール SkypeOnlineConnector</a> (<a href="/help/powershell?lang=ja">使い方</a>)</li>
</ul>
<p><a href="/help/offline-messages?lang=ja">オフライン メッセージを有効または無効にする</a></p>`,
} as const

/** The pages of `docs/operations` for administrators; each has a Japanese edition, `NAME.ja.md`. */
const PAGES = ['offline-messages', 'powershell'] as const

/** `/help`, its pages from `docs/operations`, and `/admin` until it is built (INTERFACES 4). Rendered once, at start. */
export function serveHelp(app: FastifyInstance, docs: string): void {
  const contents = { en: '', ja: '' }
  for (const name of PAGES) {
    const pages = new Map<string, string>()
    for (const language of ['en', 'ja'] as const) {
      const file = join(docs, 'operations', language === 'ja' ? `${name}.ja.md` : `${name}.md`)
      if (!existsSync(file)) continue
      const source = readFileSync(file, 'utf8')
      const title = /^# (.+)$/m.exec(source)?.[1] ?? 'Nightpost'
      pages.set(language, page({ language, title, body: renderMarkdown(source) }))
      contents[language] += `<li><a href="/help/${name}?lang=${language}">${escapeHtml(title)}</a></li>\n`
    }
    app.get(`/help/${name}`, async (request, reply) => {
      const html = pages.get(pageLanguage(request)) ?? pages.get('en')
      return html === undefined ? reply.callNotFound() : sendPage(reply, html)
    })
  }

  app.get('/help', async (request, reply) => {
    const language = pageLanguage(request)
    const title = language === 'ja' ? '管理者向けヘルプ' : 'Help for administrators'
    const body = `<h1>${title}</h1>\n<ul>\n${contents[language]}<li><a href="${MODULE_PATH}">SkypeOnlineConnector.zip</a></li>\n</ul>`
    return sendPage(reply, page({ language, title, body }))
  })

  app.get('/admin', async (request, reply) => {
    const language = pageLanguage(request)
    const title = language === 'ja' ? '管理' : 'Administration'
    return sendPage(reply, page({ language, title, body: ADMIN[language] }))
  })

  app.get(PAGE_STYLE_PATH, async (_request, reply) =>
    reply.header('content-type', 'text/css; charset=utf-8').header('cache-control', 'no-cache').send(STYLE),
  )
}
