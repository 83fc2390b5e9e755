import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { find, type Look, message, Stage, until, WORDS, write } from './browser.ts'

/** A server on which a closed tab counts as absence at once, so that the views have absent people. */
export function openStage(): Promise<Stage> {
  const file = join(mkdtempSync(join(tmpdir(), 'nightpost-config-')), 'nightpost.toml')
  writeFileSync(file, '[ucwa]\ngone = "1s"\n')
  return Stage.open(['--demo', '--config', file], undefined, -NIGHT_MS)
}

/** CI looks at the first and every third after it, a run by hand at all of them: a walk through every view costs more than any test. */
export function ofThisRun<T>(all: readonly T[]): readonly T[] {
  return process.env.CI ? all.filter((_, n) => n % 3 === 0) : all
}

/** How long the messages wait before they are read: yesterday, at whatever hour the tests run. */
const NIGHT_MS = 24 * 3_600_000

/** Two people write to Ken, who is not there, and leave; a day later the server is there, as it was. */
async function leaveMessages(stage: Stage): Promise<void> {
  const letters = [
    ['tony', ['The spare keys are with reception.', 'New code from Monday.']],
    ['hanako', ['領収書がまだ届いていないようです。']],
  ] as const
  for (const [name, texts] of letters) {
    const page = await stage.signedIn(name)
    await find(page, 'Ken Myer')
    for (const text of texts) {
      await write(page, 'Ken Myer', text)
      await message(page, text).getByText('Queued', { exact: true }).waitFor()
    }
    await page.context().close()
  }
  await stage.stopServer()
  await stage.startServer()
}

/** Dialogs that open from the settings, and the settings again. */
async function dialogs(page: Page, visit: Visit): Promise<void> {
  const settings = page.locator('.dialog .settings').last().getByRole('button')
  for (const [n, view] of ['devices', 'password'].entries()) {
    await settings.nth(n).click()
    await page
      .locator(view === 'password' ? '.dialog [type="password"]' : '.devices li')
      .first()
      .waitFor()
    await visit(view, page)
    await page.keyboard.press('Escape')
    if (await page.getByRole('dialog').isVisible()) continue
    await page.locator('.me').click()
    await page.locator('.foot button').nth(1).click()
    await page.getByRole('dialog').waitFor()
  }
}

/** The contact list, what opens from it, and the questions it asks. */
async function contacts(page: Page, visit: Visit): Promise<void> {
  await page.getByRole('tab').nth(1).click()
  await page.getByRole('treeitem').nth(1).waitFor()
  await visit('contacts', page)
  await page.locator('.list-tools button').nth(1).click()
  await page.getByRole('dialog').getByRole('textbox').fill('第一営業部')
  await visit('new-group', page)
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const person = page.locator('.contact').first()
  const menu = async (item: number): Promise<void> => {
    await person.hover()
    await person.locator('.more-button').click()
    await page.getByRole('menu').waitFor()
    if (item >= 0) await page.getByRole('menu').locator('button').nth(item).click()
  }
  await menu(-1)
  await visit('contact-menu', page)
  await page.keyboard.press('Escape')
  await menu(1)
  await page.getByRole('dialog').waitFor()
  await visit('contact-card', page)
  await page.keyboard.press('Escape')
  await menu(-1)
  await page.getByRole('menu').locator('button').last().click()
  await page.getByRole('alertdialog').waitFor()
  await visit('block', page)
  await page.keyboard.press('Escape')
  await page.getByRole('tab').first().click()
}

type Visit = (view: string, page: Page) => Promise<void>

/**
 * Every view of the client, one after the other, as Ken sees them after an absence.
 * @param visit is called with a name for the view and the page that shows it
 */
export async function everyView(stage: Stage, look: Look, visit: Visit): Promise<void> {
  const { language = 'en' } = look
  const t = WORDS[language]
  await leaveMessages(stage)
  const page = await (await stage.device(look)).newPage()
  const goTo = (hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
  const tony = stage.person('tony').sip.replace('sip:', '')

  await page.goto(stage.url)
  await page.locator('.first-people').waitFor()
  await visit('sign-in', page)
  await page.getByRole('textbox', { name: t.workAddress }).fill('ken.myer')
  await page.getByLabel(t.password).fill('wrong')
  await page.getByRole('button', { name: t.signIn }).click()
  await page.locator('.trouble svg').waitFor()
  await visit('sign-in-refused', page)

  await stage.signIn(page, 'ken', language)
  await page.locator('.sender .msg').nth(2).waitFor()
  // Those who wrote have left a moment ago; soon nobody thinks that they are there.
  await until(async () => (await page.locator('.sender .mark.here').count()) === 0)
  await visit('inbox', page)

  await goTo(`#/with/${tony}`)
  await page.locator('.night-mark.falls').waitFor()
  await page.locator('.compose.lit .hint p').filter({ hasText: 'Tony Smith' }).waitFor()
  await until(async () => (await page.locator('.talk[aria-current] .count').count()) === 0)
  await visit('conversation', page)
  await page.locator('.thread-menu > button').click()
  await page.locator('.thread-pop').waitFor()
  await visit('conversation-menu', page)
  await page.keyboard.press('Escape')
  await write(page, 'Tony Smith', '了解です、ありがとう。', language)
  await page.locator('.msg.waiting').waitFor()
  await visit('conversation-waiting', page)
  stage.console('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $false')
  await page.locator('.compose:not(.lit) .hint svg').waitFor()
  await write(page, 'Tony Smith', '届きますか', language)
  await page.locator('.msg.failed .fix').waitFor()
  await visit('conversation-refused', page)
  stage.console('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $true')
  await page.locator('.compose.lit').waitFor()
  await page.locator('.fix button').last().click()

  await goTo('#/waiting')
  await page.locator('.sender .waiting-item').first().waitFor()
  await visit('waiting', page)
  await goTo('#/inbox')
  await page.locator('.acts .bare').click()
  await page.locator('.sender .state.read').first().waitFor()
  await visit('inbox-read', page)
  await goTo('#/')
  // In one column this is the list.
  await page.locator('.empty').waitFor({ state: 'attached' })
  await visit('no-conversation', page)
  await goTo('#/inbox')
  await page.locator('.away-page .empty').waitFor()
  await visit('inbox-empty', page)

  const field = page.getByRole('combobox', { name: t.findPeople })
  // In one column the people picker and the own state lie in the list.
  await goTo('#/')
  await field.click()
  await page.getByRole('option').first().waitFor()
  await visit('people', page)
  await field.fill('tony')
  await page.locator('.found p').filter({ hasText: /^1/ }).waitFor()
  await visit('people-found', page)
  await field.fill('zzz')
  await page.locator('.found .quiet').waitFor()
  await visit('people-nobody', page)
  await page.keyboard.press('Escape')

  await contacts(page, visit)

  await page.locator('.me').click()
  await visit('presence', page)
  await page.getByRole('menuitemradio').nth(2).click()
  await page.locator('#until').waitFor()
  await visit('presence-until', page)
  await page.locator('.foot button').first().click()
  await page.locator('#until').waitFor({ state: 'hidden' })
  await page.locator('.foot button').nth(1).click()
  await page.getByRole('dialog').waitFor()
  await visit('settings', page)
  await dialogs(page, visit)
  await page.locator('.actions button').first().click()
  await page.locator('.shortcuts').waitFor()
  await visit('shortcuts', page)
  await page.keyboard.press('Escape')

  await goTo(`#/with/${tony}`)
  await page.locator('.compose').waitFor()
  await page.context().route(/\/(ucwa|Autodiscover)\//, (route) => route.abort())
  await page.reload()
  await page.locator('.banner:not(.plain)').waitFor()
  await page.locator('#write').fill('まだ送れません')
  await page.locator('#write').press('Enter')
  await page.locator('.msg.waiting').waitFor()
  await visit('no-connection', page)
  await goTo('#/waiting')
  await page.locator('.outbox .waiting-item').waitFor()
  await visit('outbox', page)
  await goTo('#/')
  await page.locator('.me').click()
  await page.locator('.foot button').last().click()
  await page.getByRole('alertdialog').waitFor()
  await visit('sign-out', page)
  await page.context().close()
}
