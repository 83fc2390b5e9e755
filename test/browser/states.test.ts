import assert from 'node:assert/strict'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { find, type Language, message, missing, Stage, WORDS, write } from './browser.ts'

/*
 * Every empty, error and offline state of the pages (ux.md 1.5: what happened, what is safe, one action), each reached by what really
 * causes it, in both languages.
 *
 * | state                       | cause                                                     | test                                     |
 * |-----------------------------|-----------------------------------------------------------|------------------------------------------|
 * | Write the first message     | an account without a conversation                         | nobody to read yet                       |
 * | Nothing is waiting          | the last message of the inbox is marked as read           | everything is read                       |
 * | Nobody found                | a search for a name that nobody has                       | nobody to read yet                       |
 * | Fill in both, wrong, wait   | an empty field, a wrong password, a dozen of them         | the sign-in page says what is wrong      |
 * | Cannot be reached (a line)  | the server is killed while somebody signs in              | the sign-in page says what is wrong      |
 * | Cannot be reached (a page)  | the server is gone before it says who is signed in        | a page without a server                  |
 * | No connection since         | the server is killed; the network is cut                  | the server is killed, the network is cut |
 * | Not sent yet, the outbox    | somebody writes meanwhile                                 | the server is killed, the network is cut |
 * | Messages could not be read  | the server goes away as a conversation opens              | a conversation that cannot be read       |
 * | Loading…                    | a network of two seconds there and back                   | a slow network                           |
 * | Your session has ended      | the password is changed, the account is disabled          | a session that is taken away             |
 * | Not enabled for messages    | an account signs in that only administers                 | an administrator without messages        |
 * | Nightpost has been updated  | the server is restarted as another version                | a newer version behind an open page      |
 * | Not saved                   | a setting is changed without a connection                 | the server is killed, the network is cut |
 *
 * What concerns one message (refused, too long, full mailbox, busy, full disk, expired, a day old) is in `message-states.test.ts`;
 * switches and their lines are in `policy.test.ts`, signing out with unsent messages in `outbox.test.ts`, another window that signs out
 * in `reading.test.ts`. A search without a hit and a page for administrators only come with search and the admin center.
 */

const LANGUAGES = ['en', 'ja'] as const
type Pages = readonly (readonly [Language, Page])[]

/** The same person on two devices, one in each language. */
async function bothLanguages(stage: Stage, name: string): Promise<Pages> {
  return Promise.all(
    LANGUAGES.map(async (lang) => [lang, await stage.signedIn(name, { language: lang })] as const),
  )
}

async function shows(pages: Pages, texts: Readonly<Record<Language, string | RegExp>>): Promise<void> {
  for (const [lang, page] of pages) await page.getByText(texts[lang]).first().waitFor()
}

function button(page: Page | Locator, name: string): Locator {
  return page.getByRole('button', { name, exact: true })
}

test('nobody to read yet', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const pages = await bothLanguages(stage, 'tony')
  await shows(pages, { en: 'Write the first message', ja: '最初のメッセージを送りましょう' })
  await shows(pages, {
    en: 'They do not have to be signed in.',
    ja: '相手がサインインしていなくても送れます。',
  })
  for (const [lang, page] of pages) {
    await button(page.getByRole('main'), { en: 'New message', ja: '新しいメッセージ' }[lang]).click()
    await page.getByRole('combobox', { name: WORDS[lang].findPeople }).fill('zzzz')
  }
  await shows(pages, { en: 'Nobody found', ja: '見つかりませんでした' })
  await shows(pages, {
    en: 'Type part of a name, a reading, a mail address or a department.',
    ja: '名前、読み、メール アドレス、部署の一部を入力してください。',
  })
  assert.deepEqual(stage.complaints, [])
})

test('everything is read', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const tony = await stage.signedIn('tony')
  await find(tony, 'Ken Myer')
  await write(tony, 'Ken Myer', 'Something to read.')
  await message(tony, 'Something to read.').getByText('Queued', { exact: true }).waitFor()
  const pages = await bothLanguages(stage, 'ken')
  const first = pages[0]?.[1]
  await first?.getByRole('button', { name: 'Mark all as read' }).click()
  for (const [lang, page] of pages) {
    const read = page.getByText({ en: 'Read', ja: '既読' }[lang], { exact: true })
    await read.or(page.locator('.empty')).first().waitFor()
    await page.evaluate("location.hash = '#/'")
    await page.getByText({ en: 'Choose a conversation', ja: '会話を選んでください' }[lang]).waitFor()
    await page.evaluate("location.hash = '#/inbox'")
  }
  await shows(pages, { en: 'Nothing is waiting', ja: '届いているものはありません' })
  await shows(pages, {
    en: 'You have read everything that came while you were away.',
    ja: '不在の間に届いたメッセージは、すべて読みました。',
  })
  for (const [lang, page] of pages) {
    await button(page, { en: 'Back to conversations', ja: '会話に戻る' }[lang]).click()
    await page.getByText({ en: 'Choose a conversation', ja: '会話を選んでください' }[lang]).waitFor()
  }
})

test('the sign-in page says what is wrong', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const pages: Pages = await Promise.all(
    LANGUAGES.map(
      async (language) => [language, await (await stage.device({ language })).newPage()] as const,
    ),
  )
  for (const [lang, page] of pages) {
    await page.goto(stage.url)
    await button(page, WORDS[lang].signIn).click()
  }
  await shows(pages, {
    en: 'Type your address and your password.',
    ja: 'アドレスとパスワードを入力してください。',
  })
  for (const [lang, page] of pages) {
    await page.getByRole('textbox', { name: WORDS[lang].workAddress }).fill(stage.person('lisa').user)
    await page.getByLabel(WORDS[lang].password).fill('wrong')
    await button(page, WORDS[lang].signIn).click()
  }
  await shows(pages, {
    en: 'The address or the password is not right. Nothing was sent.',
    ja: 'アドレスまたはパスワードが正しくありません。何も送信されていません。',
  })
  await stage.stopServer('SIGKILL')
  for (const [lang, page] of pages) await button(page, WORDS[lang].signIn).click()
  await shows(pages, {
    en: 'Nightpost cannot be reached. What you typed is still here; try again.',
    ja: 'サーバーに接続できません。入力内容は残っています。もう一度お試しください。',
  })
  for (const [lang, page] of pages) {
    assert.equal(await page.getByLabel(WORDS[lang].password).inputValue(), 'wrong')
  }
  await stage.startServer()
  // Somebody guesses at the same address from here.
  const { user } = stage.person('lisa')
  const body = JSON.stringify({ user, password: 'guess' })
  const guess = `fetch('/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '${body}' })`
  await pages[0]?.[1].evaluate(`Promise.all(Array.from({ length: 12 }, () => ${guess})).then(() => 0)`)
  for (const [lang, page] of pages) await button(page, WORDS[lang].signIn).click()
  const wait = {
    en: /Too many tries\. Sign-in opens again in \d+ minutes\./,
    ja: /試行回数が多すぎます。\d+分後/,
  }
  await shows(pages, wait)
})

test('a page without a server', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const gone = Promise.withResolvers<void>()
  const pages = await bothLanguages(stage, 'tony')
  for (const [lang, page] of pages) await find(page, 'Ken Myer', lang)
  await stage.stopServer('SIGKILL')
  for (const [lang, page] of pages) {
    await page.locator('.banner:not(.plain)').waitFor()
    for (const text of ['One.', 'Two.']) await write(page, 'Ken Myer', text, lang)
    await message(page, 'Two.').locator('.state.waiting').waitFor()
  }
  await stage.startServer()
  // The page comes, and the server goes before it has said who is signed in.
  for (const [, page] of pages) {
    const asked = Promise.withResolvers<void>()
    await page.route('**/session', async (route) => {
      asked.resolve()
      await gone.promise
      await route.continue()
    })
    await page.route('**/ucwa/**', (route) => route.abort())
    await page.reload({ waitUntil: 'commit' })
    await asked.promise
  }
  await stage.stopServer('SIGKILL')
  gone.resolve()
  await shows(pages, { en: 'Nightpost cannot be reached', ja: 'Nightpostに接続できません' })
  await shows(pages, {
    en: /The server has not answered since \d\d:\d\d\. We try again every few seconds\./,
    ja: /\d\d:\d\dからサーバーの応答がありません。数秒ごとに再接続します。/,
  })
  await shows(pages, {
    en: 'Your 2 messages are kept on this device.',
    ja: '2件のメッセージはこの端末に保存されています。',
  })
  for (const [lang, page] of pages) {
    await button(page, { en: 'Try now', ja: '今すぐ再接続' }[lang]).waitFor()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  }
  await stage.startServer()
  // By itself: nobody presses anything.
  for (const [lang, page] of pages) {
    await message(page, 'Two.').getByText({ en: 'Queued', ja: '配信待ち' }[lang], { exact: true }).waitFor()
  }
})

test('the server is killed, the network is cut', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const pages = await bothLanguages(stage, 'tony')
  for (const [lang, page] of pages) await find(page, 'Ken Myer', lang)
  const cuts = [
    ['killed', () => stage.stopServer('SIGKILL'), () => stage.startServer()],
    ['cut', () => network(pages, false), () => network(pages, true)],
  ] as const
  for (const [how, cut, mend] of cuts) {
    await cut()
    await shows(pages, { en: /No connection since \d\d:\d\d\./, ja: /\d\d:\d\dから接続できません。/ })
    await shows(pages, {
      en: 'What you write is kept on this device and sent in order when the connection is back.',
      ja: '入力したメッセージはこの端末に保存し、接続が戻ったら順に送信します。',
    })
    for (const [lang, page] of pages) {
      await page
        .getByRole('button', {
          name: { en: 'Your presence: Offline', ja: '自分の在席状況: オフライン' }[lang],
        })
        .waitFor()
      for (const n of [1, 2]) await write(page, 'Ken Myer', `${how} ${lang} ${n}`, lang)
      for (const n of [1, 2])
        await message(page, `${how} ${lang} ${n}`)
          .getByText({ en: 'Not sent yet', ja: '未送信' }[lang], { exact: true })
          .waitFor()
    }
    await shows(pages, {
      en: '2 messages are kept on this device and wait for the connection.',
      ja: '2件をこの端末に保存し、接続を待っています。',
    })
    for (const [lang, page] of pages) {
      await button(page, { en: 'Show the outbox', ja: '送信トレイを表示' }[lang]).click()
      await page
        .getByRole('heading', {
          name: { en: '2 messages on this device', ja: '2件がこの端末にあります' }[lang],
        })
        .waitFor()
      assert.deepEqual(await page.locator('.outbox .waiting-item > p').allTextContents(), [
        `${how} ${lang} 1`,
        `${how} ${lang} 2`,
      ])
      await page.goBack()
      await page.getByRole('button', { name: WORDS[lang].yourPresence }).click()
      await button(page, { en: 'Settings', ja: '設定' }[lang]).click()
      await page
        .getByRole('switch', { name: { en: 'Show that I am typing', ja: '入力中であることを表示' }[lang] })
        .click()
      await page
        .getByText(
          { en: 'Not saved: the server did not answer. Try again.', ja: '保存できませんでした。' }[lang],
        )
        .waitFor()
      await page.keyboard.press('Escape')
    }
    await mend()
    for (const [lang, page] of pages) {
      const now = button(page, { en: 'Try now', ja: '今すぐ再接続' }[lang])
      if (await now.isVisible()) await now.click({ timeout: 2000 }).catch(() => undefined)
      for (const n of [1, 2])
        await message(page, `${how} ${lang} ${n}`)
          .getByText({ en: 'Queued', ja: '配信待ち' }[lang], { exact: true })
          .waitFor()
      await page.locator('.banner:not(.plain)').waitFor({ state: 'detached' })
    }
  }
  const ken = await stage.signedIn('ken')
  await ken.locator('.sender .text').nth(7).waitFor()
  const texts = await ken.locator('.sender .text').allTextContents()
  for (const lang of LANGUAGES) {
    assert.deepEqual(
      texts.filter((text) => text.includes(lang)),
      ['killed', 'cut'].flatMap((how) => [1, 2].map((n) => `${how} ${lang} ${n}`)),
    )
  }
})

async function network(pages: Pages, up: boolean): Promise<void> {
  for (const [, page] of pages) await page.context().setOffline(!up)
}

test('a conversation that cannot be read', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const pages = await bothLanguages(stage, 'tony')
  await stage.stopServer('SIGKILL')
  // The page has not noticed yet.
  for (const [, page] of pages) await page.evaluate(`location.hash = '#/with/${stage.person('ken').user}'`)
  await shows(pages, { en: 'The messages could not be read.', ja: 'メッセージを読み込めませんでした。' })
  for (const [lang, page] of pages) await button(page, { en: 'Try again', ja: '再試行' }[lang]).waitFor()
  await stage.startServer()
  await shows(pages, {
    en: 'This is the beginning of your conversation with Ken Myer.',
    ja: 'Ken Myer さんとの会話はここから始まります。',
  })
})

test('a slow network', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const pages: Pages = await Promise.all(
    LANGUAGES.map(
      async (language) => [language, await (await stage.device({ language })).newPage()] as const,
    ),
  )
  for (const [lang, page] of pages) {
    await page.goto(stage.url)
    await stage.signIn(page, 'tony', lang)
    await find(page, 'Ken Myer', lang)
    await write(page, 'Ken Myer', 'Before it was slow.', lang)
    await message(page, 'Before it was slow.').locator('.state').waitFor()
    const tools = await page.context().newCDPSession(page)
    await tools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 2000,
      downloadThroughput: -1,
      uploadThroughput: -1,
    })
    const loading = { en: 'Loading…', ja: '読み込んでいます…' }[lang]
    await page.reload({ waitUntil: 'commit' })
    await page.locator('.waiting-page').getByText(loading).waitFor()
    await page.getByRole('log').getByText(loading).waitFor()
    await message(page, 'Before it was slow.').waitFor()
    await page.getByRole('log').getByText(loading).waitFor({ state: 'detached' })
    await write(page, 'Ken Myer', 'And while it is.', lang)
    await message(page, 'And while it is.')
      .getByText({ en: 'Queued', ja: '配信待ち' }[lang], { exact: true })
      .waitFor()
  }
  assert.deepEqual(stage.complaints, [])
})

test('a session that is taken away', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const pages = await bothLanguages(stage, 'tony')
  for (const [lang, page] of pages) {
    await find(page, 'Ken Myer', lang)
    await page.getByRole('textbox', { name: WORDS[lang].messageTo('Ken Myer') }).fill(`A draft in ${lang}`)
  }
  const { user } = stage.person('tony')
  const ended = {
    en: 'Your session has ended. Sign in again. Your drafts are kept on this device.',
    ja: 'セッションが終了しました。もう一度サインインしてください。下書きはこの端末に保存されています。',
  }
  const password = 'quite another password 9'
  stage.console(
    `Set-NpAccountPassword -Identity ${user} -Password (ConvertTo-SecureString '${password}' -AsPlainText -Force)`,
  )
  for (const [lang, page] of pages) {
    await page.getByRole('alert').filter({ hasText: ended[lang] }).waitFor()
    await button(page.getByRole('main'), WORDS[lang].signIn).click()
    await page.getByRole('textbox', { name: WORDS[lang].workAddress }).fill(user)
    await page.getByLabel(WORDS[lang].password, { exact: true }).fill(password)
    await button(page, WORDS[lang].signIn).click()
    const box = page.getByRole('textbox', { name: WORDS[lang].messageTo('Ken Myer') })
    await box.waitFor()
    assert.equal(await box.inputValue(), `A draft in ${lang}`)
  }
  stage.console(`Disable-CsUser -Identity ${user}`)
  for (const [lang, page] of pages) {
    await page.getByRole('alert').filter({ hasText: ended[lang] }).waitFor()
    await button(page.getByRole('main'), WORDS[lang].signIn).click()
    await page.getByRole('textbox', { name: WORDS[lang].workAddress }).waitFor()
  }
})

test('an administrator without messages', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const [user, password] = ['helper@nightpost.localhost', 'quite another password 9']
  const secret = `(ConvertTo-SecureString '${password}' -AsPlainText -Force)`
  stage.console(`New-NpAccount -UserPrincipalName ${user} -DisplayName Helper -Password ${secret}`)
  stage.console(`Add-NpAdminRoleMember -Role CsHelpDesk -Identity ${user}`)
  for (const language of LANGUAGES) {
    const page = await (await stage.device({ language })).newPage()
    await page.goto(stage.url)
    await page.getByRole('textbox', { name: WORDS[language].workAddress }).fill(user)
    await page.getByLabel(WORDS[language].password, { exact: true }).fill(password)
    await button(page, WORDS[language].signIn).click()
    await shows([[language, page]], {
      en: 'This account is not enabled for messages',
      ja: 'このアカウントではメッセージを利用できません',
    })
    await shows([[language, page]], {
      en: 'An administrator can enable it.',
      ja: '利用するには、管理者による有効化が必要です。',
    })
    await button(page, { en: 'Sign out', ja: 'サインアウト' }[language]).click()
    await page.getByRole('textbox', { name: WORDS[language].workAddress }).waitFor()
  }
})

test('a newer version behind an open page', { skip: missing }, async () => {
  await using stage = await Stage.open()
  const pages = await bothLanguages(stage, 'tony')
  for (const [lang, page] of pages) {
    await find(page, 'Ken Myer', lang)
    await page.getByRole('textbox', { name: WORDS[lang].messageTo('Ken Myer') }).fill('Half a sentence')
  }
  // The same version again is no news.
  await stage.stopServer()
  await shows(pages, { en: 'No connection since', ja: 'から接続できません' })
  await stage.startServer()
  for (const [, page] of pages) await page.locator('.banner:not(.plain)').waitFor({ state: 'detached' })
  await stage.stopServer()
  await shows(pages, { en: 'No connection since', ja: 'から接続できません' })
  await stage.startServer({ root: newerVersion() })
  await shows(pages, { en: 'Nightpost has been updated.', ja: 'Nightpostが更新されました。' })
  await shows(pages, {
    en: 'Reload to use the new version. Your drafts are kept on this device.',
    ja: '再読み込みすると新しい版になります。下書きはこの端末に保存されています。',
  })
  for (const [lang, page] of pages) {
    // Nothing forces it: one may write on.
    await write(page, 'Ken Myer', `With the old page, ${lang}.`, lang)
    await message(page, `With the old page, ${lang}.`).locator('.state.waiting').waitFor()
    await page.getByRole('textbox', { name: WORDS[lang].messageTo('Ken Myer') }).fill('Half a sentence')
    const reload = button(page, { en: 'Reload', ja: '再読み込み' }[lang])
    await reload.click()
    await reload.waitFor({ state: 'detached' })
    const box = page.getByRole('textbox', { name: WORDS[lang].messageTo('Ken Myer') })
    await box.waitFor()
    assert.equal(await box.inputValue(), 'Half a sentence')
    assert.match(await page.evaluate('document.scripts[1].src'), /-newer0000\.js$/)
  }
})

/** A copy of the tree whose page has another script. */
function newerVersion(): string {
  const from = join(import.meta.dirname, '..', '..')
  const to = mkdtempSync(join(tmpdir(), 'nightpost-newer-'))
  for (const name of ['src', 'package.json', 'web/dist'])
    cpSync(join(from, name), join(to, name), { recursive: true })
  symlinkSync(realpathSync(join(from, 'node_modules')), join(to, 'node_modules'))
  const page = join(to, 'web', 'dist', 'index.html')
  const assets = join(to, 'web', 'dist', 'assets')
  const script = readdirSync(assets).find((name) => name.endsWith('.js')) ?? ''
  renameSync(join(assets, script), join(assets, 'index-newer0000.js'))
  writeFileSync(page, readFileSync(page, 'utf8').replace(script, 'index-newer0000.js'))
  return to
}
