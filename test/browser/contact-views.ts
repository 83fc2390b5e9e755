import type { Page } from 'playwright-core'
import { find, type Look, type Stage, WORDS } from './browser.ts'

type Visit = (view: string, page: Page) => Promise<void>

/**
 * Every view of the contact list and of what opens from it, as Ken sees them; found by place rather than by words, so that both languages
 * walk the same way.
 */
export async function contactViews(stage: Stage, look: Look, visit: Visit): Promise<void> {
  const page = await stage.signedIn('ken', look)
  const field = page.getByRole('combobox', { name: WORDS[look.language ?? 'en'].findPeople })
  const menuItem = (n: number) => page.getByRole('menu').getByRole('menuitem').nth(n)
  await page.getByRole('tab').nth(1).click()
  const rows = page.locator('.contact')
  await rows.nth(5).waitFor()
  const menuOf = async (place: string): Promise<void> => {
    // What was open gives the focus back when it has gone.
    await page.locator('[role=dialog], [role=alertdialog], [role=menu]').waitFor({ state: 'detached' })
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    await page.locator(place).first().focus()
    await page.keyboard.press('Shift+F10')
    await page.getByRole('menu').waitFor()
  }
  const newGroup = async (name: string): Promise<void> => {
    await page.locator('.list-tools button').nth(1).click()
    await page.getByRole('dialog').getByRole('textbox').fill(name)
    await page.keyboard.press('Enter')
  }

  await newGroup('第一営業部とそのパートナー企業')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await menuOf('.contact')
  await visit('contacts-menu', page)
  await menuItem(2).click()
  await visit('contacts-move', page)
  await page.getByRole('menuitemcheckbox').first().click()
  await page.locator('.done button').first().waitFor()
  await visit('contacts-moved', page)
  await newGroup('第一営業部とそのパートナー企業')
  await page.getByRole('alert').waitFor()
  await visit('contacts-group-taken', page)
  await page.keyboard.press('Escape')
  await menuOf('.branch')
  await visit('contacts-group-menu', page)
  await menuItem(1).click()
  await page.getByRole('alertdialog').waitFor()
  await visit('contacts-delete-group', page)
  await page.keyboard.press('Escape')

  await menuOf('.contact')
  await page.getByRole('menu').getByRole('menuitem').last().click()
  await page.getByRole('alertdialog').waitFor()
  await visit('contacts-block', page)
  await page.getByRole('alertdialog').locator('button.stop').click()
  await page
    .locator('.contact .snip')
    .first()
    .filter({ hasText: /^(Blocked|ブロック中)/ })
    .waitFor()
  await menuOf('.contact')
  await menuItem(1).click()
  await page.locator('.dialog .blocked').waitFor()
  await visit('contacts-card-blocked', page)
  await page.keyboard.press('Escape')

  // Somebody who is no contact: the picker offers to add.
  await rows.nth(5).focus()
  await page.keyboard.press('Delete')
  await rows.nth(5).waitFor({ state: 'detached' })
  await field.fill('tanaka')
  await page.locator('.contact-bar button').waitFor()
  await visit('contacts-picker', page)
  await page.locator('.contact-bar button').click()
  await page.getByRole('menu').waitFor()
  await visit('contacts-picker-groups', page)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')

  await page.locator('.me').click()
  await page.locator('.foot button').nth(1).click()
  await page.locator('.privacy li').waitFor()
  await page.locator('.privacy').scrollIntoViewIfNeeded()
  await visit('contacts-privacy', page)
  await page.keyboard.press('Escape')

  await page.context().setOffline(true)
  await page.locator('.as-of svg').waitFor()
  await visit('contacts-offline', page)
  await page.context().setOffline(false)
  await page.locator('.as-of svg').waitFor({ state: 'detached' })
  for (let left = await rows.count(); left > 0; left--) {
    await rows.first().focus()
    await page.keyboard.press('Delete')
    await rows.nth(left - 1).waitFor({ state: 'detached' })
  }
  await page.locator('.list-empty').waitFor()
  await visit('contacts-empty', page)

  await find(page, 'Pilar Ackerman', look.language)
  await page.getByRole('log').getByText(/./).first().waitFor()
  await visit('contacts-conversation', page)
  await page.context().close()
}
