import assert from 'node:assert/strict'
import test from 'node:test'
import { find, type Look, message, missing, Stage, until, write } from './browser.ts'

const PHONE: Look = { width: 390, height: 844, touch: true }

test('one column: the back gesture goes from the conversation to the list, and forward again', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony', PHONE)
  await find(page, 'Ken Myer')
  await write(page, 'Ken Myer', 'On the way.')
  await message(page, 'On the way.').locator('.state').waitFor()
  const list = page.getByRole('navigation', { name: 'Conversations' })
  assert.equal(await list.isVisible(), false, 'one or the other')
  await page.goBack()
  await list.getByRole('link', { name: /Ken Myer/ }).waitFor()
  assert.equal(await page.getByRole('log').isVisible(), false)
  await page.goForward()
  await message(page, 'On the way.').waitFor()
  await page.getByRole('link', { name: 'Back to conversations' }).tap()
  await list.getByRole('link', { name: /Ken Myer/ }).tap()
  await message(page, 'On the way.').waitFor()
})

test('the back gesture closes what lies over the conversation, then the conversation', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony', PHONE)
  await find(page, 'Ken Myer')
  await page.getByRole('button', { name: 'Details' }).tap()
  const card = page.getByRole('dialog', { name: 'About Ken Myer' })
  await card.waitFor()
  await page.goBack()
  await card.waitFor({ state: 'detached' })
  await page.getByRole('heading', { level: 1, name: 'Ken Myer' }).waitFor()
  await page.goBack()
  await page.getByRole('navigation', { name: 'Conversations' }).waitFor()
  assert.deepEqual(stage.complaints, [])
})

test('the message box stays above the keyboard, and the newest message above the box', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony', PHONE)
  await find(page, 'Ken Myer')
  for (let n = 1; n <= 20; n++) await write(page, 'Ken Myer', `Line ${n}`)
  await message(page, 'Line 20').locator('.state.waiting').waitFor()
  const inSight = () =>
    page.evaluate(`(() => {
      const view = window.visualViewport
      const seen = (e) => { const box = e.getBoundingClientRect(); return box.top >= view.offsetTop - 1 && box.bottom <= view.offsetTop + view.height + 1 }
      return seen(document.querySelector('.compose .main')) && seen(document.querySelector('#hint')) && seen([...document.querySelectorAll('.msg')].at(-1))
    })()`)
  await until(async () => (await inSight()) === true)
  // Chrome and Firefox make the page smaller (interactive-widget=resizes-content).
  await page.setViewportSize({ width: 390, height: 420 })
  await until(async () => (await inSight()) === true)
  await page.setViewportSize({ width: 390, height: 844 })
  // Safari leaves the page as it is and lays the keyboard over it: only the visual viewport tells.
  await page.evaluate(`{
    const view = window.visualViewport
    Object.defineProperty(view, 'height', { configurable: true, get: () => 420 })
    view.dispatchEvent(new Event('resize'))
  }`)
  await until(async () => (await inSight()) === true)
  await page.evaluate(
    "delete window.visualViewport.height; window.visualViewport.dispatchEvent(new Event('resize'))",
  )
  await until(
    async () =>
      (await page.evaluate("document.querySelector('.chat').getBoundingClientRect().height")) === 844,
  )
})

test('on a touch screen the keyboard comes when one asks for it', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony', PHONE)
  await find(page, 'Ken Myer')
  await write(page, 'Ken Myer', 'Hello.')
  await message(page, 'Hello.').locator('.state').waitFor()
  await page.goBack()
  // To read is not to write.
  await page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: /Ken Myer/ })
    .tap()
  await message(page, 'Hello.').waitFor()
  assert.notEqual(await page.evaluate('document.activeElement.id'), 'write')
  await page.getByRole('textbox', { name: 'Message to Ken Myer' }).tap()
  assert.equal(await page.evaluate('document.activeElement.id'), 'write')
})

test('a long press tells the times of a message', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const page = await stage.signedIn('tony', PHONE)
  await find(page, 'Ken Myer')
  await write(page, 'Ken Myer', 'When was that?')
  const state = message(page, 'When was that?').locator('.state')
  await state.getByText('Queued', { exact: true }).waitFor()
  await state.tap()
  const times = page.locator('.times').getByText(/^Kept for Ken Myer at \d\d:\d\d\.$/)
  await times.waitFor()
  // The pointer that a browser makes up of a finger moves over whatever is under it then.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))')
  assert.equal(await times.isVisible(), true)
})

test('it can be installed: a manifest with icons that exist, and nothing from elsewhere', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const page = await (await stage.device(PHONE)).newPage()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(stage.url)
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  const tools = await page.context().newCDPSession(page)
  const { errors, data, url } = await tools.send('Page.getAppManifest')
  assert.deepEqual(errors, [])
  const manifest: {
    readonly id: string
    readonly display: string
    readonly icons: readonly {
      readonly src: string
      readonly sizes: string
      readonly type: string
      readonly purpose?: string
    }[]
  } = JSON.parse(data ?? '{}')
  assert.equal(manifest.display, 'standalone')
  assert.ok(manifest.id)
  const sizes = manifest.icons.map((icon) => `${icon.sizes} ${icon.purpose ?? 'any'}`)
  for (const needed of ['192x192 any', '512x512 any', '512x512 maskable'])
    assert.ok(sizes.includes(needed), needed)
  for (const icon of manifest.icons) {
    const answer = await page.request.get(new URL(icon.src, url).href)
    assert.equal(answer.status(), 200)
    assert.equal(answer.headers()['content-type'], icon.type)
    if (icon.type !== 'image/png') continue
    const bytes = await answer.body()
    assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, icon.sizes)
  }
  const touch = await page.locator('link[rel="apple-touch-icon"]').getAttribute('href')
  assert.equal((await page.request.get(new URL(touch ?? '', stage.url).href)).status(), 200)
  const { installabilityErrors } = await tools.send('Page.getInstallabilityErrors')
  assert.deepEqual(
    installabilityErrors.filter((error) => error.errorId !== 'in-incognito'),
    [],
  )
  assert.deepEqual(
    asked.filter((address) => !address.startsWith(stage.url)),
    [],
  )
})
