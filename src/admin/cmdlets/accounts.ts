import type { Cmdlet } from '../cmdlet.ts'

/** The embedded directory's own cmdlets (INTERFACES 2). One line per cmdlet. */
export const accountCmdlets: readonly Cmdlet[] = []
