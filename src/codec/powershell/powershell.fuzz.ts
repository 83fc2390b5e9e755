import type { Fuzzer } from '../psrp/psrp.fuzz.ts'
import { evaluateScript } from './evaluate.ts'
import { EvaluationError } from './operators.ts'
import { Scope } from './scope.ts'
import { parseScript } from './script.ts'

/** Lines of the administrators' tasks, and one of every construct. */
const LINES = [
  'Grant -CsClientPolicy -Identity "Tony Smith" - PolicyName OfflineIM',
  'Get-CsClientPolicy | Where-Object {$_.DisableSavingIM -eq $True -and $_.EnableIMAutoArchiving -eq $False}',
  'Get-CsOnlineUser -Filter {Department -eq "Sales"} | Grant-CsClientPolicy -PolicyName $Null',
  '$users = @("sip:bob@contoso.com","sip:fred@contoso.com"); $users | % { "$($_.Length) $_" }',
  'Set-CsClientPolicy -Identity global -PolicyEntry @{Add=$x; Remove=@{a=1}} -Confirm:$false',
  '(1 + 2) * 3, 4; $a = "b`n"; $a += 5; $a[0]; $t = @{a=1}; $t.b = 2; -not $true -or 1kb -gt 2',
  '<# note #> Get-X a,b -N –5 “quoted” # end\n1,2 -contains 2 -join "-" -like "*x*" -match "^(a|b)+$"',
]

/** Parses, and works out what needs no commands; the refusals of both are values and EvaluationErrors (SECURITY 28). */
export const fuzzers: readonly Fuzzer[] = [
  {
    name: 'powershell',
    seeds: LINES.map((line) => Buffer.from(line)),
    run(bytes) {
      const script = parseScript(Buffer.from(bytes).toString('utf8'))
      if (!script.ok) return
      const evaluation = evaluateScript(script.value, new Scope(undefined, [['_', 'x']]))
      try {
        for (let step = evaluation.next(); !step.done; step = evaluation.next([])) {
          // Every command puts out nothing.
        }
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error
      }
    },
  },
]
