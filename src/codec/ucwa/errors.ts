/** Codes of ucwa.md section 9; clients parse them strictly, so nothing is ever added. */
export type ErrorCode =
  | 'BadRequest'
  | 'Conflict'
  | 'EntityTooLarge'
  | 'Forbidden'
  | 'Gone'
  | 'Informational'
  | 'LocalFailure'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'NotFound'
  | 'PreconditionFailed'
  | 'PreconditionRequired'
  | 'RemoteFailure'
  | 'ServiceFailure'
  | 'ServiceUnavailable'
  | 'Timeout'
  | 'TooManyRequests'
  | 'UnsupportedMediaType'

export type ErrorSubcode =
  | 'AlreadyExists'
  | 'APIVersionNotSupported'
  | 'ApplicationNotFound'
  | 'AutoAccepted'
  | 'ConnectedElsewhere'
  | 'ConversationNotFound'
  | 'Declined'
  | 'DeserializationFailure'
  | 'DestinationNotFound'
  | 'Ended'
  | 'InactiveApplicationExpired'
  | 'LimitExceeded'
  | 'MakeMeAvailableRequired'
  | 'Missed'
  | 'NotAcceptable'
  | 'OperationNotSupported'
  | 'ParameterValidationFailure'
  | 'PGetReplaced'
  | 'TooManyApplications'
  | 'TooManyContacts'
  | 'TooManyConversations'
  | 'TooManyGroups'
  | 'Unreachable'
  | 'UserAgentNotAllowed'

/** The one object for error bodies and for `reason` of events. */
export interface Reason {
  readonly code: ErrorCode
  readonly subcode?: ErrorSubcode
  readonly message?: string
  readonly parameters?: Readonly<Record<string, string>>
}

/** The object, without what there is not. */
export function reason(code: ErrorCode, subcode?: ErrorSubcode, message?: string): Reason {
  return {
    code,
    ...(subcode === undefined ? {} : { subcode }),
    ...(message === undefined ? {} : { message }),
  }
}

/** HTTP status of an error code (the table of ucwa.md section 9); codes that live in events only have none. */
export const STATUS = {
  BadRequest: 400,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  Conflict: 409,
  Gone: 410,
  PreconditionFailed: 412,
  EntityTooLarge: 413,
  UnsupportedMediaType: 415,
  PreconditionRequired: 428,
  TooManyRequests: 429,
  ServiceFailure: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
} as const satisfies Partial<Record<ErrorCode, number>>

export type HttpErrorCode = keyof typeof STATUS
