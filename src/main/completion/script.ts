import type { Command } from 'commander'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import { pwshScript } from './pwsh.ts'
import type { Shell } from './shells.ts'
import { flatten, type Node } from './tree.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS: Readonly<Record<Shell, (nodes: readonly Node[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  pwsh: pwshScript,
}

/** The script that teaches a shell our verbs, options and values (ux 3.2), made from the command line itself. */
export function completionScript(shell: Shell, root: Command): string {
  return SCRIPTS[shell](flatten(root))
}
