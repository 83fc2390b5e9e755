import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Launched, launch, nightpost, ROOT } from './launch.ts'

// What the documentation tells people to type is typed here.

let server: Launched
before(async () => {
  server = await launch(['--demo'])
})
after(() => server.end())

const shell = async (line: string) => nightpost(['shell', '--data', server.data, '--json', '-c', line])

function blocks(file: string, language: string): readonly string[] {
  const text = readFileSync(join(ROOT, file), 'utf8')
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  )
}

for (const file of ['docs/operations/offline-messages.md', 'docs/operations/offline-messages.ja.md']) {
  test(`every line of ${file} runs, and the server is afterwards as it was before`, async () => {
    const state = 'Get-CsClientPolicy; Get-CsImConfiguration; Get-CsEffectivePolicy -Identity "Tony Smith"'
    const earlier = await shell(state)
    assert.equal(earlier.code, 0, earlier.stderr)
    const found = blocks(file, 'powershell')
    assert.ok(found.length >= 9, 'the blocks were found')
    for (const block of found) {
      const done = await shell(block)
      assert.equal(done.code, 0, `${block}\n${done.stderr}`)
      assert.doesNotMatch(done.stderr, /"error"/, block)
    }
    assert.equal((await shell(state)).stdout, earlier.stdout)
  })
}

test('the switch of the first block is what Get-CsClientPolicy shows', async () => {
  const [off = '', on = ''] = blocks('docs/operations/offline-messages.md', 'powershell')
  const value = async () =>
    (await shell('(Get-CsClientPolicy -Identity Global).EnableIMAutoArchiving')).stdout.trim()
  await shell(off)
  assert.equal(await value(), '[false]')
  await shell(on)
  assert.equal(await value(), '[true]')
})

test('both languages have the same lines in the same order', () => {
  const [english, japanese] = ['', '.ja'].map((tag) =>
    blocks(`docs/operations/offline-messages${tag}.md`, 'powershell'),
  )
  assert.deepEqual(english, japanese)
})

test('the lines of the PowerShell page run, in both languages the same', async () => {
  const [english, japanese] = ['', '.ja'].map((tag) =>
    blocks(`docs/operations/powershell${tag}.md`, 'powershell'),
  )
  assert.deepEqual(english, japanese)
  assert.equal(english?.length, 1)
  const done = await shell(english?.[0] ?? '')
  assert.equal(done.code, 0, done.stderr)
  assert.doesNotMatch(done.stderr, /"error"/)
})

for (const [language, heading] of [
  ['en', 'Turn offline messages on or off'],
  ['ja', 'オフライン メッセージを有効または無効にする'],
] as const) {
  test(`the page is served in ${language}, without script or style inside`, async () => {
    const answer = await fetch(`${server.ready.url}/help/offline-messages?lang=${language}`)
    const html = await answer.text()
    assert.equal(answer.status, 200)
    assert.match(html, new RegExp(`<html lang="${language}">`))
    assert.match(html, new RegExp(`<h1[^>]*>${heading}</h1>`))
    assert.match(
      html,
      /<pre><code>Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving \$False\n?<\/code><\/pre>/,
    )
    assert.doesNotMatch(html, /<script|<style|style=/)
    assert.equal((await fetch(`${server.ready.url}/page.css`)).status, 200)
  })
}

test('without a language in the address the browser decides', async () => {
  const at = `${server.ready.url}/help/offline-messages`
  const text = async (accept: string) => (await fetch(at, { headers: { 'Accept-Language': accept } })).text()
  assert.match(await text('ja,en;q=0.8'), /<html lang="ja">/)
  assert.match(await text('en-US,ja;q=0.8'), /<html lang="en">/)
  assert.match(await text('fr'), /<html lang="en">/)
})

test('the admin page names the console and links the help', async () => {
  const html = await (await fetch(`${server.ready.url}/admin`)).text()
  assert.match(html, /nightpost shell/)
  assert.match(html, /href="\/help\/offline-messages/)
})

test('every file that a page of the documentation links is there', () => {
  const pages = [
    'README.md',
    'SECURITY.md',
    'CHANGELOG.md',
    'docs/architecture.md',
    'docs/standards.md',
    'docs/dependencies.md',
  ]
  for (const page of pages) {
    const text = readFileSync(join(ROOT, page), 'utf8')
    for (const [, link, image] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)|<img src="([^"]+)"/g)) {
      const target = link ?? image ?? ''
      assert.ok(existsSync(join(ROOT, dirname(page), target)), `${page} links ${target}`)
    }
  }
})
