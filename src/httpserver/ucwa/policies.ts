import { ownGate } from '../../actions/own-gate.ts'
import type { UcwaEvent } from '../../codec/ucwa/events.ts'
import { type Resource, resource } from '../../codec/ucwa/hal.ts'
import { type Application, from, targetOf } from './application.ts'
import { type Call, ok, type Reply } from './call.ts'
import type { House } from './house.ts'
import { communicationUpdated } from './me.ts'
import { modalitiesEvent } from './presence-parts.ts'

const policy = (on: boolean) => (on ? 'Enabled' : 'Disabled')

/** What steers messaging, for this application (ucwa.md 6.9); the line under the compose box is made from it. */
export function policiesResource(house: House, app: Application): Resource {
  const rules = house.ports.facts.rules(app.account)
  const gate = ownGate(house.ports, app.account, app.identity.userAgent)
  return resource('policies', app.links.policies, {
    emoticons: policy(rules.emoticons),
    htmlMessaging: policy(rules.html),
    messagingUrls: policy(rules.urls),
    messageArchiving: 'Disabled',
    saveMessagingHistory: policy(rules.archives),
    photos: 'Disabled',
    logging: 'Disabled',
    loggingLevel: 'Off',
    exchangeUnifiedMessaging: 'Disabled',
    telephonyMode: 'None',
    offlineMessages: policy(gate === undefined),
    offlineMessagesReason: gate ?? null,
    readReceipts: policy(rules.readReceipts),
    appearOffline: policy(rules.appearOffline),
    imWarning: rules.imWarning,
    messageLimit: house.ports.limits.messageText,
  })
}

/** Whether somebody absent can be written to hangs on the same gate (ucwa.md 6.5). */
function modalityEvents(house: House, app: Application): UcwaEvent[] {
  return [...app.seen].flatMap(([id, seen]) => {
    const account = house.ports.facts.account(id)
    return account && seen.availability === 'Offline' ? [modalitiesEvent(house, app, account, seen)] : []
  })
}

/** `GET policies`; what was read is not told again. */
export function getPolicies({ house, app }: Call): Reply {
  const self = policiesResource(house, app)
  app.lastPolicies = JSON.stringify(self)
  return ok(self)
}

/**
 * `policies` updated, embedded, where something in it changed; `contactSupportedModalities` hangs on the same gate, and
 * the formats of `communication` on `htmlMessaging`.
 */
export function policyChanged(house: House, app: Application): void {
  const self = policiesResource(house, app)
  const now = JSON.stringify(self)
  if (app.html !== app.toldHtml) {
    app.toldHtml = app.html
    app.raise([communicationUpdated(app)])
  }
  if (now === app.lastPolicies) return
  app.lastPolicies = now
  const event = from({ rel: 'policies', href: app.links.policies })
  app.raise([
    event('updated', targetOf(self), { priority: 'Medium', embedded: self, merge: true }),
    ...modalityEvents(house, app),
  ])
}
