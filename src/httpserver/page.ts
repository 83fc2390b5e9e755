import type { FastifyReply, FastifyRequest } from 'fastify'
import { acceptedLanguage } from '../domain/language.ts'

/** The stylesheet of the few pages that the server writes itself; served as a file, because pages may not hold styles (SECURITY 43). */
export const PAGE_STYLE_PATH = '/page.css'

/** Text as it may stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** A whole page around `body`, which is HTML already. */
export function page(options: { language: 'en' | 'ja'; title: string; body: string }): string {
  return `<!doctype html>
<html lang="${options.language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(options.title)} · Nightpost</title>
<link rel="stylesheet" href="${PAGE_STYLE_PATH}">
<main>
${options.body}
</main>
</html>
`
}

/** `?lang=` wins, then `Accept-Language`, then English (DECISIONS 22: the sign-in page goes by the browser). */
export function pageLanguage(request: FastifyRequest): 'en' | 'ja' {
  const asked = (request.query as { lang?: unknown } | undefined)?.lang
  if (asked === 'ja' || asked === 'en') return asked
  return acceptedLanguage(request.headers['accept-language'])
}

export function sendPage(reply: FastifyReply, html: string): FastifyReply {
  return reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(html)
}
