import { deleteApplication, getApplication, getOnlineMeetings } from './application-resource.ts'
import { postBatch } from './batch.ts'
import { getCommunication, putCommunication } from './communication.ts'
import {
  getContactsSubscription,
  startContactsSubscription,
  stopContactsSubscription,
} from './contacts-subscription.ts'
import {
  continueMessaging,
  deleteConversationLog,
  getConversationLog,
  getConversationLogs,
  getRecipient,
  markAsRead,
  markAsUnread,
} from './conversation-logs.ts'
import {
  accept,
  acknowledge,
  addMessaging,
  addParticipant,
  decline,
  endConversation,
  getConversation,
  getConversations,
  getInvitation,
  getMessage,
  getMessages,
  getMessaging,
  getParticipant,
  getParticipantMessaging,
  getParticipants,
  postMessage,
} from './conversations.ts'
import { getEventStream, getEvents, postEventStream } from './event-requests.ts'
import {
  deleteGroup,
  deleteMembership,
  getContacts,
  getGroup,
  getGroups,
  getMembership,
  getMemberships,
  postGroup,
  postMembership,
  putGroup,
  removeFromAllGroups,
} from './groups.ts'
import { getMe, getPhone, getPhones, makeMeAvailable, reportMyActivity, whenAvailable } from './me.ts'
import { getMissedItems } from './missed-items.ts'
import { getLocation, getNote, getPresence, postLocation, postNote, postPresence } from './own-presence.ts'
import {
  getContact,
  getContactLocation,
  getContactModalities,
  getContactNote,
  getContactPresence,
  getPeople,
} from './people.ts'
import { getPhoto } from './photos.ts'
import { getPolicies } from './policies.ts'
import { getPrivacy, getPrivacyRelationships, putPrivacy, resetPrivacy } from './privacy.ts'
import type { Route } from './router.ts'
import { search } from './search.ts'
import { getSettings, putSettings } from './settings.ts'
import { startMessaging } from './start-messaging.ts'
import {
  deleteSubscriptionMembership,
  getSubscriptionMembership,
  getSubscriptionMemberships,
  postSubscriptionMemberships,
} from './subscription-memberships.ts'
import {
  deleteSubscription,
  extendSubscription,
  getSubscribedContacts,
  getSubscription,
  getSubscriptions,
  postSubscription,
} from './subscriptions.ts'
import { getTimeline, getTranscript, getTranscripts } from './transcripts.ts'
import { getTypingParticipants, postTyping } from './typing.ts'

const COMMUNICATION = '/communication'
const CONVERSATION = `${COMMUNICATION}/conversations/{conversation}`
const INVITATION = `${COMMUNICATION}/messagingInvitations/{invitation}`
const LOG = `${COMMUNICATION}/conversationLogs/{log}`
const PERSON = '/people/{user}'
const SUBSCRIPTIONS = '/people/presenceSubscriptions'
const SUBSCRIPTION_MEMBERSHIPS = '/people/presenceSubscriptionMemberships'
const CONTACTS_SUBSCRIPTION = '/people/contactsAndGroupsSubscription'

/** Every address below an application (ucwa.md section 17): one row per resource, one file per family. */
export const ROUTES: readonly Route[] = [
  { path: '/', on: { GET: getApplication, DELETE: deleteApplication } },
  { path: '/events', on: { GET: getEvents }, alone: true, rate: 'events' },
  { path: '/eventStream', on: { GET: getEventStream, POST: postEventStream }, alone: true, rate: 'events' },
  { path: '/batch', on: { POST: postBatch }, alone: true },
  { path: '/policies', on: { GET: getPolicies } },
  { path: '/onlineMeetings', on: { GET: getOnlineMeetings } },
  { path: '/photos/{user}', on: { GET: getPhoto }, alone: true },

  { path: '/me', on: { GET: getMe } },
  { path: '/me/makeMeAvailable', on: { POST: makeMeAvailable } },
  { path: '/me/reportMyActivity', on: { POST: reportMyActivity } },
  {
    path: '/me/presence',
    on: { GET: whenAvailable(getPresence), POST: whenAvailable(postPresence) },
  },
  { path: '/me/note', on: { GET: whenAvailable(getNote), POST: whenAvailable(postNote) } },
  { path: '/me/location', on: { GET: whenAvailable(getLocation), POST: whenAvailable(postLocation) } },
  { path: '/me/phones', on: { GET: getPhones } },
  { path: '/me/phones/{type}', on: { GET: getPhone } },
  { path: '/me/settings', on: { GET: getSettings, PUT: putSettings } },

  { path: '/people', on: { GET: getPeople } },
  { path: '/people/search', on: { GET: search }, rate: 'search' },
  { path: '/people/contacts', on: { GET: getContacts } },
  { path: '/people/groups', on: { GET: getGroups, POST: postGroup } },
  { path: '/people/groups/{group}', on: { GET: getGroup, PUT: putGroup, DELETE: deleteGroup } },
  { path: '/people/groupMemberships', on: { GET: getMemberships, POST: postMembership } },
  { path: '/people/groupMemberships/removeContactFromAllGroups', on: { POST: removeFromAllGroups } },
  { path: '/people/groupMemberships/{membership}', on: { GET: getMembership, DELETE: deleteMembership } },
  { path: CONTACTS_SUBSCRIPTION, on: { GET: getContactsSubscription } },
  { path: `${CONTACTS_SUBSCRIPTION}/startOrRefresh`, on: { POST: startContactsSubscription } },
  { path: `${CONTACTS_SUBSCRIPTION}/stop`, on: { POST: stopContactsSubscription } },
  { path: '/people/privacyRelationships', on: { GET: getPrivacyRelationships } },
  { path: '/people/subscribedContacts', on: { GET: getSubscribedContacts } },
  { path: SUBSCRIPTIONS, on: { GET: getSubscriptions, POST: postSubscription } },
  {
    path: `${SUBSCRIPTIONS}/{subscription}`,
    on: { GET: getSubscription, POST: extendSubscription, DELETE: deleteSubscription },
  },
  {
    path: SUBSCRIPTION_MEMBERSHIPS,
    on: { GET: getSubscriptionMemberships, POST: postSubscriptionMemberships },
  },
  {
    path: `${SUBSCRIPTION_MEMBERSHIPS}/{membership}`,
    on: { GET: getSubscriptionMembership, DELETE: deleteSubscriptionMembership },
  },
  { path: PERSON, on: { GET: getContact } },
  { path: `${PERSON}/presence`, on: { GET: getContactPresence } },
  { path: `${PERSON}/note`, on: { GET: getContactNote } },
  { path: `${PERSON}/location`, on: { GET: getContactLocation } },
  { path: `${PERSON}/supportedMedia`, on: { GET: getContactModalities } },
  { path: `${PERSON}/privacyRelationship`, on: { GET: getPrivacy, PUT: putPrivacy } },
  { path: `${PERSON}/privacyRelationship/reset`, on: { POST: resetPrivacy } },
  { path: `${PERSON}/timeline`, on: { GET: getTimeline } },

  { path: COMMUNICATION, on: { GET: getCommunication, PUT: putCommunication } },
  { path: `${COMMUNICATION}/missedItems`, on: { GET: getMissedItems } },
  { path: `${COMMUNICATION}/messagingInvitations`, on: { POST: startMessaging } },
  { path: INVITATION, on: { GET: getInvitation } },
  { path: `${INVITATION}/accept`, on: { POST: accept } },
  { path: `${INVITATION}/decline`, on: { POST: decline } },
  { path: `${COMMUNICATION}/participantInvitations`, on: { POST: addParticipant } },
  { path: `${COMMUNICATION}/conversations`, on: { GET: getConversations } },
  { path: CONVERSATION, on: { GET: getConversation, DELETE: endConversation } },
  { path: `${CONVERSATION}/userAcknowledged`, on: { POST: acknowledge } },
  { path: `${CONVERSATION}/participants`, on: { GET: getParticipants } },
  { path: `${CONVERSATION}/participants/{user}`, on: { GET: getParticipant } },
  { path: `${CONVERSATION}/participants/{user}/messaging`, on: { GET: getParticipantMessaging } },
  { path: `${CONVERSATION}/messaging`, on: { GET: getMessaging } },
  { path: `${CONVERSATION}/messaging/addMessaging`, on: { POST: addMessaging } },
  { path: `${CONVERSATION}/messaging/terminate`, on: { POST: endConversation } },
  { path: `${CONVERSATION}/messaging/typing`, on: { POST: postTyping } },
  { path: `${CONVERSATION}/messaging/typingParticipants`, on: { GET: getTypingParticipants } },
  { path: `${CONVERSATION}/messaging/messages`, on: { GET: getMessages, POST: postMessage } },
  { path: `${CONVERSATION}/messaging/messages/{message}`, on: { GET: getMessage } },

  { path: `${COMMUNICATION}/conversationLogs`, on: { GET: getConversationLogs } },
  { path: LOG, on: { GET: getConversationLog, DELETE: deleteConversationLog } },
  { path: `${LOG}/recipients/{user}`, on: { GET: getRecipient } },
  { path: `${LOG}/transcripts`, on: { GET: getTranscripts } },
  { path: `${LOG}/transcripts/{message}`, on: { GET: getTranscript } },
  { path: `${LOG}/markAsRead`, on: { POST: markAsRead } },
  { path: `${LOG}/markAsUnread`, on: { POST: markAsUnread } },
  { path: `${LOG}/continueMessaging`, on: { POST: continueMessaging } },
]
