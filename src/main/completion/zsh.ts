import type { Flag, Node, Value } from './tree.ts'

/** For zsh 5: a function for each command, put together with `_arguments`. */
export function zshScript(nodes: readonly Node[]): string {
  return `#compdef nightpost
# Completion of nightpost for zsh; written by: nightpost completion zsh
${nodes.toReversed().map(functionOf).join('\n')}
if [[ $funcstack[1] == _nightpost ]]; then _nightpost "$@"; else compdef _nightpost nightpost; fi
`
}

function nameOf(path: readonly string[]): string {
  return ['_nightpost', ...path].join('_')
}

function functionOf(node: Node): string {
  const flags = node.flags.map(flagSpec)
  if (node.commands.length === 0) {
    const specs = [...flags, ...node.values.map((value, at) => valueSpec(value, at, node.values.length))]
    return `${nameOf(node.path)}() {\n  _arguments -s -S \\\n    ${specs.join(' \\\n    ')}\n}`
  }
  const inner = node.commands.filter(({ name }) => name !== 'help')
  return `${nameOf(node.path)}() {
  local state line curcontext="$curcontext"
  local -a commands
  _arguments -C -S \\
    ${[...flags, quote('1: :->command'), quote('*:: :->rest')].join(' \\\n    ')} && return
  case $state in
  command)
    commands=(${node.commands.map(({ name, help }) => quote(`${name}:${help}`)).join(' ')})
    _describe command commands
    ;;
  rest)
    case $words[1] in
${inner.map(({ name }) => `    ${name}) ${nameOf([...node.path, name])} ;;`).join('\n')}
    esac
    ;;
  esac
}`
}

/** `(-f --file)'{-f,--file}'[help]:name:action`, as `_arguments` reads it. */
function flagSpec({ names, help, value, repeated }: Flag): string {
  const action = value === undefined ? '' : `:${value.kind}:${actionOf(value)}`
  const described = quote(`[${escaped(help)}]${action}`)
  const star = repeated ? quote('*') : ''
  if (names.length === 1) return `${star}${names[0]}${value === undefined ? '' : '='}${described}`
  const forms = names.map((name) => (value !== undefined && name.startsWith('--') ? `${name}=` : name))
  return `${quote(`(${names.join(' ')})`)}{${forms.join(',')}}${described}`
}

function valueSpec(value: Value, at: number, count: number): string {
  return quote(`${at === count - 1 ? '*' : at + 1}:${value.kind}:${actionOf(value)}`)
}

function actionOf(value: Value): string {
  switch (value.kind) {
    case 'choice':
      return `(${value.choices.join(' ')})`
    case 'file':
      return '_files'
    case 'folder':
      return '_files -/'
    case 'text':
      return ' '
  }
}

const escaped = (text: string) => text.replace(/[[\]:\\]/g, '\\$&')
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
