import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, message, missing, Stage, WORDS, write } from './browser.ts'
import { openSettings } from './own.ts'

const box = (page: Page, name: string) =>
  page.getByRole('textbox', { name: WORDS.en.messageTo(name), exact: true })

test('the box grows to eight lines and scrolls from there', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  const heights: number[] = []
  for (const lines of [1, 4, 8, 9, 30]) {
    await box(page, 'Ken Myer').fill(Array.from({ length: lines }, (_, n) => `Line ${n}`).join('\n'))
    heights.push((await box(page, 'Ken Myer').boundingBox())?.height ?? 0)
  }
  const [one = 0, four = 0, eight = 0, nine = 0, thirty = 0] = heights
  assert.ok(one < four && four < eight, `${heights}`)
  assert.ok(nine - eight < (eight - four) / 4 && thirty === nine, `no ninth line: ${heights}`)
})

test('a draft is kept for each conversation, on this device', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  for (const [name, text] of [
    ['Ken Myer', 'To Ken'],
    ['Pilar Ackerman', 'To Pilar'],
  ] as const) {
    await find(page, name)
    await box(page, name).fill(text)
  }
  await page.reload()
  await find(page, 'Ken Myer')
  assert.equal(await box(page, 'Ken Myer').inputValue(), 'To Ken')
  await find(page, 'Pilar Ackerman')
  assert.equal(await box(page, 'Pilar Ackerman').inputValue(), 'To Pilar')
  const other = await stage.signedIn('tony')
  await find(other, 'Ken Myer')
  assert.equal(await box(other, 'Ken Myer').inputValue(), '')
})

test('Enter breaks the line where the person wants Ctrl+Enter to send', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  const settings = await openSettings(page)
  const switchOf = settings.getByRole('switch', { name: 'Send with Enter' })
  await switchOf.click()
  await page.getByText('Ctrl+Enter sends, Enter breaks the line').waitFor()
  await page.keyboard.press('Escape')
  await box(page, 'Ken Myer').focus()
  await page.keyboard.type('One')
  await page.keyboard.press('Enter')
  await page.keyboard.type('two')
  assert.equal(await box(page, 'Ken Myer').inputValue(), 'One\ntwo')
  await page.keyboard.press('Control+Enter')
  await message(page, 'One').getByText('Queued', { exact: true }).waitFor()
})

/** What a paste brings: a text, or a picture of one dot. */
async function paste(page: Page, what: { text?: string; image?: true }): Promise<void> {
  await page.evaluate(`(() => {
    const data = new DataTransfer()
    const { text, image } = ${JSON.stringify(what)}
    if (text) data.setData('text/plain', text)
    if (image) data.items.add(new File([new Uint8Array([137, 80, 78, 71])], 'dot.png', { type: 'image/png' }))
    document.activeElement.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    )
  })()`)
}

test('a pasted image is explained, a text without end is not taken, and both are over with the next key', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony')
  await find(page, 'Ken Myer')
  await box(page, 'Ken Myer').focus()
  await paste(page, { image: true })
  const said = page.getByText('Images cannot be sent. Text is pasted as usual.')
  await said.waitFor()
  await page.keyboard.type('x')
  await said.waitFor({ state: 'detached' })
  await paste(page, { text: 'あ'.repeat(200_000) })
  await page.getByText(/^What you pasted is 534,464 bytes too long\./).waitFor()
  assert.equal(await box(page, 'Ken Myer').inputValue(), 'x')
})

test('typing is shown after a second and taken back by itself; who turned it off is not shown', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  const ken = await stage.signedIn('ken')
  await find(tony, 'Ken Myer')
  await find(ken, 'Tony Smith')
  await write(tony, 'Ken Myer', 'Hello.')
  await message(ken, 'Hello.').waitFor()
  await write(ken, 'Tony Smith', 'Hello yourself.')
  await message(tony, 'Hello yourself.').waitFor()
  const told: (string | null)[] = []
  tony.on('request', (request) => {
    if (/typing/i.test(request.url()) && request.method() === 'POST') told.push(request.postData())
  })
  const typing = ken.getByText('Tony Smith is typing')
  await box(tony, 'Ken Myer').pressSequentially('Let me think', { delay: 150 })
  await typing.first().waitFor()
  await typing.first().waitFor({ state: 'detached' })
  assert.deepEqual(told.at(-1), '{"typing":false}', 'the end was told, not waited for')

  const settings = await openSettings(tony)
  const off = settings.getByRole('switch', { name: 'Show that I am typing' })
  await off.click()
  await tony.waitForFunction("document.querySelectorAll('.setting [aria-checked=false]').length > 0")
  await tony.keyboard.press('Escape')
  told.length = 0
  await box(tony, 'Ken Myer').pressSequentially('and think again', { delay: 150 })
  await tony.keyboard.press('Enter')
  await message(ken, 'think again').waitFor()
  assert.deepEqual(told, [])
  assert.deepEqual(stage.complaints, [])
})
