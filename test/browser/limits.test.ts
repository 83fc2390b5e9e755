import assert from 'node:assert/strict'
import test from 'node:test'
import { find, message, missing, Stage } from './browser.ts'

test('the limit of a message is shown before it hurts, and a text over it stays in the box', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('hanako')
  await find(page, 'Ken Myer')
  const box = page.getByRole('textbox', { name: 'Message to Ken Myer' })
  // Three octets each: 64 KiB is counted in UTF-8.
  await box.fill('あ'.repeat(20_000))
  await page.getByText('5,536 bytes left').waitFor()
  await box.fill('あ'.repeat(21_846))
  await page.getByText('2 bytes too long').waitFor()
  await box.press('Enter')
  assert.equal(await page.getByRole('log').locator('.msg').count(), 0)
  assert.equal((await box.inputValue()).length, 21_846)
  await box.fill('あ'.repeat(21_845))
  await box.press('Enter')
  await message(page, 'あああ').getByText('Queued', { exact: true }).waitFor()
  assert.equal(await box.inputValue(), '')
})

test('what people write is text, whatever it looks like', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  const ken = await stage.signedIn('ken')
  await find(page, 'Ken Myer')
  const box = page.getByRole('textbox', { name: 'Message to Ken Myer' })
  const texts = [
    '<img src=x onerror=alert(1)>',
    'javascript:alert(1)',
    'see https://example.test/a?b=c.',
    'two\n  lines',
  ]
  for (const text of texts) {
    await box.fill(text)
    await box.press('Enter')
  }
  await ken
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: /Tony Smith/ })
    .click()
  await message(ken, 'lines').waitFor()
  assert.deepEqual(await ken.locator('.msg .text').allTextContents(), texts)
  const links = ken.locator('.msg a')
  assert.equal(await links.count(), 1)
  assert.equal(await links.getAttribute('href'), 'https://example.test/a?b=c')
  assert.equal(await links.getAttribute('rel'), 'noopener noreferrer nofollow')
  assert.deepEqual(stage.complaints, [])
})
