import type { PolicyDefinition } from '../policy.ts'
import { clientPolicy } from './client-policy.ts'
import { imConfiguration } from './im-configuration.ts'

/** Every policy and settings collection; one line each. */
export const POLICIES: readonly PolicyDefinition[] = [clientPolicy, imConfiguration]
