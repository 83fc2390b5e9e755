import assert from 'node:assert/strict'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, missing, Stage, until } from './browser.ts'
import { setPermission } from './notices.ts'
import { demoWith, headSays, openPresence, openSettings, ownState } from './own.ts'

/** Tony, whose conversation Ken has open: each sees the own state, Ken sees Tony's too. */
async function pair(stage: Stage): Promise<{ tony: Page; ken: Page }> {
  const tony = await stage.signedIn('tony')
  const ken = await stage.signedIn('ken')
  await find(ken, 'Tony Smith')
  return { tony, ken }
}

async function choose(page: Page, state: string): Promise<void> {
  await (await openPresence(page)).getByRole('menuitemradio', { name: state }).click()
}

test('a state has an end where it needs one, and any end one likes', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const { tony, ken } = await pair(stage)
  await choose(tony, 'Busy')
  await ownState(tony, 'Busy Tony')
  await headSays(ken, 'Busy')
  assert.equal(await tony.getByText(/^Busy since/).count(), 0, 'it is young')
  for (const state of ['Do not disturb', 'Presenting']) {
    await choose(tony, state)
    await ownState(tony, `${state} until midnight`)
    await headSays(ken, state)
  }
  const until_ = tony.getByLabel('Until', { exact: true })
  assert.equal(await until_.locator('option:checked').textContent(), 'End of the day')
  await until_.selectOption('other')
  await tony.getByLabel('Ends at').fill('15:00')
  await ownState(tony, /Presenting until (?:15:00|.*, 15:00)/)
  // On all devices, and after a reload.
  const again = await stage.signedIn('tony')
  await ownState(again, /Presenting until (?:15:00|.*, 15:00)/)
  await until_.selectOption('')
  await ownState(tony, 'Presenting Tony')
  await ownState(again, 'Presenting Tony')
  await tony.getByRole('button', { name: 'Back to automatic' }).click()
  await ownState(tony, 'Available')
  await headSays(ken, 'Available')
  assert.deepEqual(stage.complaints, [])
})

test('a state ends by itself at its time', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const { tony, ken } = await pair(stage)
  const expires = new Date(Date.now() + 4000).toISOString()
  await tony.evaluate(`(async () => {
    const { csrf } = await (await fetch('/session')).json()
    const seen = performance.getEntriesByType('resource').map((entry) => entry.name)
    const application = seen.map((name) => /^.*\\/applications\\/[^/]+/.exec(name)?.[0]).find((name) => name)
    await fetch(application + '/me/presence', {
      method: 'POST',
      headers: { 'X-Nightpost-CSRF': csrf, 'Content-Type': 'application/json' },
      body: JSON.stringify({ availability: 'DoNotDisturb', expires: '${expires}' }),
    })
  })()`)
  await headSays(ken, 'Do not disturb')
  await ownState(tony, 'Available')
  await headSays(ken, 'Available')
})

test('note and place are what others read', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const { tony, ken } = await pair(stage)
  const panel = await openPresence(tony)
  await panel.getByLabel('Note for others').fill('午後は名古屋です')
  await tony.keyboard.press('Enter')
  await panel.getByLabel('Where you are').fill('Nagoya')
  await tony.keyboard.press('Enter')
  const details = ken.getByRole('complementary', { name: 'Details' })
  await details.getByText('午後は名古屋です').waitFor()
  await details.getByText('Nagoya').waitFor()
  await tony.reload()
  await openPresence(tony)
  assert.equal(await panel.getByLabel('Where you are').inputValue(), 'Nagoya')
})

test('a state that was chosen more than eight hours ago is named, with one press to reset', {
  skip: missing,
}, async () => {
  const NINE_HOURS = 9 * 3_600_000
  await using stage = await Stage.open(['--demo'], undefined, -NINE_HOURS)
  const yesterday = await stage.signedIn('tony')
  await choose(yesterday, 'Busy')
  await ownState(yesterday, 'Busy')
  await yesterday.context().close()
  await stage.stopServer()
  await stage.startServer()
  const tony = await stage.signedIn('tony')
  await tony.getByText(/^Busy since .*\d\d:\d\d\.$/).waitFor()
  await tony.getByRole('button', { name: 'Reset' }).click()
  await ownState(tony, 'Available')
  assert.equal(await tony.getByText(/^Busy since/).count(), 0)
})

test('without input one is inactive, then away; focus alone brings nobody back, a key does', {
  skip: missing,
}, async () => {
  // Inactive is a state that passes: on a busy machine it has to last until somebody looks.
  await using stage = await Stage.open(demoWith('[presence]', 'idleAfter = "2 s"', 'awayAfter = "20 s"'))
  const { tony, ken } = await pair(stage)
  // This client asks for no time of its own, so the configured ones hold.
  await headSays(ken, 'Available, inactive')
  await headSays(ken, 'Away')
  await ownState(tony, 'Away')
  await tony.evaluate(
    "dispatchEvent(new Event('focus')); document.dispatchEvent(new Event('visibilitychange'))",
  )
  await find(ken, 'Tony Smith')
  await headSays(ken, 'Away')
  // Activity is told at most once a minute; the last telling is long ago for this test.
  await tony.evaluate("localStorage.removeItem('nightpost.activity')")
  await tony.keyboard.press('Shift')
  await ownState(tony, 'Available')
})

test('a page that comes back without anybody there signs in as Away, on both sides', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open()
  const ken = await stage.signedIn('ken')
  await find(ken, 'Tony Smith')
  const context = await stage.device()
  const tony = await context.newPage()
  await tony.clock.install()
  await tony.goto(stage.url)
  await stage.signIn(tony, 'tony')
  await ownState(tony, 'Available')
  await headSays(ken, 'Available')
  // Overnight: the server forgets the application, and nobody touches the page for hours.
  await stage.stopServer()
  await tony.clock.fastForward('08:00:00')
  await stage.startServer()
  await tony.clock.fastForward('01:00')
  await ownState(tony, 'Away')
  await headSays(ken, 'Away')
  await tony.mouse.move(200, 200)
  await ownState(tony, 'Available')
  await headSays(ken, 'Available')
})

test('a laptop that sleeps is offline to others and right again on both sides after it wakes', {
  skip: missing,
}, async () => {
  await using stage = await Stage.open(demoWith('[ucwa]', 'gone = "1 s"'))
  const { tony, ken } = await pair(stage)
  await headSays(ken, 'Available')
  const session = await tony.context().newCDPSession(tony)
  await tony.context().setOffline(true)
  await session.send('Page.setWebLifecycleState', { state: 'frozen' })
  await headSays(ken, 'Offline')
  await tony.context().setOffline(false)
  await session.send('Page.setWebLifecycleState', { state: 'active' })
  await ownState(tony, /Available|Away/)
  await headSays(ken, /Available|Away/)
  const same = async (): Promise<boolean> => {
    const own = (await tony.locator('.me .with-mark').textContent()) ?? ''
    return (await ken.locator('.pane-top').getByText(own).count()) > 0
  }
  await until(same)
})

test('activity elsewhere on the device counts only where it was switched on', { skip: missing }, async () => {
  await using stage = await Stage.open(demoWith('[presence]', 'idleAfter = "12 s"', 'awayAfter = "1 s"'))
  const context = await stage.device()
  await setPermission(context, stage.url, 'granted', 'idle-detection')
  const tony = context.pages()[0] ?? (await context.newPage())
  await tony.goto(stage.url)
  await stage.signIn(tony, 'tony')
  const device = await context.newCDPSession(tony)
  const elsewhere = (isUserActive: boolean) =>
    device.send('Emulation.setIdleOverride', { isUserActive, isScreenUnlocked: true })
  await elsewhere(false)
  await ownState(tony, 'Away')
  await tony.evaluate("localStorage.removeItem('nightpost.activity')")
  await elsewhere(true)
  // Not switched on: nothing changes by that. What would change it comes behind.
  const settings = await openSettings(tony)
  await ownState(tony, 'Available')
  const here = settings.getByRole('switch', { name: 'Stay available while I use other programs' })
  await here.click()
  await until(async () => here.isChecked())
  await elsewhere(false)
  await ownState(tony, 'Away')
  await tony.evaluate("localStorage.removeItem('nightpost.activity')")
  await elsewhere(true)
  await ownState(tony, 'Available')
})
