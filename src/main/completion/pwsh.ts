import { type Node, takers, type Value } from './tree.ts'

/** For PowerShell 5.1 and 7: a table of what there is, and one completer that reads it. Where it offers nothing, PowerShell offers files. */
export function pwshScript(nodes: readonly Node[]): string {
  return `# Completion of nightpost for PowerShell; written by: nightpost completion pwsh
Register-ArgumentCompleter -Native -CommandName nightpost -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $table = @{
${nodes.map(entry).join('\n')}
  }
  $takers = @(${takers(nodes).map(quote).join(', ')})
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
  $path = ''
  $previous = ''
  foreach ($word in $words) {
    if ($previous -notin $takers) {
      $next = ("$path $word").Trim()
      if ($table.ContainsKey($next)) { $path = $next }
    }
    $previous = $word
  }
  $here = $table[$path]
  $offers = if ($previous -in $takers) { @($here.Values[$previous]) } elseif ($wordToComplete -like '-*') { $here.Options } else { $here.Words }
  $offers | Where-Object { $_ -and $_[0] -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`
}

function entry({ path, commands, flags, values }: Node): string {
  const words = [
    ...commands.map(({ name, help }) => pair(name, help)),
    ...values.flatMap(choicesOf).map((choice) => pair(choice, choice)),
  ]
  const options = flags.flatMap(({ names, help }) => names.map((name) => pair(name, help)))
  const valued = flags.flatMap(({ names, value }) => {
    const choices = value === undefined ? [] : choicesOf(value)
    if (choices.length === 0) return []
    return names.map((name) => `${quote(name)} = ${list(choices.map((choice) => pair(choice, choice)))}`)
  })
  return `    ${quote(path.join(' '))} = @{ Words = ${list(words)}; Options = ${list(options)}; Values = @{ ${valued.join('; ')} } }`
}

const choicesOf = (value: Value) => (value.kind === 'choice' ? value.choices : [])

/** A comma before each pair: PowerShell would make one flat list of a list of one pair. */
const list = (pairs: readonly string[]) => `@(${pairs.map((one) => `,${one}`).join('; ')})`
const pair = (name: string, help: string) => `@(${quote(name)}, ${quote(help === '' ? name : help)})`
const quote = (text: string) => `'${text.replace(/['‘’‚‛]/g, '$&$&')}'`
