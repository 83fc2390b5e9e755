/**
 * Every address below an application, in one place (ucwa.md section 17). Clients take some of them apart: the last
 * segment of participants and contacts is `user@domain`, a message is its messaging address + `/messages/<n>`, and the
 * conversation is a prefix of both.
 */
export const APPLICATIONS = '/ucwa/oauth/v1/applications'
export const DISCOVERY = '/Autodiscover/AutodiscoverService.svc/root'
export const DISCOVERY_USER = `${DISCOVERY}/oauth/user`
export const XFRAME = '/Autodiscover/XFrame/XFrame.html'
export const TOKEN_SERVICE = '/WebTicket/oauthtoken'

/** The addresses of one application; all begin with `/`, none is absolute (conformance H1). */
export type AppLinks = ReturnType<typeof appLinks>

export function appLinks(applicationId: string) {
  const app = `${APPLICATIONS}/${applicationId}`
  const communication = `${app}/communication`
  const people = `${app}/people`
  const conversation = (id: string) => `${communication}/conversations/${id}`
  const messaging = (id: string) => `${conversation(id)}/messaging`
  const invitation = (id: string) => `${communication}/messagingInvitations/${id}`
  const log = (id: string) => `${communication}/conversationLogs/${id}`
  const contact = (user: string) => `${people}/${segment(user)}`
  const participant = (id: string, user: string) => `${conversation(id)}/participants/${segment(user)}`
  return {
    app,
    batch: `${app}/batch`,
    policies: `${app}/policies`,
    me: `${app}/me`,
    people,
    communication,
    photos: `${app}/photos`,
    onlineMeetings: `${app}/onlineMeetings`,
    events: (ack: number | string, instanceId: string | undefined) =>
      `${app}/events?ack=${ack}${instanceOf(instanceId)}`,
    eventStream: (ack: number | string, instanceId: string | undefined) =>
      `${app}/eventStream?ack=${ack}${instanceOf(instanceId)}`,
    makeMeAvailable: `${app}/me/makeMeAvailable`,
    reportMyActivity: `${app}/me/reportMyActivity`,
    presence: `${app}/me/presence`,
    note: `${app}/me/note`,
    location: `${app}/me/location`,
    phones: `${app}/me/phones`,
    phone: (type: string) => `${app}/me/phones/${type}`,
    settings: `${app}/me/settings`,
    search: `${people}/search`,
    contacts: `${people}/contacts`,
    contact,
    contactPresence: (user: string) => `${contact(user)}/presence`,
    contactNote: (user: string) => `${contact(user)}/note`,
    contactLocation: (user: string) => `${contact(user)}/location`,
    contactModalities: (user: string) => `${contact(user)}/supportedMedia`,
    privacy: (user: string) => `${contact(user)}/privacyRelationship`,
    privacyRelationships: `${people}/privacyRelationships`,
    resetPrivacy: (user: string) => `${contact(user)}/privacyRelationship/reset`,
    timeline: (user: string, query = '') => `${contact(user)}/timeline${query}`,
    groups: `${people}/groups`,
    group: (id: number | string) => `${people}/groups/${id}`,
    groupContacts: (id: number | string) => `${people}/contacts?groupId=${id}`,
    memberships: `${people}/groupMemberships`,
    membership: (group: number | string, user: string) =>
      `${people}/groupMemberships/${group},${segment(user)}`,
    removeFromAllGroups: `${people}/groupMemberships/removeContactFromAllGroups`,
    contactsSubscription: `${people}/contactsAndGroupsSubscription`,
    startContactsSubscription: `${people}/contactsAndGroupsSubscription/startOrRefresh`,
    stopContactsSubscription: `${people}/contactsAndGroupsSubscription/stop`,
    subscribedContacts: `${people}/subscribedContacts`,
    subscriptions: `${people}/presenceSubscriptions`,
    subscription: (id: string) => `${people}/presenceSubscriptions/${id}`,
    subscribeGroup: (id: number | string) => `${people}/presenceSubscriptions?groupId=${id}`,
    subscriptionMemberships: `${people}/presenceSubscriptionMemberships`,
    membershipsOf: (id: string) => `${people}/presenceSubscriptionMemberships?presenceSubscriptionId=${id}`,
    subscriptionMembership: (id: string, user: string) =>
      `${people}/presenceSubscriptionMemberships/${id},${segment(user)}`,
    conversations: `${communication}/conversations?filter=active`,
    startMessaging: `${communication}/messagingInvitations`,
    missedItems: `${communication}/missedItems`,
    conversationLogs: `${communication}/conversationLogs`,
    conversation,
    messaging,
    addMessaging: (id: string) => `${messaging(id)}/addMessaging`,
    terminate: (id: string) => `${messaging(id)}/terminate`,
    messages: (id: string) => `${messaging(id)}/messages`,
    message: (id: string, number: number) => `${messaging(id)}/messages/${number}`,
    typing: (id: string) => `${messaging(id)}/typing`,
    typingParticipants: (id: string) => `${messaging(id)}/typingParticipants`,
    participants: (id: string) => `${conversation(id)}/participants`,
    participant,
    participantMessaging: (id: string, user: string) => `${participant(id, user)}/messaging`,
    userAcknowledged: (id: string) => `${conversation(id)}/userAcknowledged`,
    addParticipant: (id: string) => `${communication}/participantInvitations?conversation=${id}`,
    invitation,
    accept: (id: string) => `${invitation(id)}/accept`,
    decline: (id: string) => `${invitation(id)}/decline`,
    log,
    transcripts: (id: string, query = '') => `${log(id)}/transcripts${query}`,
    transcript: (id: string, message: string) => `${log(id)}/transcripts/${message}`,
    recipient: (id: string, user: string) => `${log(id)}/recipients/${segment(user)}`,
    markAsRead: (id: string) => `${log(id)}/markAsRead`,
    markAsUnread: (id: string) => `${log(id)}/markAsUnread`,
    continueMessaging: (id: string) => `${log(id)}/continueMessaging`,
  }
}

/** One path segment; `@` stays, because clients compare the last segment with the address. */
function segment(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%40/g, '@')
}

function instanceOf(instanceId: string | undefined): string {
  return instanceId === undefined ? '' : `&instanceId=${encodeURIComponent(instanceId)}`
}
