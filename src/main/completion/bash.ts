import { type Flag, type Node, takers } from './tree.ts'

/**
 * For bash from 3.2 on. Where a file is meant, nothing is offered and bash completes file names itself; `--name=value`
 * reaches us in three words, because `=` breaks words.
 */
export function bashScript(nodes: readonly Node[]): string {
  return `# Completion of nightpost for bash; written by: nightpost completion bash
_nightpost() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} path= words= i
  if [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  if [[ $current == = ]]; then previous=\${COMP_WORDS[COMP_CWORD - 1]} current=; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
    ${pattern(takers(nodes))}) ((i++)) ;;
    *)
      case "$path \${COMP_WORDS[i]}" in
      ${pattern(nodes.filter(({ path }) => path.length > 0).map(({ path }) => quote(` ${path.join(' ')}`)))}) path="$path \${COMP_WORDS[i]}" ;;
      esac
      ;;
    esac
  done
  case "$path:$previous" in
${nodes.flatMap(valueCases).join('\n')}
  ${pattern(takers(nodes).map((name) => `*:${name}`))}) return ;;
  esac
  case "$path:$current" in
${nodes.map((node) => `  ${quote(keyOf(node))}-*) words=${quote(node.flags.flatMap(({ names }) => names).join(' '))} ;;`).join('\n')}
${nodes.map((node) => `  ${quote(keyOf(node))}*) words=${quote(positional(node).join(' '))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _nightpost nightpost
`
}

function keyOf({ path }: Node): string {
  return path.length === 0 ? ':' : ` ${path.join(' ')}:`
}

/** Commands, or the choices of an argument. */
function positional({ commands, values }: Node): readonly string[] {
  const choices = values.flatMap((value) => (value.kind === 'choice' ? value.choices : []))
  return [...commands.map(({ name }) => name), ...choices]
}

function valueCases(node: Node): readonly string[] {
  return node.flags.flatMap(({ names, value }: Flag) =>
    value?.kind === 'choice'
      ? [
          `  ${names.map((name) => quote(`${keyOf(node)}${name}`)).join(' | ')}) COMPREPLY=($(compgen -W ${quote(value.choices.join(' '))} -- "$current")); return ;;`,
        ]
      : [],
  )
}

const pattern = (names: readonly string[]) => names.join(' | ')
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
