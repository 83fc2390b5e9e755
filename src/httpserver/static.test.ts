import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import Fastify from 'fastify'
import { readStaticIndex, serveStatic } from './static.ts'

const folder = mkdtempSync(join(tmpdir(), 'nightpost-static-'))
const web = join(folder, 'dist')
mkdirSync(join(web, 'assets'), { recursive: true })
writeFileSync(join(web, 'index.html'), '<p>page')
writeFileSync(join(web, 'assets', 'app-a1b2c3d4.js'), 'script')
writeFileSync(join(folder, 'secret.txt'), 'secret')
const app = Fastify()
serveStatic(app, readStaticIndex(web))
after(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})
const get = (url: string) => app.inject({ method: 'GET', url })

test('a file of the index is sent, one with a hash in its name for a year', async () => {
  const { statusCode, body, headers } = await get('/assets/app-a1b2c3d4.js')
  assert.deepEqual([statusCode, body], [200, 'script'])
  assert.match(String(headers['cache-control']), /immutable/)
})

for (const path of [
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/assets/..%5c..%5csecret.txt',
  '//secret.txt',
  '/assets/app-a1b2c3d4.js%00.txt',
])
  test(`${path} is not in the index, so it is 404 (SECURITY 46)`, async () => {
    const { statusCode, body } = await get(path)
    assert.ok(statusCode === 404 || statusCode === 400, String(statusCode))
    assert.doesNotMatch(body, /^(?:secret|script)$/)
  })

test('a file that comes after the start is not there: no path from input reaches the file system (SECURITY 46)', async () => {
  writeFileSync(join(web, 'later.txt'), 'later')
  assert.equal((await get('/later.txt')).statusCode, 404)
})
