import { type Command, InvalidArgumentError, Option } from 'commander'
import { LEVELS, readLevels } from '../ops/log-levels.ts'
import type { RawSettings } from './config.ts'

/** What `start` and `config` take (INTERFACES 1). */
export interface StartFlags {
  readonly data?: string
  readonly config?: string
  readonly domain?: readonly string[]
  readonly listen?: string
  readonly httpsPort?: number | 'off'
  readonly httpPort?: number | 'off'
  readonly sipPort?: number | 'off'
  readonly sipsPort?: number | 'off'
  readonly sshPort?: number | 'off'
  readonly publicUrl?: string
  readonly demo?: boolean
  readonly readyJson?: boolean
  readonly logLevel?: string
  readonly allowLooseFiles?: boolean
}

/** Adds `--data`, `--config` and the flags that lie over the file. */
export function addSettingFlags(command: Command): Command {
  const port = (name: string, help: string) => new Option(`--${name} <port>`, help).argParser(parsePort)
  return command
    .option('--data <dir>', 'data folder: database, keys, certificate (./data in a clone)')
    .option('--config <file>', 'configuration file (DIR/nightpost.toml, if there)')
    .addOption(
      new Option('--domain <domain>', 'SIP domain of the organisation; may be repeated').argParser(repeated),
    )
    .option('--listen <address>', 'address of every listener (127.0.0.1)')
    .addOption(port('https-port', 'HTTPS port, 0 = any free, off = none (8443)'))
    .addOption(port('http-port', 'plain HTTP port, on loopback only (8080)'))
    .addOption(port('sip-port', 'SIP port, TCP and UDP (5060); nothing listens there yet'))
    .addOption(port('sips-port', 'SIP port, TLS (5061); nothing listens there yet'))
    .addOption(port('ssh-port', 'SSH port (2222)'))
    .option('--public-url <url>', 'what absolute links say')
    .addOption(logLevel())
}

/** The flags as the configuration file would say them. */
export function flagSettings(flags: StartFlags): RawSettings {
  const section = (port: number | 'off' | undefined) => (port === undefined ? {} : { port })
  return withoutEmpty({
    domain: flags.domain,
    listen: flags.listen,
    publicUrl: flags.publicUrl,
    https: section(flags.httpsPort),
    http: section(flags.httpPort),
    sip: section(flags.sipPort),
    sips: section(flags.sipsPort),
    ssh: section(flags.sshPort),
    log: flags.logLevel === undefined ? {} : readLevels(flags.logLevel),
  })
}

/** Offered by completion and not checked here: `info,store=debug` is right too, and the schema knows what is wrong. */
function logLevel(): Option {
  const option = new Option('--log-level <level>', 'how much to log; rooms apart: info,store=debug (info)')
  option.argChoices = [...LEVELS]
  return option
}

/** An option of some choices that may be given several times. */
export function choiceRepeated(option: Option, choices: readonly string[]): Option {
  option.choices(choices)
  return option.argParser((text: string, before: readonly string[] | undefined) => {
    if (choices.includes(text)) return repeated(text, before)
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`)
  })
}

function withoutEmpty(tree: RawSettings): RawSettings {
  return Object.fromEntries(
    Object.entries(tree).filter(([, value]) => value !== undefined && JSON.stringify(value) !== '{}'),
  )
}

function parsePort(text: string): number | 'off' {
  if (text === 'off') return 'off'
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('write a port from 0 to 65535 (0 = any free), or off')
}

/** A flag that may be given several times. */
export function repeated(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text]
}
