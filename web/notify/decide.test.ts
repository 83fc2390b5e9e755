import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessLevel } from '../../src/domain/contact.ts'
import { en } from '../i18n/en.ts'
import { ja } from '../i18n/ja.ts'
import { emptyState, type State } from '../model.ts'
import { decideNotice, type Moment } from './decide.ts'

const TONY = 'sip:tony@example.com'
/** A Wednesday, 22:30 in Tokyo and 14:30 in Berlin. */
const NIGHT = Date.UTC(2026, 10, 25, 13, 30)
const UNSEEN: Moment = { now: NIGHT, watched: false }

function stateWith(change: {
  own?: [availability: 'Online' | 'DoNotDisturb' | 'Offline' | 'Away', activity?: string]
  settings?: Partial<State['settings']>
  organisation?: string
  level?: AccessLevel
  unread?: number
}): State {
  const state = emptyState('sip:ken@example.com', 'Ken', new Map([[TONY, 'Tony Smith']]))
  const [availability, activity] = change.own ?? ['Online']
  const thread = {
    id: 't',
    href: '/t',
    person: TONY,
    lastAt: NIGHT,
    preview: '',
    unread: change.unread ?? 1,
    readUpTo: undefined,
    oldestUnread: undefined,
    inbox: 0,
    sentWaiting: 0,
    markAsRead: undefined,
    markAsUnread: undefined,
    continueMessaging: undefined,
    transcripts: undefined,
  }
  return {
    ...state,
    own: { ...state.own, presence: { availability, activity } },
    settings: { ...state.settings, timeZone: 'Asia/Tokyo', ...change.settings },
    quietHoursDefault: change.organisation ?? 'Never',
    levels: new Map(change.level ? [[TONY, { level: change.level, etag: undefined }]] : []),
    threads: new Map([['t', thread]]),
  }
}

const decide = (
  change: Parameters<typeof stateWith>[0],
  moment = UNSEEN,
  texts: typeof en | typeof ja = en,
) => decideNotice(stateWith(change), { person: TONY, text: 'Hello' }, moment, texts)

const SILENT: readonly [
  name: string,
  change: Parameters<typeof stateWith>[0],
  moment: Moment,
  because: string,
][] = [
  ['Do Not Disturb (M4)', { own: ['DoNotDisturb'] }, UNSEEN, 'doNotDisturb'],
  ['Presenting (M6)', { own: ['DoNotDisturb', 'presenting'] }, UNSEEN, 'presenting'],
  [
    'Presenting, from a close colleague',
    { own: ['DoNotDisturb', 'presenting'], level: 'Workgroup' },
    UNSEEN,
    'presenting',
  ],
  [
    'Do Not Disturb, from a friend',
    { own: ['DoNotDisturb'], level: 'FriendsAndFamily' },
    UNSEEN,
    'doNotDisturb',
  ],
  ['a conversation before somebody’s eyes', {}, { now: NIGHT, watched: true }, 'watched'],
  ['the quiet hours of the organisation', { organisation: 'Daily 22:00-07:00' }, UNSEEN, 'quietHours'],
  ['own quiet hours', { settings: { quietHours: 'Wed 22:00-07:00' } }, UNSEEN, 'quietHours'],
]
for (const [name, change, moment, because] of SILENT) {
  test(`${name}: nobody is told`, () => assert.deepEqual(decide(change, moment), { kind: 'silent', because }))
}

const ALERTS: readonly [name: string, change: Parameters<typeof stateWith>[0]][] = [
  ['a close colleague in Do Not Disturb (M5)', { own: ['DoNotDisturb'], level: 'Workgroup' }],
  ['who appears offline', { own: ['Offline'] }],
  ['who is away', { own: ['Away'] }],
  ['own hours of another day', { settings: { quietHours: 'Thu 22:00-07:00' } }],
  [
    'the same hours by the clock of Berlin',
    { settings: { quietHours: 'Daily 22:00-07:00', timeZone: 'Europe/Berlin' } },
  ],
  [
    'Never over the hours of the organisation',
    { organisation: 'Daily 00:00-24:00', settings: { quietHours: 'Never' } },
  ],
]
for (const [name, change] of ALERTS) {
  test(`${name}: told`, () => assert.equal(decide(change).kind, 'alert'))
}

const CONTENT: readonly [
  level: State['settings']['notifications'],
  unread: number,
  texts: typeof en | typeof ja,
  title: string,
  body: string,
][] = [
  ['full', 1, en, 'Tony Smith', 'Hello'],
  ['full', 3, en, 'Tony Smith (3)', 'Hello'],
  ['full', 3, ja, 'Tony Smith さん（3件）', 'Hello'],
  ['sender', 1, en, 'Tony Smith', 'Sent you a message'],
  ['sender', 2, ja, 'Tony Smith', 'メッセージが2件届いています'],
  ['none', 5, en, 'Nightpost', 'New message'],
  ['none', 5, ja, 'Nightpost', '新しいメッセージ'],
]
for (const [notifications, unread, texts, title, body] of CONTENT) {
  test(`${notifications} with ${unread} unread says "${title}: ${body}"`, () =>
    assert.deepEqual(decide({ settings: { notifications }, unread }, UNSEEN, texts), {
      kind: 'alert',
      title,
      body,
    }))
}

test('a long text is cut between letters, not within one', () => {
  const notice = decideNotice(stateWith({}), { person: TONY, text: '🏮'.repeat(500) }, UNSEEN, en)
  assert.ok(notice.kind === 'alert')
  assert.equal(notice.body, `${'🏮'.repeat(240)}…`)
})
