import type { PolicyDefinition } from '../domain/policy.ts'
import type { Cmdlet } from './cmdlet.ts'
import { getCmdlet } from './policy/get.ts'
import { grantCmdlet } from './policy/grant.ts'
import { newCmdlet } from './policy/new.ts'
import { removeCmdlet } from './policy/remove.ts'
import { setCmdlet } from './policy/set.ts'

/** Get-, Set-, New-, Remove- and, for policies that users can have, Grant- of one definition. */
export function policyCmdlets(definition: PolicyDefinition): readonly Cmdlet[] {
  const five = [getCmdlet(definition), setCmdlet(definition), newCmdlet(definition), removeCmdlet(definition)]
  return definition.scopes.includes('Tag') ? [...five, grantCmdlet(definition)] : five
}
