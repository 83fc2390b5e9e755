import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatBatch, parseBatch } from './batch.ts'
import { boundaryOf, parseFormData, parseMultipart } from './multipart.ts'

// As the helper library builds it: a blank line in front of each boundary, the body in a header `Data`.
const HELPER =
  '\r\n--b1\r\nContent-Type: application/http; msgtype=request\r\n\r\nGET /a/me HTTP/1.1\r\nHost: h\r\nAccept: application/json\r\n' +
  '\r\n' +
  '\r\n--b1\r\nContent-Type: application/http; msgtype=request\r\n\r\nPOST https://h/a/note HTTP/1.1\r\nHost: h\r\nAccept: application/json\r\nData: {"message":"x"}\r\n' +
  '\r\n\r\n--b1--\r\n'

test("the helper library's batch is read, with its body in a header", () => {
  const requests = parseBatch(HELPER, 'multipart/batching;boundary=b1')
  assert.deepEqual(
    requests?.map((r) => [r?.method, r?.target, r?.body.trim()]),
    [
      ['GET', '/a/me', ''],
      ['POST', '/a/note', '{"message":"x"}'],
    ],
  )
})

test('a body behind the blank line is read as it is', () => {
  const body =
    '--b\r\nContent-Type: application/http; msgtype=request\r\n\r\nPOST /n HTTP/1.1\r\nContent-Type: text/plain\r\n\r\none\r\ntwo\r\n--b--'
  assert.equal(parseBatch(body, 'multipart/batching; boundary="b"')?.[0]?.body, 'one\r\ntwo')
})

test('a part that is no request keeps its place', () => {
  const body = '--b\r\nContent-Type: application/http\r\n\r\nnonsense\r\n--b--'
  assert.deepEqual(parseBatch(body, 'multipart/batching;boundary=b'), [undefined])
})

for (const [name, body] of [
  ['without its last boundary', '--b\r\n\r\nGET / HTTP/1.1\r\n'],
  ['of other things', 'hello'],
] as const) {
  test(`a body ${name} is refused`, () => assert.equal(parseBatch(body, 'x;boundary=b'), undefined))
}

test('answers have Content-Type last, CRLF and one line of body', () => {
  const text = formatBatch(
    [
      {
        status: 200,
        statusText: 'OK',
        headers: { 'Content-Type': 'application/json', ETag: '"1"' },
        body: '{"a":\n1}',
      },
      { status: 204, statusText: 'No Content', headers: {}, body: '' },
    ],
    'b',
  )
  assert.equal(
    text,
    '--b\r\nContent-Type: application/http; msgtype=response\r\n\r\nHTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Type: application/json\r\n\r\n{"a": 1}\r\n' +
      '--b\r\nContent-Type: application/http; msgtype=response\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n--b--\r\n',
  )
})

test('form-data gives its fields, and boundaries may be quoted', () => {
  const form = parseFormData(
    '--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\npassword\r\n--x\r\nContent-Disposition: form-data; name=password\r\n\r\na\r\nb\r\n--x--\r\n',
    'multipart/form-data; boundary="x"',
  )
  assert.deepEqual(
    [...(form ?? [])],
    [
      ['grant_type', 'password'],
      ['password', 'a\r\nb'],
    ],
  )
  assert.equal(boundaryOf('multipart/form-data'), undefined)
})

test('no body of any kind makes the reader throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('--b', '--b--', '\r\n--b\r\n'), fc.string(), (a, mark, b) => {
      parseMultipart(a + mark + b, 'b')
      parseBatch(a + mark + b, 'multipart/batching;boundary=b')
    }),
  )
})
