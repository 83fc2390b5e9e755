import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, message, missing, Stage, until, WORDS, write } from './browser.ts'
import { countingDevice, listening, notices, pressNewest, questions, tones } from './notices.ts'

/** Somebody opens a conversation with Ken, ready to write. */
async function writerTo(stage: Stage, name: string, to = 'Ken Myer'): Promise<Page> {
  const page = await stage.signedIn(name)
  await find(page, to)
  return page
}

const list = (page: Page) => page.getByRole('navigation', { name: WORDS.en.conversations })
/** The list of conversations has counted that many unread messages of somebody. */
const counted = (page: Page, n: number, name: string) =>
  list(page).getByText(`${n} unread from ${name}`).waitFor({ state: 'attached' })

async function titles(page: Page): Promise<readonly (readonly [string, string])[]> {
  return (await notices(page)).map(({ title, body }) => [title, body] as const)
}

test('a message that nobody looks at is told once per conversation, and a press opens it', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const ken = await listening(stage, 'ken')
  const tony = await writerTo(stage, 'tony')
  await write(tony, 'Ken Myer', 'The keys are with reception.')
  await until(async () => (await notices(ken)).length === 1)
  await counted(ken, 1, 'Tony Smith')
  await write(tony, 'Ken Myer', 'And a second thing.')
  await until(async () => (await notices(ken)).length === 2)
  const [first, second] = await notices(ken)
  assert.deepEqual([first?.title, first?.body], ['Tony Smith', 'The keys are with reception.'])
  assert.equal(second?.body, 'And a second thing.')
  assert.equal(first?.tag, second?.tag, 'the second takes the place of the first')
  assert.equal(second?.silent, true)

  await pressNewest(ken)
  await ken.getByRole('heading', { level: 1, name: 'Tony Smith' }).waitFor()
  await until(async () => (await notices(ken)).at(-1)?.closed === true)
  // Now it is before Ken's eyes: the next one of Tony's is not told, the next one of Pilar's is.
  await write(tony, 'Ken Myer', 'Seen at once.')
  await message(tony, 'Seen at once.').getByText('Read', { exact: true }).waitFor()
  const pilar = await writerTo(stage, 'pilar')
  await write(pilar, 'Ken Myer', 'Lunch?')
  await until(async () => (await notices(ken)).length === 3)
  assert.deepEqual((await titles(ken)).at(-1), ['Pilar Ackerman', 'Lunch?'])
  assert.deepEqual(stage.complaints, [])
})

const LEVELS: readonly [
  level: string,
  first: readonly [string, string],
  second: readonly [string, string],
][] = [
  ['full', ['Tony Smith', 'One.'], ['Tony Smith (2)', 'Two.']],
  ['sender', ['Tony Smith', 'Sent you a message'], ['Tony Smith', 'Sent you 2 messages']],
  ['none', ['Nightpost', 'New message'], ['Nightpost', 'New message']],
]
for (const [level, first, second] of LEVELS) {
  test(`a notification at the level ${level} shows that much and no more`, { skip: missing }, async () => {
    await using stage = await Stage.open()
    stage.console(`Set-NpUserSetting -Identity ken.myer -Notifications ${level}`)
    const ken = await listening(stage, 'ken')
    const tony = await writerTo(stage, 'tony')
    await write(tony, 'Ken Myer', 'One.')
    await until(async () => (await notices(ken)).length === 1)
    await counted(ken, 1, 'Tony Smith')
    await write(tony, 'Ken Myer', 'Two.')
    await until(async () => (await notices(ken)).length === 2)
    // The count of the second may come a moment after its text.
    const [one, two] = await titles(ken)
    assert.deepEqual(one, first)
    assert.ok(two && (two[0] === second[0] || two[0] === first[0]), `${two}`)
    assert.ok(two && (two[1] === second[1] || level === 'sender'), `${two}`)
  })
}

const SILENT: readonly [name: string, entry: RegExp][] = [
  ['Do not disturb', /Do not disturb/],
  ['Presenting', /Presenting/],
]
for (const [name, entry] of SILENT) {
  test(`${name}: no banner and no sound (offline-im M4, M6)`, { skip: missing }, async () => {
    await using stage = await Stage.open()
    const ken = await listening(stage, 'ken')
    await ken.evaluate("localStorage.setItem('nightpost.sound', 'on')")
    await ken.reload()
    await ken.getByRole('button', { name: /Your presence/ }).click()
    await ken.getByRole('menuitemradio', { name: entry }).click()
    await ken.getByRole('button', { name: new RegExp(`Your presence: ${name}`) }).waitFor()
    const tony = await writerTo(stage, 'tony')
    await write(tony, 'Ken Myer', 'While quiet.')
    await counted(ken, 1, 'Tony Smith')
    assert.deepEqual([await titles(ken), await tones(ken)], [[], 0])

    await ken.getByRole('menuitemradio', { name: /Available/ }).click()
    await ken.getByRole('button', { name: /Your presence: Available/ }).waitFor()
    await write(tony, 'Ken Myer', 'After it.')
    await until(async () => (await notices(ken)).length === 1)
    assert.equal((await titles(ken))[0]?.[1], 'After it.')
    await until(async () => (await tones(ken)) > 0)
  })
}

test('a close colleague interrupts Do Not Disturb, not Presenting (offline-im M5)', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const ken = await listening(stage, 'ken')
  await find(ken, 'Tony Smith')
  const level = ken
    .getByRole('complementary', { name: 'Details' })
    .getByRole('combobox', { name: 'Access level' })
  await level.selectOption({ label: 'Close colleague' })
  await ken.getByText('Tony Smith may reach you in Do Not Disturb now.').waitFor()
  await ken.evaluate("location.hash = '#/'")
  const tony = await writerTo(stage, 'tony')
  await ken.getByRole('button', { name: /Your presence/ }).click()
  await ken.getByRole('menuitemradio', { name: /Do not disturb/ }).click()
  await ken.getByRole('button', { name: /Your presence: Do not disturb/ }).waitFor()
  await write(tony, 'Ken Myer', 'The server room is on fire.')
  await until(async () => (await notices(ken)).length === 1)
  await ken.getByRole('menuitemradio', { name: /Presenting/ }).click()
  await ken.getByRole('button', { name: /Your presence: Presenting/ }).waitFor()
  await write(tony, 'Ken Myer', 'It is out.')
  await counted(ken, 2, 'Tony Smith')
  assert.equal((await notices(ken)).length, 1)
})

test('several tabs of a browser tell once; when the first goes, the next tells', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const first = await listening(stage, 'ken')
  const second = await first.context().newPage()
  await second.goto(stage.url)
  await list(second).waitFor()
  const all = async (): Promise<number> => (await notices(first)).length + (await notices(second)).length
  const tony = await writerTo(stage, 'tony')
  await write(tony, 'Ken Myer', 'To whom?')
  await until(async () => (await all()) === 1)
  await Promise.all([counted(first, 1, 'Tony Smith'), counted(second, 1, 'Tony Smith')])
  assert.equal(await all(), 1)

  // A conversation that is open in the other tab is before somebody's eyes too.
  const pilar = await writerTo(stage, 'pilar')
  await write(pilar, 'Ken Myer', 'Hello.')
  await until(async () => (await all()) === 2)
  await list(second)
    .getByRole('link', { name: /Pilar Ackerman/ })
    .click()
  await second.getByRole('heading', { level: 1, name: 'Pilar Ackerman' }).waitFor()
  await until(
    async () => (await notices(first)).find(({ title }) => title === 'Pilar Ackerman')?.closed === true,
  )
  await write(pilar, 'Ken Myer', 'Are you there?')
  await message(second, 'Are you there?').waitFor()
  await message(pilar, 'Are you there?').getByText('Read', { exact: true }).waitFor()
  assert.equal(await all(), 2)

  await first.close()
  await write(tony, 'Ken Myer', 'And now?')
  await until(async () => (await notices(second)).length === 1)
  assert.equal((await titles(second))[0]?.[1], 'And now?')
})

test('what is read on another device is taken away here', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const ken = await listening(stage, 'ken')
  const phone = await stage.signedIn('ken')
  const tony = await writerTo(stage, 'tony')
  await write(tony, 'Ken Myer', 'Read me on the phone.')
  await until(async () => (await notices(ken)).length === 1)
  await counted(ken, 1, 'Tony Smith')
  assert.equal((await notices(ken))[0]?.closed, false)
  await find(phone, 'Tony Smith')
  await until(async () => (await notices(ken))[0]?.closed === true)
})

test('nobody is asked before pressing a button that says what for', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const context = await countingDevice(stage, 'prompt')
  const ken = context.pages()[0] ?? (await context.newPage())
  await ken.goto(stage.url)
  await stage.signIn(ken, 'ken')
  const offer = ken.getByText('A message came while you were not looking.')
  assert.equal(await offer.count(), 0, 'nothing to offer yet')
  const tony = await writerTo(stage, 'tony')
  await write(tony, 'Ken Myer', 'Hello?')
  await offer.waitFor()
  assert.deepEqual([await questions(ken), await titles(ken)], [0, []])
  await ken.getByRole('button', { name: 'Not now' }).click()
  await offer.waitFor({ state: 'detached' })
  await ken.reload()
  await list(ken).waitFor()
  await write(tony, 'Ken Myer', 'Still there?')
  await counted(ken, 2, 'Tony Smith')
  assert.equal(await offer.count(), 0, 'put off is put off')

  await ken.getByRole('button', { name: /Your presence/ }).click()
  await ken.getByRole('button', { name: 'Settings' }).click()
  const here = ken.getByRole('switch', { name: 'Notifications on this device' })
  assert.equal(await here.isChecked(), false)
  await here.click()
  await until(async () => (await questions(ken)) === 1)
})

test('a browser that refuses is explained, with what to do', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const context = await countingDevice(stage, 'denied')
  const ken = context.pages()[0] ?? (await context.newPage())
  await ken.goto(stage.url)
  await stage.signIn(ken, 'ken')
  await ken.getByRole('button', { name: /Your presence/ }).click()
  await ken.getByRole('button', { name: 'Settings' }).click()
  const here = ken.getByRole('switch', { name: 'Notifications on this device' })
  assert.equal(await here.isDisabled(), true)
  assert.equal(await here.isChecked(), false)
  await ken.getByText(`Your browser does not allow notifications from ${new URL(stage.url).host}`).waitFor()
})

test('sound is off until it is switched on, on this device alone', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const ken = await listening(stage, 'ken')
  const tony = await writerTo(stage, 'tony')
  await write(tony, 'Ken Myer', 'Silently.')
  await until(async () => (await notices(ken)).length === 1)
  assert.equal(await tones(ken), 0)
  await ken.getByRole('button', { name: /Your presence/ }).click()
  await ken.getByRole('button', { name: 'Settings' }).click()
  await ken.getByRole('switch', { name: 'Sound' }).click()
  // One hears what one has turned on.
  await until(async () => (await tones(ken)) === 2)
  await write(tony, 'Ken Myer', 'With a tone.')
  await until(async () => (await tones(ken)) === 4)
  const other = await listening(stage, 'ken')
  await write(tony, 'Ken Myer', 'Here too?')
  await until(async () => (await notices(other)).length === 1)
  assert.equal(await tones(other), 0)
})
