import { examine } from '../doctor/examine.ts'
import type { Finding } from '../doctor/finding.ts'
import { CHECKS, FINDINGS, type FindingWords } from '../doctor/words.ts'
import type { StartFlags } from '../flags.ts'
import { fill, type Language, systemLanguage } from '../words/language.ts'

/** Flags of `doctor`. */
export interface DoctorFlags extends StartFlags {
  readonly json?: boolean
  readonly fix?: boolean
  readonly language?: Language
}

const MARKS = { ok: '✓', warning: '!', failed: '✗' } as const

/**
 * `nightpost doctor` (ux 3.4): safe at any time, each line with cause and fix. Exit 0, 3 with warnings, 1 with failures, 2 when the
 * configuration cannot be read. `--fix` mends what can be mended without harm.
 */
export async function doctor(flags: DoctorFlags): Promise<void> {
  const language = flags.language ?? systemLanguage()
  const examined = await examine(flags)
  const findings = flags.fix ? examined.map((finding) => finding.mend?.() ?? finding) : examined
  const shown = findings.map((finding) => inWords(finding, language))
  if (flags.json) process.stdout.write(`${JSON.stringify(shown)}\n`)
  else process.stdout.write(shown.map((one) => line(one, language)).join(''))
  if (findings.some(({ wrongUse }) => wrongUse)) process.exitCode = 2
  else if (findings.some(({ state }) => state === 'failed')) process.exitCode = 1
  else if (findings.some(({ state }) => state === 'warning')) process.exitCode = 3
}

/** A finding as `--json` has it: the names `check`, `state` and `code` are stable, the texts are for people. */
function inWords({ check, state, code, values, mended }: Finding, language: Language) {
  const words: FindingWords = FINDINGS[code]
  return {
    check,
    state,
    code,
    text: fill(words, values, language),
    ...(words.fix === undefined ? {} : { fix: fill(words.fix, values, language) }),
    ...(mended ? { mended } : {}),
  }
}

function line({ check, state, text, fix }: ReturnType<typeof inWords>, language: Language): string {
  return `${MARKS[state]} ${CHECKS[check][language]}: ${text}${fix === undefined ? '' : `\n    ${fix}`}\n`
}
