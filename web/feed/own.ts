import type { PersonalSettings } from '../../src/domain/account.ts'
import type { OwnGate } from '../../src/domain/delivery.ts'
import type { Policies, State } from '../model.ts'
import { displayName, instant, number, type Resource, sipUri, text } from '../ucwa/wire.ts'
import { presenceOf } from './people.ts'

// What is the signed-in person's own: name, presence, note, settings, and the policies that hold.

export function readMe(state: State, r: Resource): State {
  const uri = text(r, 'uri')
  return {
    ...state,
    own: {
      ...state.own,
      uri: uri ? sipUri(uri) : state.own.uri,
      name: displayName(text(r, 'name')) ?? state.own.name,
    },
  }
}

export function readPresence(state: State, r: Resource): State {
  const own = { ...state.own, presence: presenceOf(r), since: instant(r.since), expires: instant(r.expires) }
  return { ...state, own }
}

export function readLocation(state: State, r: Resource): State {
  return { ...state, own: { ...state.own, location: text(r, 'location') || undefined } }
}

export function readNote(state: State, r: Resource): State {
  return { ...state, own: { ...state.own, note: text(r, 'message') || undefined } }
}

export function readSettings(state: State, r: Resource): State {
  const old = state.settings
  const language = r.language === 'ja' || r.language === 'en' ? r.language : null
  const one = <T extends string>(value: unknown, allowed: readonly T[], otherwise: T): T =>
    allowed.find((v) => v === value) ?? otherwise
  const flag = (value: unknown, otherwise: boolean): boolean =>
    typeof value === 'boolean' ? value : otherwise
  const settings: PersonalSettings = {
    readReceipts: flag(r.readReceipts, old.readReceipts),
    typing: flag(r.typing, old.typing),
    language,
    timeZone: text(r, 'timeZone') ?? null,
    notifications: one(r.notifications, ['full', 'sender', 'none'], old.notifications),
    sendWithEnter: flag(r.sendWithEnter, old.sendWithEnter),
    theme: one(r.theme, ['system', 'light', 'dark'], old.theme),
    density: one(r.density, ['comfortable', 'compact'], old.density),
    quietHours: text(r, 'quietHours') ?? null,
  }
  return {
    ...state,
    settings,
    quietHoursDefault: text(r, 'quietHoursDefault') ?? state.quietHoursDefault,
    settingsEtag: text(r, 'etag') ?? state.settingsEtag,
  }
}

const GATES: ReadonlySet<string> = new Set(['deploymentOff', 'senderPolicy', 'senderClient'])

export function readPolicies(state: State, r: Resource): State {
  const reason = text(r, 'offlineMessagesReason')
  const enabled = (name: string): boolean => text(r, name) !== 'Disabled'
  const policies: Policies = {
    offlineMessages: enabled('offlineMessages'),
    offlineMessagesReason: reason && GATES.has(reason) ? (reason as OwnGate) : undefined,
    readReceipts: enabled('readReceipts'),
    appearOffline: enabled('appearOffline'),
    messageLimit: number(r, 'messageLimit') ?? state.policies.messageLimit,
    links: enabled('messagingUrls'),
  }
  return { ...state, policies }
}
