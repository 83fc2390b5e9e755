import {
  type CliObject,
  type CliValue,
  cliBag,
  cliDictionary,
  cliList,
  cliObject,
  cliProperty,
  cliString,
  cliText,
} from './clixml.ts'

/** Highest protocol we speak; 2.4 has no key exchange (powershell-remoting.md section 4). */
const PROTOCOL = [2, 3] as const
const SERIALIZATION = '1.1.0.1'
/** What clients take us for: it decides which questions Import-PSSession asks. Above 7.3 they expect one more common parameter. */
const PS_VERSION = '5.1.17763.1'

const version = (text: string): CliValue => cliText(text, 'Version')

/**
 * Our answer to SESSION_CAPABILITY: the smaller protocol of both sides.
 * @returns undefined when the peer speaks nothing we could answer: protocol below 2.1 discovers commands another way, a major other
 * than 2 does not exist, and serialisation before 1.1 is not this CLIXML
 */
export function answerCapability(theirs: CliValue): CliObject | undefined {
  const protocol = /^2\.(\d{1,3})(?:\.|$)/.exec(cliString(cliProperty(theirs, 'protocolversion')) ?? '')
  const serialization = cliString(cliProperty(theirs, 'SerializationVersion')) ?? ''
  const powerShell = cliString(cliProperty(theirs, 'PSVersion')) ?? ''
  if (!protocol || !/^1\.[1-9]/.test(serialization) || !/^2\./.test(powerShell)) return undefined
  const minor = Math.min(Number(protocol[1]), PROTOCOL[1])
  if (minor < 1) return undefined
  return cliBag({
    protocolversion: version(`${PROTOCOL[0]}.${minor}`),
    PSVersion: version('2.0'),
    SerializationVersion: version(SERIALIZATION),
  })
}

const DICTIONARY = [
  'System.Management.Automation.PSPrimitiveDictionary',
  'System.Collections.Hashtable',
  'System.Object',
]

/**
 * APPLICATION_PRIVATE_DATA. Without the key DebugMode, so that no client ever sends debugger commands. `commandHash` tells an exported
 * module that its commands are stale (Export-PSSession).
 */
export function privateData(commandHash: string): CliObject {
  const table: readonly (readonly [string, CliValue])[] = [
    ['PSVersion', version(PS_VERSION)],
    ['PSEdition', cliText('Desktop')],
    [
      'PSCompatibleVersions',
      cliList(['1.0', '2.0', '3.0', '4.0', '5.0', PS_VERSION].map(version), [
        'System.Version[]',
        'System.Array',
        'System.Object',
      ]),
    ],
    ['CLRVersion', version('4.0.30319.42000')],
    ['BuildVersion', version('10.0.17763.1')],
    ['WSManStackVersion', version('3.0')],
    ['PSRemotingProtocolVersion', version('2.3')],
    ['SerializationVersion', version(SERIALIZATION)],
  ]
  const dictionary = (entries: readonly (readonly [string, CliValue])[]): CliValue =>
    cliDictionary(entries, DICTIONARY)
  return cliObject({
    members: new Map([
      [
        'ApplicationPrivateData',
        dictionary([
          ['PSVersionTable', dictionary(table)],
          ['ImplicitRemoting', dictionary([['Hash', cliText(commandHash)]])],
        ]),
      ],
    ]),
  })
}
