import type { Refusal } from './delivery.ts'

/** Why nothing was kept, whoever says so: the decision, a limit, or a store that is down (INTERFACES 4). */
export type RefusedBecause = Refusal | 'tooLarge' | 'content' | 'rate' | 'storeDown'

/** The gates of offline-im section 4, by their names there. */
export type Gate = 'G1' | 'G2' | 'G3' | 'G4' | 'G5' | 'G6' | 'G7'

const GATES = {
  unknownRecipient: 'G1',
  disabled: 'G1',
  blocked: 'G2',
  deploymentOff: 'G3',
  senderPolicy: 'G4',
  senderClient: 'G5',
  recipientSite: 'G6',
  inboxFull: 'G7',
  tooLarge: 'G7',
  content: 'G7',
  rate: 'G7',
  storeDown: undefined,
} as const satisfies Record<RefusedBecause, Gate | undefined>

/** Which gate was closed; undefined where none was: nothing could be kept at all. */
export function gateOf(because: RefusedBecause): Gate | undefined {
  return GATES[because]
}
