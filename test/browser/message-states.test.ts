import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import type { Page } from 'playwright-core'
import { find, type Language, message, missing, Stage, until, write } from './browser.ts'

/*
 * What becomes of one message, and what the page says then. The table of all states is in `states.test.ts`.
 *
 * | state                         | cause                                                    | test                                  |
 * |-------------------------------|----------------------------------------------------------|---------------------------------------|
 * | Refused, T4                   | offline messages are off for the sender                  | refused by a switch                   |
 * | Refused, T7, room again when… | the inbox has as many unread messages as it may          | a full mailbox                        |
 * | Refused, T7 too long          | 413: written without a connection, and longer than the   | too long for the server               |
 * |                               | limit of the server that is there afterwards             |                                       |
 * | Not sent yet, busy            | 429: more messages a minute than one may write           | more than the server takes            |
 * | Not sent yet, busy            | 503: the disk is full                                    | a full disk                           |
 * | Expired                       | nobody reads it for 91 days                              | nobody reads it                       |
 * | Not sent for a day            | the computer sleeps for 25 hours without a connection    | written yesterday                     |
 */

const DAY_MS = 86_400_000
const WORD = {
  queued: { en: 'Queued', ja: '配信待ち' },
  refused: { en: 'Refused', ja: '送信不可' },
  notSent: { en: 'Not sent yet', ja: '未送信' },
  expired: { en: 'Expired', ja: '期限切れ' },
  resend: { en: 'Resend', ja: '再送' },
  copy: { en: 'Copy', ja: 'コピー' },
  remove: { en: 'Remove', ja: '削除' },
} as const

async function tonyWritesToKen(stage: Stage, language: Language): Promise<Page> {
  const page = await stage.signedIn('tony', { language })
  await find(page, 'Ken Myer', language)
  return page
}

/** The message is shown as `word`, with `text` under it, and with buttons to go on. */
async function failed(page: Page, text: string, word: string, why: string | RegExp, lang: Language) {
  const slip = message(page, text)
  await slip.getByText(word, { exact: true }).waitFor()
  await slip.getByText(why).waitFor()
  for (const name of [WORD.resend[lang], WORD.copy[lang]])
    await slip.locator('.fix').getByRole('button', { name, exact: true }).waitFor()
}

function limits(lines: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'nightpost-config-')), 'nightpost.toml')
  writeFileSync(file, `[limits]\n${lines}\n`)
  return file
}

test('refused by a switch', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const why = {
    en: 'Not delivered: Ken Myer is unavailable or offline.',
    ja: '送信できませんでした。Ken Myer さんは応答できないかオフラインです。',
  }
  const before = {
    en: 'Ken Myer is not signed in, and offline messages are turned off for you.',
    ja: 'Ken Myer さんはサインインしていません。オフライン メッセージの送信はオフになっています。',
  }
  stage.console('Set-CsClientPolicy -Identity Global -EnableIMAutoArchiving $false')
  for (const lang of ['en', 'ja'] as const) {
    const page = await tonyWritesToKen(stage, lang)
    await page.getByRole('status').filter({ hasText: before[lang] }).waitFor()
    await write(page, 'Ken Myer', `Off ${lang}`, lang)
    await failed(page, `Off ${lang}`, WORD.refused[lang], why[lang], lang)
    await message(page, `Off ${lang}`).getByRole('button', { name: WORD.remove[lang], exact: true }).click()
    await message(page, `Off ${lang}`).waitFor({ state: 'detached' })
    await page.context().close()
  }
})

test('a full mailbox', { skip: missing }, async () => {
  await using stage = await Stage.open(['--demo', '--config', limits('inboxMessages = 2')])
  const why = {
    en: 'Not delivered: mailbox of Ken Myer is full. There is room again when Ken Myer has read some of it.',
    ja: /Ken Myer さんの受信トレイがいっぱいです。Ken Myer さんが未読を読むと、また送れます。/,
  }
  const first = await tonyWritesToKen(stage, 'en')
  for (const text of ['Fills it,', 'half by half.']) {
    await write(first, 'Ken Myer', text)
    await message(first, text).getByText('Queued', { exact: true }).waitFor()
  }
  for (const lang of ['en', 'ja'] as const) {
    const page = await tonyWritesToKen(stage, lang)
    await write(page, 'Ken Myer', `Too much ${lang}`, lang)
    await failed(page, `Too much ${lang}`, WORD.refused[lang], why[lang], lang)
    // It stays here, whatever happens to the page.
    await page.reload()
    await failed(page, `Too much ${lang}`, WORD.refused[lang], why[lang], lang)
    if (lang === 'ja') {
      const ken = await stage.signedIn('ken')
      await ken.getByRole('button', { name: 'Mark all as read' }).click()
      await ken.locator('.sender .state.read').waitFor()
      await message(page, 'Too much ja').getByRole('button', { name: WORD.resend.ja }).click()
      await message(page, 'Too much ja')
        .getByText(/^(配信待ち|配信済み|既読)$/)
        .waitFor()
    }
  }
})

test('too long for the server', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const why = {
    en: 'Not delivered: message too long.',
    ja: /^送信できませんでした。メッセージが長すぎるか、/,
  }
  const pages = [
    ['en', await tonyWritesToKen(stage, 'en')],
    ['ja', await tonyWritesToKen(stage, 'ja')],
  ] as const
  await stage.stopServer()
  for (const [lang, page] of pages) {
    await page.locator('.banner:not(.plain)').waitFor()
    await write(page, 'Ken Myer', `${lang} long `.repeat(300), lang)
    await write(page, 'Ken Myer', `${lang} short`, lang)
  }
  await stage.startServer({ flags: ['--demo', '--config', limits('messageText = "1 KiB"')] })
  for (const [lang, page] of pages) {
    await failed(page, `${lang} long`, WORD.refused[lang], why[lang], lang)
    // One message that is refused holds up no other.
    await message(page, `${lang} short`).getByText(WORD.queued[lang], { exact: true }).waitFor()
  }
})

const BUSY = {
  en: /The service is busy\. \d+ messages are kept on this device and sent in order when there is room\./,
  ja: /サーバーが混み合っています。\d+件をこの端末に保存し、空きしだい順に送信します。/,
}

test('more than the server takes', { skip: missing }, async () => {
  // A minute's worth is three messages, so that the next ones wait for some twenty seconds each.
  await using stage = await Stage.open(['--demo', '--config', limits('messagesPerMinuteToAbsent = 4')])
  for (const lang of ['en', 'ja'] as const) {
    const page = await stage.signedIn(lang === 'en' ? 'tony' : 'pilar', { language: lang })
    await find(page, 'Ken Myer', lang)
    for (let n = 1; n <= 7; n++) await write(page, 'Ken Myer', `${lang} ${n}`, lang)
    await page.getByRole('status').filter({ hasText: BUSY[lang] }).waitFor()
    await message(page, `${lang} 7`).getByText(WORD.notSent[lang], { exact: true }).waitFor()
    await page.getByRole('button', { name: { en: 'Try now', ja: '今すぐ再接続' }[lang], exact: true }).click()
    await page.getByRole('status').filter({ hasText: BUSY[lang] }).waitFor()
    for (let n = 1; n <= 5; n++)
      await message(page, `${lang} ${n}`)
        .getByText(WORD.queued[lang], { exact: true })
        .waitFor({ timeout: 60_000 })
    await page.context().close()
  }
})

const small = smallDisk()
test('a full disk', {
  skip: missing ?? (small ? undefined : 'no file system can be mounted (needs root)'),
}, async () => {
  if (!small) return
  try {
    await using stage = await Stage.open(['--demo'], join(small, 'data'))
    const pages = [
      ['en', await tonyWritesToKen(stage, 'en')],
      ['ja', await tonyWritesToKen(stage, 'ja')],
    ] as const
    fill(join(small, 'filler'))
    for (const [lang, page] of pages) {
      const busy = page
        .getByRole('status')
        .filter({ hasText: { en: 'The service is busy.', ja: 'サーバーが混み合っています。' }[lang] })
      // The log's file has some room of its own left: it is full when it has to grow.
      for (let n = 1; n <= 40 && (await busy.count()) === 0; n++) {
        await write(page, 'Ken Myer', `${lang} ${n} ${'x'.repeat(60_000)}`, lang)
        await message(page, `${lang} ${n} `)
          .getByText(WORD.queued[lang], { exact: true })
          .or(busy)
          .first()
          .waitFor()
      }
      await busy.waitFor()
    }
    // A store that failed once takes nothing until the server is started again (`committer.ts`).
    rmSync(join(small, 'filler'))
    await stage.stopServer()
    await stage.startServer()
    for (const [lang, page] of pages) {
      await page
        .getByRole('status')
        .filter({ hasText: { en: 'The service is busy.', ja: 'サーバーが混み合っています。' }[lang] })
        .waitFor({ state: 'detached', timeout: 60_000 })
      await page
        .getByText(WORD.notSent[lang], { exact: true })
        .first()
        .waitFor({ state: 'detached', timeout: 60_000 })
    }
  } finally {
    spawnSync('umount', [small])
    rmSync(small, { recursive: true, force: true })
  }
})

test('nobody reads it', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const writers = [
    ['tony', 'en'],
    ['hanako', 'ja'],
  ] as const
  for (const [name, lang] of writers) {
    const page = await stage.signedIn(name, { language: lang })
    await find(page, 'Ken Myer', lang)
    await write(page, 'Ken Myer', 'Is anybody there?', lang)
    await message(page, 'Is anybody there?').getByText(WORD.queued[lang], { exact: true }).waitFor()
    await page.context().close()
  }
  await stage.stopServer()
  await stage.startServer({ aheadMs: 91 * DAY_MS })
  const { user } = stage.person('ken')
  const states = () =>
    stage.console(`Get-NpOfflineMessage -Identity ${user} | ForEach-Object State`).trim().split(/\s+/)
  await until(async () => states().join() === 'Expired,Expired')
  const why = {
    en: 'Not read in time, so it was removed from the mailbox.',
    ja: '期限までに読まれなかったため、受信トレイから削除されました。',
  }
  const once = {
    en: '1 message expired before it was read.',
    ja: '1件は、読まれる前に期限切れになりました。',
  }
  for (const [name, lang] of writers) {
    const page = await stage.signedIn(name, { language: lang })
    await page.getByText(once[lang]).waitFor()
    await find(page, 'Ken Myer', lang)
    await failed(page, 'Is anybody there?', WORD.expired[lang], why[lang], lang)
    await message(page, 'Is anybody there?').getByRole('button', { name: WORD.resend[lang] }).click()
    await message(page, 'Is anybody there?').getByText(WORD.queued[lang], { exact: true }).waitFor()
  }
})

test('written yesterday', { skip: missing }, async () => {
  await using stage = await Stage.open()
  for (const lang of ['en', 'ja'] as const) {
    const page = await tonyWritesToKen(stage, lang)
    await page.context().setOffline(true)
    await page.locator('.banner:not(.plain)').waitFor()
    await write(page, 'Ken Myer', `Old ${lang}`, lang)
    await message(page, `Old ${lang}`).getByText(WORD.notSent[lang], { exact: true }).waitFor()
    await page.clock.setSystemTime(Date.now() + 25 * 3_600_000)
    await page.context().setOffline(false)
    const held = message(page, `Old ${lang}`)
    await held
      .getByText(
        {
          en: 'Written more than a day ago and not sent.',
          ja: '1日以上前に作成され、まだ送信されていません。',
        }[lang],
      )
      .waitFor()
    await held.getByRole('button', { name: WORD.copy[lang], exact: true }).waitFor()
    await held.getByRole('button', { name: { en: 'Send now', ja: '今すぐ送信' }[lang], exact: true }).click()
    await message(page, `Old ${lang}`).getByText(WORD.queued[lang], { exact: true }).waitFor()
    assert.equal(
      await page
        .locator('.msg')
        .filter({ hasText: `Old ${lang}` })
        .count(),
      1,
    )
    await page.context().close()
  }
})

/** A folder on a file system of its own, with room beyond what must be free at the start; undefined where none can be mounted. */
function smallDisk(): string | undefined {
  if (missing) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'nightpost-full-'))
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=320m,mode=700', 'tmpfs', folder]).status === 0
  if (!mounted) return undefined
  mkdirSync(join(folder, 'data'), { mode: 0o700 })
  return folder
}

/** Writes until there is no room. */
function fill(path: string): void {
  const file = openSync(path, 'w')
  const piece = Buffer.alloc(4096)
  try {
    for (;;) writeSync(file, piece)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}
