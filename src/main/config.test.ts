import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { LIMITS } from '../codec/limits.ts'
import { at, loadConfiguration, looseSettings, originOf, settingRows } from './config.ts'
import { UsageError } from './words/say.ts'

function load(toml: string, flags: Record<string, unknown> = {}) {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'nightpost-config-'))
  const data = folder.path
  writeFileSync(join(data, 'nightpost.toml'), toml)
  return loadConfiguration({ data, file: undefined, flags })
}

const REFUSED: readonly [name: string, toml: string, message: RegExp][] = [
  [
    'an unknown key',
    '[limits]\nmessageTxt = 1',
    /unknown key limits\.messageTxt; write limits\.messageText$/,
  ],
  ['an unknown section', '[nonsense]\na = 1', /unknown key nonsense; docs\/configuration\.md/],
  ['an unknown key of a site', '[[site]]\nname = "A"\npool = "b"', /unknown key site\.0\.pool/],
  ['a size that is none', '[limits]\nmessageText = "big"', /limits\.messageText: write a number of octets/],
  ['a time that is none', '[session]\nkeep = "soon"', /session\.keep: write a number of seconds/],
  ['a negative count', '[limits]\nshells = -1', /limits\.shells: write a number that is not negative/],
  ['a port that is none', '[http]\nport = 70000', /http\.port: write a port number/],
  ['a domain that is none', 'domain = "a b"', /domain: write a domain/],
  ['an address that is none', 'listen = "everywhere"', /listen: write an IP address/],
  [
    'quiet hours that are none',
    '[notifications]\nquietHours = "at night"',
    /notifications\.quietHours: write days and hours/,
  ],
  ['a level that is none', '[log]\nlevel = "loud"', /log\.level: write one of/],
  ['a text where a list belongs', '[sip]\ntrusted = "127.0.0.1"', /sip\.trusted: write a list/],
  ['a key that reaches a prototype', '[limits]\n__proto__ = 1', /limits/],
  ['what is not TOML', 'domain = ', /line 1/],
]
for (const [name, toml, message] of REFUSED) {
  test(`${name} is refused in one line that says what to write`, () => {
    assert.throws(
      () => load(toml),
      (error) => {
        assert.ok(error instanceof UsageError)
        assert.match(error.message, message)
        assert.match(error.message, /^\/.*nightpost\.toml/)
        assert.doesNotMatch(error.message, /\n/)
        return true
      },
    )
  })
}

test('flags win over the file, the file over the default', () => {
  const loaded = load('domain = "file.example"\n[http]\nport = 1', { http: { port: 2 } })
  assert.deepEqual(loaded.settings.domain, ['file.example'])
  assert.equal(loaded.settings.http.port, 2)
  assert.equal(loaded.settings.https.port, 8443)
  assert.equal(originOf(loaded, 'http.port'), 'flag')
  assert.equal(originOf(loaded, 'domain'), 'file')
  assert.equal(originOf(loaded, 'https.port'), 'default')
})

test('a raised limit is loose, a lowered one is not', () => {
  assert.deepEqual(looseSettings(load('[limits]\nmessageText = "1 MiB"\nshells = 3').settings), [
    'limits.messageText',
  ])
  assert.deepEqual(looseSettings(load('').settings), [])
})

test('every limit of the codecs is a setting with the same default', () => {
  const presets = new Map(settingRows().map((row) => [row.name, row.preset]))
  for (const [name, preset] of Object.entries(LIMITS))
    assert.equal(presets.get(`limits.${name}`), preset, name)
})

const INTERFACES: readonly [string, unknown][] = [
  ['delivery.pushSeconds', 5],
  ['delivery.openConversation', 600_000],
  ['delivery.unreadAfter', 120_000],
  ['mail.unreadAfter', 300_000],
  ['presence.idleAfter', 300_000],
  ['presence.awayAfter', 300_000],
  ['ucwa.applicationIdle', 900_000],
  ['ucwa.eventTimeout', 180_000],
  ['ucwa.gone', 20_000],
  ['ucwa.goneLongPoll', 60_000],
  ['limits.shellIdle', 3_600_000],
  ['limits.messageText', 65_536],
  ['limits.requestBody', 262_144],
  ['limits.startMessagingBody', 1_048_576],
  ['limits.inboxMessages', 10_000],
  ['limits.inboxUnreadItems', 500],
  ['limits.inboxBytes', 104_857_600],
  ['limits.messagesPerSecond', 20],
  ['limits.messagesBurst', 60],
  ['limits.messagesPerMinuteToAbsent', 60],
  ['limits.requestsPerSecond', 20],
  ['limits.requestsBurst', 100],
  ['limits.searchesPerSecond', 2],
  ['limits.connectionsPerAddress', 200],
  ['limits.unsignedPerSecond', 50],
  ['limits.shellsPerUser', 20],
  ['limits.shells', 200],
  ['limits.envelope', 1_048_576],
  ['limits.objectBytes', 10_485_760],
  ['session.idleTimeout', 28_800_000],
  ['session.keep', 2_592_000_000],
  ['server.drainSeconds', 10],
]
test('the table of settings has the defaults of the interface page', () => {
  const { settings } = load('')
  for (const [name, value] of INTERFACES) assert.equal(at(settings, name.split('.')), value, name)
})
