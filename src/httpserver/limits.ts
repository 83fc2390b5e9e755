/** What the HTTPS port and loopback HTTP allow a peer (SECURITY table B); from `limits.*`. Sizes in octets, times in milliseconds. */
export interface HttpLimits {
  readonly requestLine: number
  readonly headerValue: number
  readonly headerBlock: number
  readonly headerCount: number
  readonly requestBody: number
  readonly startMessagingBody: number
  readonly envelope: number
  readonly requestTime: number
  readonly handshakeTime: number
  /** A peer that takes nothing of what waits for it for so long is closed. */
  readonly stalledTime: number
  readonly connections: number
  readonly connectionsPerAddress: number
  readonly pipelined: number
  readonly unsignedPerSecond: number
  readonly unsignedBurst: number
}
