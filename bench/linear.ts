import { parseBatch } from '../src/codec/ucwa/batch.ts'
import { parseDataUri } from '../src/codec/ucwa/data-uri.ts'
import { parseDate } from '../src/codec/ucwa/dates.ts'
import { boundaryOf, parseFormData } from '../src/codec/ucwa/multipart.ts'
import { parseAddress } from '../src/domain/sip-uri.ts'
import { parseClean } from '../src/httpserver/html-clean.ts'
import { htmlToText, sanitizeHtml } from '../src/httpserver/html-sanitize.ts'
import { parseJson } from '../src/httpserver/ucwa/input.ts'
import { createRouter } from '../src/httpserver/ucwa/router.ts'
import { ROUTES } from '../src/httpserver/ucwa/table.ts'
import type { Measurement } from './run.ts'

/** What reads the input of peers at the door of UCWA (SECURITY 29): its worst case three times as long costs less than four times as much. */

const SHORT = 10_000
const LONG = 3 * SHORT
/** Calls whose fastest counts: whatever else the machine does makes a call slower, never faster. */
const CALLS = 25

type Reader = (input: string) => unknown

/** Inputs that a reader may try again and again, made of so many characters. */
const PIECES = [
  ' ',
  '\t',
  '\n',
  '\r\n',
  '<',
  '>',
  '<b>',
  '</b>',
  '<a href="',
  '<p><b>',
  '&',
  '&amp;',
  '"',
  "'",
  ';',
  '=',
  '; ',
]
const MORE = [
  '%',
  '%41',
  '+',
  ',',
  '/',
  '[',
  '{"a":',
  '--b',
  '\n--b',
  '; name="',
  ';boundary=',
  'sip:',
  '@',
  '9',
  'a',
  ' a=',
]

const READERS: Readonly<Record<string, Reader>> = {
  sanitizeHtml,
  htmlToText,
  parseClean,
  parseDataUri: (text) => parseDataUri(`data:${text}`),
  parseDataUriText: (text) => parseDataUri(`data:text/plain,${text}`),
  parseDate: (text) => parseDate(`/Date(${text}`),
  boundaryOf: (text) => boundaryOf(`multipart/batching${text}`),
  parseFormData: (text) =>
    parseFormData(`--b\r\nContent-Disposition: form-data${text}\r\n--b--`, 'a;boundary=b'),
  parseBatch: (text) => parseBatch(`--b\r\n\r\nGET ${text}\r\n--b--`, 'multipart/batching;boundary=b'),
  parseJson,
  parseAddress,
  router: createRouter(ROUTES),
}

/** One line for each reader: its worst piece, microseconds for both lengths, and how many times as much the long one costs. */
export async function* bench(): AsyncIterable<Measurement> {
  for (const [reader, read] of Object.entries(READERS)) {
    let worst = { piece: '', shortUs: 0, longUs: 0, ratio: 0 }
    for (const piece of [...PIECES, ...MORE]) {
      const longUs = fastest(read, piece, LONG)
      if (longUs <= worst.longUs) continue
      const shortUs = fastest(read, piece, SHORT)
      worst = { piece, shortUs, longUs, ratio: longUs / shortUs }
    }
    const { piece, shortUs, longUs, ratio } = worst
    yield {
      bench: 'linear',
      reader,
      piece,
      us10k: Math.round(shortUs),
      us30k: Math.round(longUs),
      times: Math.round(ratio * 10) / 10,
    }
  }
}

function fastest(read: Reader, piece: string, length: number): number {
  const input = `x${piece.repeat(length / piece.length)}`
  let best = Number.POSITIVE_INFINITY
  for (let call = 0; call < CALLS; call += 1) {
    const before = process.hrtime.bigint()
    read(input)
    best = Math.min(best, Number(process.hrtime.bigint() - before) / 1000)
  }
  return best
}
