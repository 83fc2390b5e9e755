import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, missing, Stage, until, WORDS, write } from './browser.ts'
import { listening, notices, tones } from './notices.ts'
import { demoWith, openPresence, openSettings } from './own.ts'

async function writeToKen(page: Page, text: string): Promise<void> {
  await write(page, 'Ken Myer', text)
}

const counted = (page: Page, n: number) =>
  page
    .getByRole('navigation', { name: WORDS.en.conversations })
    .getByText(`${n} unread from Tony Smith`)
    .waitFor({ state: 'attached' })

async function texts(page: Page): Promise<readonly string[]> {
  return (await notices(page)).map(({ body }) => body)
}

test('quiet hours of the organisation hold until somebody chooses otherwise, and both are said in words', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open(
    demoWith('[notifications]', 'quietHours = "Mon-Fri 00:00-24:00; Sat,Sun 00:00-24:00"'),
  )
  const ken = await listening(stage, 'ken')
  await ken.evaluate("localStorage.setItem('nightpost.sound', 'on')")
  await ken.reload()
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  await writeToKen(tony, 'At night.')
  await counted(ken, 1)
  assert.deepEqual([await texts(ken), await tones(ken)], [[], 0])

  const settings = await openSettings(ken)
  const hours = settings.getByLabel('Quiet hours')
  assert.equal(await hours.inputValue(), 'organisation')
  const said = await hours.locator('option').allTextContents()
  assert.deepEqual(said, ['As the organisation: Every day all day', 'Never', 'My own hours'])
  await settings.getByText('Always quiet. By the clock of Asia/Tokyo.').waitFor()
  await hours.selectOption('never')
  await until(async () => (await settings.getByText('Always quiet').count()) === 0)
  await writeToKen(tony, 'By day.')
  await until(async () => (await texts(ken)).includes('By day.'))
  assert.deepEqual(await texts(ken), ['By day.'])
  assert.deepEqual(stage.complaints, [])
})

/** `HH:MM` in UTC, so many minutes from now. */
function utc(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16)
}

test('own hours go by weekday and by the clock of the chosen time zone', { skip: missing }, async () => {
  await using stage = await Stage.open()
  // Two hours around now on the wall in UTC; in Dhaka it is six hours later, in Tokyo nine.
  const from = utc(-60)
  const to = utc(60)
  stage.console(`Set-NpUserSetting -Identity ken.myer -TimeZone UTC -QuietHours "Daily ${from}-${to}"`)
  const ken = await listening(stage, 'ken')
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  await writeToKen(tony, 'Quiet in UTC.')
  await counted(ken, 1)
  assert.deepEqual(await texts(ken), [])
  const panel = await openPresence(ken)
  await panel.getByText(new RegExp(`^Quiet hours until (?:\\w+ )?${to}: no notifications.$`)).waitFor()

  const settings = await openSettings(ken)
  await settings.getByText(new RegExp(`Quiet now, until (?:\\w+ )?${to}\\. By the clock of UTC\\.`)).waitFor()
  await settings.getByLabel('Time zone').selectOption('Asia/Dhaka')
  await settings.getByText('Not quiet now. By the clock of Asia/Dhaka.').waitFor()
  await writeToKen(tony, 'Loud in Dhaka.')
  await until(async () => (await texts(ken)).length === 1)

  await settings.getByLabel('Time zone').selectOption('UTC')
  await settings.getByText(/Quiet now/).waitFor()
  // Today's and yesterday's span are taken out: not quiet on this weekday.
  for (const ahead of [0, -24 * 60]) {
    const day = new Date(Date.now() + ahead * 60_000).toLocaleDateString('en-GB', {
      weekday: 'short',
      timeZone: 'UTC',
    })
    await settings.getByRole('checkbox', { name: day }).click()
    await settings.getByLabel(`${day}, from`).waitFor({ state: 'detached' })
  }
  await settings.getByText('Not quiet now. By the clock of UTC.').waitFor()
  await writeToKen(tony, 'Loud today.')
  await until(async () => (await texts(ken)).length === 2)
  assert.deepEqual(await texts(ken), ['Loud in Dhaka.', 'Loud today.'])
})

test('own hours are written day by day and kept with the account', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const ken = await stage.signedIn('ken')
  const settings = await openSettings(ken)
  await settings.getByLabel('Quiet hours').selectOption('own')
  await settings.getByLabel('Mon, from').waitFor()
  // The second end is changed before the server has answered for the first.
  let answer = () => {}
  const both = new Promise<void>((resolve) => {
    answer = resolve
  })
  await ken.route(/\/settings$/, (route) => both.then(() => route.continue()))
  await settings.getByLabel('Mon, from').fill('19:30')
  await settings.getByLabel('Mon, until').fill('06:15')
  answer()
  await settings.getByRole('checkbox', { name: 'Wed' }).click()
  await settings.getByLabel('Wed, from').waitFor({ state: 'detached' })
  const kept = stage.console('Get-NpUserSetting -Identity ken.myer | Format-List')
  assert.match(kept, /QuietHours\s*: Mon 19:30-06:15; Tue,Thu-Sun 22:00-07:00/)
  const other = await stage.signedIn('ken')
  const there = await openSettings(other)
  await there.getByLabel('Mon, from').waitFor()
  assert.equal(await other.getByLabel('Mon, from').inputValue(), '19:30')
  assert.equal(await other.getByRole('checkbox', { name: 'Wed' }).isChecked(), false)
})
