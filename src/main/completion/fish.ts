import { type Flag, type Node, takers, type Value } from './tree.ts'

/** For fish 3: one `complete` for each command, option and argument, each with the command it belongs to. */
export function fishScript(nodes: readonly Node[]): string {
  return `# Completion of nightpost for fish; written by: nightpost completion fish
function __nightpost_at
    set -l words (commandline -opc)
    set -e words[1]
    set -l path
    set -l skip no
    for word in $words
        if test $skip = yes
            set skip no
        else if contains -- $word ${takers(nodes).join(' ')}
            set skip yes
        else if contains -- (string join / -- $path $word) ${nodes
          .filter(({ path }) => path.length > 0)
          .map(({ path }) => path.join('/'))
          .join(' ')}
            set -a path $word
        end
    end
    set -l here (string join / -- $path)
    test "$here" = "$argv[1]"
end
complete -c nightpost -f
${nodes.flatMap(linesOf).join('\n')}
`
}

function linesOf(node: Node): readonly string[] {
  const at = `complete -c nightpost -n ${quote(`__nightpost_at ${quote(node.path.join('/'))}`)}`
  return [
    ...node.commands.map(({ name, help }) => `${at} -a ${name} -d ${quote(help)}`),
    ...node.flags.map((flag) => `${at} ${flagWords(flag)}`),
    ...node.values.map((value) => `${at} ${valueWords(value)}`).filter((line) => !line.endsWith(' ')),
  ]
}

function flagWords({ names, help, value }: Flag): string {
  const forms = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  const taken = value === undefined ? '' : ` -r ${valueWords(value)}`
  return `${forms.join(' ')}${taken.trimEnd()} -d ${quote(help)}`
}

function valueWords(value: Value): string {
  switch (value.kind) {
    case 'choice':
      return `-f -a ${quote(value.choices.join(' '))}`
    case 'file':
      return '-F'
    case 'folder':
      return `-f -a ${quote('(__fish_complete_directories)')}`
    case 'text':
      return ''
  }
}

const quote = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
