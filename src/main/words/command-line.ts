import type { CommanderError } from 'commander'
import type { Complaint } from './complaints.ts'
import { hintText } from './hints.ts'
import { systemLanguage } from './language.ts'
import { UsageError, wrongUse } from './say.ts'

/** What commander objects to, by its codes. */
const WORDS: Readonly<Record<string, Complaint>> = {
  'commander.unknownOption': 'unknownOption',
  'commander.unknownCommand': 'unknownCommand',
  'commander.missingArgument': 'missingArgument',
  'commander.optionMissingArgument': 'missingValue',
  'commander.missingMandatoryOptionValue': 'missingOption',
  'commander.excessArguments': 'excessArguments',
  'commander.invalidArgument': 'invalidValue',
}

/** What the command line parser refused, in our words and the person's language. */
export function asUsage(error: CommanderError): UsageError {
  const text = error.message.replace(/^error: /, '')
  const word = WORDS[error.code]
  if (word === undefined) return new UsageError(text)
  const argument = /^command-argument value '(.*?)' is invalid for argument '(.*?)'\. (.*)$/s.exec(text)
  if (argument)
    return wrongUse('invalidValue', {
      first: argument[2] ?? '',
      second: argument[1] ?? '',
      hint: hinted(argument[3] ?? ''),
    })
  const [first = '', second = ''] = [...text.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '')
  return wrongUse(word, { first, second, near: near(text), hint: hintIn(text) })
}

/** What commander takes for meant. */
function near(text: string): string {
  const meant = /\(Did you mean (?:one of )?(.*)\?\)/.exec(text)?.[1]
  if (meant === undefined) return ''
  return systemLanguage() === 'ja' ? `。${meant} のことですか` : `; write ${meant}`
}

/** What stands behind `is invalid.` */
function hintIn(text: string): string {
  return hinted(/ is invalid\. (.*)$/s.exec(text)?.[1] ?? '')
}

function hinted(hint: string): string {
  const choices = /^Allowed choices are (.*)\.$/.exec(hint)?.[1]
  if (choices === undefined) return hintText(hint)
  return systemLanguage() === 'ja' ? `${choices} のどれかを書いてください` : `write one of ${choices}`
}
