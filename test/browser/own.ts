import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import type { Stage } from './browser.ts'

/** Flags of a demo with these lines of configuration. */
export function demoWith(...lines: readonly string[]): readonly string[] {
  const file = join(mkdtempSync(join(tmpdir(), 'nightpost-config-')), 'nightpost.toml')
  writeFileSync(file, `${lines.join('\n')}\n`)
  return ['--demo', '--config', file]
}

export async function openSettings(page: Page): Promise<Locator> {
  await openPresence(page)
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.waitFor()
  return dialog
}

export async function openPresence(page: Page): Promise<Locator> {
  const panel = page.getByRole('dialog', { name: 'Your presence' })
  if (!(await panel.isVisible())) await page.getByRole('button', { name: /Your presence/ }).click()
  await panel.waitFor()
  return panel
}

/** The own state as the page says it. */
export function ownState(page: Page, state: string | RegExp): Promise<void> {
  const name = new RegExp(`^Your presence: ${state instanceof RegExp ? state.source : state}`)
  return page.getByRole('button', { name }).waitFor()
}

/** The state of somebody at the head of the open conversation. */
export function headSays(page: Page, state: string | RegExp): Promise<void> {
  return page.locator('.pane-top').getByText(state).first().waitFor()
}

/** An account whose password was made by the server. */
export function newPerson(stage: Stage, alias: string, name: string): { user: string; password: string } {
  const user = `${alias}@nightpost.localhost`
  const text = stage.console(
    `New-NpAccount -UserPrincipalName ${user} -DisplayName "${name}" -Enable | Format-List`,
  )
  return { user, password: /^Password\s*:\s*(\S+)/m.exec(text)?.[1] ?? '' }
}
