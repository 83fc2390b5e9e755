import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * The page that a web client of another origin loads in a frame and posts its requests to (ucwa.md section 13). Its script
 * performs them same-origin and answers with the header names in the capitals that the helper library looks for.
 */
const PAGE = (origins: readonly string[]) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>XFrame</title>
<meta name="allowed-origins" content="${origins.map(escapeAttribute).join(' ')}">
<script src="/Autodiscover/XFrame/XFrame.js" defer></script>
</head>
<body></body>
</html>
`

const SCRIPT = `'use strict';
(() => {
  const allowed = document.querySelector('meta[name="allowed-origins"]').content.split(' ').filter(Boolean);
  const CAPITALS = { 'www-authenticate': 'WWW-Authenticate', etag: 'ETag', 'x-ms-diagnostics': 'X-Ms-diagnostics', 'x-ms-ucwaversion': 'X-MS-UcwaVersion' };
  const capital = (name) => CAPITALS[name.toLowerCase()] || name.replace(/(^|-)([a-z])/g, (all) => all.toUpperCase());
  const headersOf = (request) => request.getAllResponseHeaders().trim().split(/\\r?\\n/).filter(Boolean).map((line) => {
    const at = line.indexOf(':');
    return capital(line.slice(0, at)) + ':' + line.slice(at + 1);
  }).join('\\r\\n');

  addEventListener('message', (event) => {
    if (!allowed.includes(event.origin)) return;
    let message;
    try {
      const outer = JSON.parse(event.data);
      message = outer.request || outer;
    } catch {
      return;
    }
    if (!message || typeof message.url !== 'string') return;
    const answer = (status, statusText, responseText, headers) => event.source.postMessage(
      JSON.stringify({ status, statusText, responseText, headers, messageId: message.messageId }), event.origin);
    const url = new URL(message.url, location.href);
    if (url.origin !== location.origin) {
      answer(403, 'Forbidden', '', 'X-Ms-diagnostics: 28032;source="frame";reason="Service does not allow a cross domain request from this origin."');
      return;
    }
    const request = new XMLHttpRequest();
    request.open((message.type || 'get').toUpperCase(), url.href);
    if (message.accepts) request.setRequestHeader('Accept', message.accepts);
    if (message.contentType) request.setRequestHeader('Content-Type', message.contentType);
    for (const [name, value] of Object.entries(message.headers || {})) {
      if (!/^(?:host|origin|referer|content-length|x-ms-origin)$/i.test(name) && value !== '') request.setRequestHeader(name, value);
    }
    request.setRequestHeader('X-Ms-Origin', event.origin);
    request.onloadend = () => answer(request.status, request.statusText, request.responseText, headersOf(request));
    request.send(message.data == null ? null : String(message.data));
  });
})();
`

const NOT_ALLOWED =
  '28032;source="xframe";reason="Service does not allow a cross domain request from this origin."'

/**
 * The page itself. A browser that frames it for an origin that is not on the list is refused (403); so is anybody who
 * names a foreign origin. A plain GET gets the page, with `frame-ancestors` and a list that lets nobody in.
 */
export function xframePage(allowedOrigins: readonly string[]) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const origin = request.headers.origin ?? refererOrigin(request)
    const framed =
      request.headers['sec-fetch-dest'] === 'iframe' && request.headers['sec-fetch-site'] === 'cross-site'
    const foreign = origin !== undefined && !allowedOrigins.includes(origin) && !isOwn(request, origin)
    if (foreign || (framed && allowedOrigins.length === 0)) {
      return reply
        .code(403)
        .header('x-ms-diagnostics', NOT_ALLOWED)
        .header('content-type', 'application/json')
        .send(JSON.stringify({ code: 'Forbidden' }))
    }
    const ancestors = allowedOrigins.length > 0 ? allowedOrigins.join(' ') : "'none'"
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header(
        'content-security-policy',
        `default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors ${ancestors}`,
      )
      .send(PAGE(allowedOrigins))
  }
}

/** The script of the page; a file of its own, because inline script is not allowed (SECURITY 43). */
export function xframeScript(_request: FastifyRequest, reply: FastifyReply) {
  return reply.header('content-type', 'text/javascript; charset=utf-8').send(SCRIPT)
}

function refererOrigin(request: FastifyRequest): string | undefined {
  const { referer } = request.headers
  if (typeof referer !== 'string') return undefined
  try {
    return new URL(referer).origin
  } catch {
    return undefined
  }
}

/** The library loads the frame again from within: our own host is never foreign. */
function isOwn(request: FastifyRequest, origin: string): boolean {
  try {
    return new URL(origin).host.toLowerCase() === (request.headers.host ?? '').toLowerCase()
  } catch {
    return false
  }
}

function escapeAttribute(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
}
