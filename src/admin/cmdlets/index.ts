import type { Cmdlet } from '../cmdlet.ts'
import { accountCmdlets } from './accounts.ts'
import { testNpSleep } from './test-np-sleep.ts'

/** Everything an administrator runs; the families have lists of their own. */
export const cmdlets: readonly Cmdlet[] = [...accountCmdlets, testNpSleep]
