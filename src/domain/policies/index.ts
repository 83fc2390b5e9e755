import type { PolicyDefinition } from '../policy.ts'
import { clientPolicy } from './client-policy.ts'
import { clientVersionConfiguration } from './client-version-configuration.ts'
import { clientVersionPolicy } from './client-version-policy.ts'
import { externalAccessPolicy } from './external-access-policy.ts'
import { imConfiguration } from './im-configuration.ts'
import { presencePolicy } from './presence-policy.ts'
import { privacyConfiguration } from './privacy-configuration.ts'

/** Every policy and settings collection; one line each. */
export const POLICIES: readonly PolicyDefinition[] = [
  clientPolicy,
  imConfiguration,
  clientVersionConfiguration,
  clientVersionPolicy,
  externalAccessPolicy,
  presencePolicy,
  privacyConfiguration,
]
