import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { find, message, missing, Stage, until, WORDS, write } from './browser.ts'

test('a message to somebody who is not there waits, is announced, and is read', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  await tony
    .getByRole('status')
    .filter({ hasText: /^Ken Myer is not signed in\. Your message will be kept/ })
    .waitFor()
  await write(tony, 'Ken Myer', 'The first of two.')
  await write(tony, 'Ken Myer', 'The second of two.')
  for (const text of ['The first of two.', 'The second of two.']) {
    await message(tony, text).getByText('Queued', { exact: true }).waitFor()
  }

  // However fast one writes, it is one conversation, and so one item of the inbox (offline-im R26).
  const items = stage.console(
    `Get-NpOfflineMessage -Identity ${stage.person('ken').user} | ForEach-Object Count`,
  )
  assert.equal(items.trim(), '2')

  await tony.reload()
  await message(tony, 'The second of two.').getByText('Queued', { exact: true }).waitFor()

  const ken = await stage.signedIn('ken')
  await ken.getByRole('heading', { name: '2 messages while you were away' }).waitFor()
  assert.match(await ken.title(), /^\(2\) /)
  await message(tony, 'The second of two.').getByText('Delivered', { exact: true }).waitFor()

  // Being listed is not being read: the sender's mark stays until the conversation is on screen.
  await ken
    .getByRole('navigation', { name: WORDS.en.conversations })
    .getByRole('link', { name: /Tony Smith/ })
    .click()
  await ken.getByText('Arrived while you were offline, 2 messages').first().waitFor()
  for (const text of ['The first of two.', 'The second of two.']) {
    await message(tony, text).getByText('Read', { exact: true }).waitFor()
  }
  await tony.reload()
  await message(tony, 'The first of two.').getByText('Read', { exact: true }).waitFor()
  await until(async () => (await ken.title()).startsWith('Tony Smith'))

  // From now on it is a conversation of two people who are there.
  await write(ken, 'Tony Smith', 'Here I am.')
  await message(tony, 'Here I am.').waitFor()
  await message(ken, 'Here I am.').getByText('Read', { exact: true }).waitFor()
  assert.deepEqual(stage.complaints, [])
})

test('leaving is closing the tab: after a while the person counts as absent', { skip: missing }, async () => {
  await using stage = await Stage.open(['--demo', '--config', goneSoon()])
  const tony = await stage.signedIn('tony')
  const ken = await stage.signedIn('ken')
  await find(tony, 'Ken Myer')
  const head = tony.getByRole('main').getByRole('banner').or(tony.locator('.pane-top'))
  await head.getByText('Available').waitFor()
  await ken.close()
  await head.getByText('Offline').waitFor()
  await write(tony, 'Ken Myer', 'You are gone.')
  await message(tony, 'You are gone.').getByText('Queued', { exact: true }).waitFor()
  const again = await stage.signedIn('ken')
  await again.getByRole('heading', { name: '1 message while you were away' }).waitFor()
  assert.deepEqual(stage.complaints, [])
})

test('a page is signed in and shows its list after at most 12 requests', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await (await stage.device()).newPage()
  await page.goto(stage.url)
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  const asked: string[] = []
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname
    if (!/\.(js|css|svg|webmanifest)$/.test(path)) asked.push(`${request.method()} ${path}`)
  })
  await stage.signIn(page, 'tony')
  await page.getByText('No conversations yet', { exact: true }).waitFor()
  assert.ok(asked.length > 5 && asked.length <= 12, asked.join('\n'))
})

/** A configuration in which a closed tab counts as absence at once. */
function goneSoon(): string {
  const file = join(mkdtempSync(join(tmpdir(), 'nightpost-config-')), 'nightpost.toml')
  writeFileSync(file, '[ucwa]\ngone = "1s"\n')
  return file
}
