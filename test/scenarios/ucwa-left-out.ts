/**
 * What of a resource in scope is not offered, by the reason; the tests hold that it is never sent, so that the list cannot rot.
 * ucwa.md section 17: links of audio, video, sharing and delegation are left out of answers altogether.
 */
const LEFT_OUT: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'audio, video, sharing and delegation are out of scope (ucwa.md 17)': {
    participant: [
      'participantApplicationSharing',
      'participantAudio',
      'participantDataCollaboration',
      'participantPanoramicVideo',
      'participantVideo',
    ],
    communication: [
      'mediaPolicies',
      'mediaRelayAccessToken',
      'startAudioOnBehalfOfDelegator',
      'startAudio',
      'startAudioVideoOnBehalfOfDelegator',
      'startAudioVideo',
      'startEmergencyCall',
      'startPhoneAudioOnBehalfOfDelegator',
      'startPhoneAudio',
      'startVideo',
    ],
    conversation: ['applicationSharing', 'audioVideo', 'dataCollaboration', 'phoneAudio'],
    conversationLog: ['continueAudio', 'continueAudioVideo', 'continuePhoneAudio', 'continueVideo'],
    messagingInvitation: ['onBehalfOf'],
    myGroups: ['delegatesGroup', 'delegatorsGroup'],
    myGroupMembership: ['delegatesGroup'],
  },
  'meetings, group IM and lobbies are later (ucwa.md 17.7, 17.8)': {
    communication: ['joinOnlineMeeting', 'startOnlineMeeting'],
    conversation: [
      'expirationTime',
      'attendees',
      'disableAudienceMessaging',
      'disableAudienceMuteLock',
      'enableAudienceMessaging',
      'enableAudienceMuteLock',
      'leaders',
      'lobby',
      'onlineMeeting',
    ],
    conversationLog: ['onlineMeetingUri'],
    message: ['failedDeliveryParticipant'],
    messagingInvitation: ['acceptedByContact', 'derivedMessaging'],
    onlineMeetings: [
      'myAssignedOnlineMeeting',
      'myOnlineMeetings',
      'onlineMeetingDefaultValues',
      'onlineMeetingEligibleValues',
      'onlineMeetingInvitationCustomization',
      'onlineMeetingPolicies',
      'phoneDialInInformation',
    ],
    participant: ['admit', 'demote', 'eject', 'promote', 'reject'],
    conversationLogTranscript: ['audioTranscript'],
  },
  'distribution groups, organisation groups and pinned groups are later or not made (ucwa.md 17.3)': {
    myGroups: ['distributionGroup', 'myOrganizationGroup', 'pinnedGroup'],
    myGroupMembership: ['pinnedGroup'],
    search: ['distributionGroup'],
  },
  'several pools are needed for it (ucwa.md section 2)': { root: ['redirect'], user: ['redirect'] },
  'there are no photos (ucwa.md 6.3: 404 when there is none)': {
    me: ['photo'],
    contact: ['contactPhoto'],
    participant: ['contactPhoto'],
    conversationLogRecipient: ['contactPhoto'],
  },
  'the directory knows no such number or icon': {
    me: ['homePhoneNumber', 'otherPhoneNumber'],
    contact: ['homePhoneNumber', 'otherPhoneNumber', 'sourceNetworkIconUrl'],
    participant: ['otherPhoneNumber'],
  },
  'it is a link and not a property (ucwa.md section 5)': {
    messagingInvitation: ['property message', 'property to'],
    message: ['property htmlMessage', 'property plainMessage'],
    messageTranscript: ['property htmlMessage', 'property plainMessage'],
  },
  'nothing carries custom content to the other side': {
    messagingInvitation: ['customContent'],
  },
  'not offered (ucwa.md 8.3)': {
    communication: ['replayMessage'],
    conversationLogTranscript: ['errorTranscript'],
  },
  'does not steer messaging (ucwa.md 6.9)': {
    policies: [
      'allowDeviceContactsSync',
      'audioOnlyOnWifi',
      'callLogArchiving',
      'customerExperienceImprovementProgram',
      'emergencyDialMask',
      'emergencyDialString',
      'emergencyNumbers',
      'emergencyServiceDisclaimer',
      'encryptAppData',
      'clientExchangeConnectivity',
      'helpEnvironment',
      'locationRefreshInterval',
      'locationRequired',
      'multiViewJoin',
      'onlineFeedbackUrl',
      'saveCallLogs',
      'saveCredentials',
      'sendFeedbackUrl',
      'sharingOnlyOnWifi',
      'softwareQualityMetrics',
      'useLocationForE911Only',
      'videoOnlyOnWifi',
      'voicemailUri',
    ],
  },
}

/** Ours beyond the resource list; clients ignore what they do not know (ucwa.md section 5). */
const OURS: Readonly<Record<string, readonly string[]>> = {
  contact: [
    'groups',
    'contactPresence',
    'contactNote',
    'contactSupportedModalities',
    'contactPrivacyRelationship',
  ],
  conversation: ['unreadCount'],
  conversationLog: ['oldestUnread'],
  conversationLogs: ['conversationLog'],
  conversationLogTranscript: ['deliveryReason'],
  myContacts: ['group', 'defaultGroup'],
  myGroups: ['defaultGroup'],
  myGroupMemberships: ['removeContactFromAllGroups'],
  presence: ['since', 'expires'],
  settings: ['quietHours', 'quietHoursDefault'],
  typingParticipants: ['participant'],
}

/** Other names under which a participant or a contact stands in links and events (ucwa.md 17.5). */
export const SAME_AS: Readonly<Record<string, string>> = {
  from: 'participant',
  localParticipant: 'participant',
  acceptedByParticipant: 'participant',
  to: 'contact',
}

/** Whether a resource is without this. A name in the list stands for property and link alike, `property …` for the property alone. */
export function isLeftOut(rel: string, name: string, kind: 'property' | 'link'): boolean {
  return Object.values(LEFT_OUT).some((resources) => {
    const names = resources[rel] ?? []
    return names.includes(name) || names.includes(`${kind} ${name}`)
  })
}

export function isOurs(rel: string, name: string): boolean {
  return OURS[rel]?.includes(name) === true
}
