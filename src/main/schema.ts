import { isIP } from 'node:net'
import { z } from 'zod'
import { LIMITS } from '../codec/limits.ts'
import { formatQuietHours, NEVER_QUIET, parseQuietHours } from '../domain/quiet-hours.ts'
import { LEVELS, LOG_ROOMS, type LogLevel, type LogRoom } from '../ops/log-levels.ts'
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts'

/** How a setting is shown in `docs/configuration.md` and by `nightpost config`. */
export type Unit = 'duration' | 'size' | 'plain'

/** What the documentation and the warnings need to know of one setting; kept in zod's registry. */
export interface SettingMeta {
  readonly help: string
  readonly unit: Unit
  /** As written in the documentation where it is not simply the default. */
  readonly preset?: string
  /** The keys below this one, where it is a table of its own. */
  readonly keys?: readonly string[]
  /** A value that is looser than the default, which start warns of (SECURITY, preamble). */
  readonly loose?: (value: unknown) => boolean
}

/** The settings' own register: not zod's global one, so that no other schema shows up in the documentation. */
export const settingMeta = z.registry<SettingMeta>()

function duration(ms: number, help: string, more: Partial<SettingMeta> = {}) {
  return z
    .union([z.string(), z.number()])
    .transform((value, context) => {
      const parsed = parseDuration(value)
      if (parsed !== undefined) return parsed
      context.addIssue({
        code: 'custom',
        message: 'write a number of seconds, or text such as "90 s", "15 min", "8 h", "30 days"',
      })
      return z.NEVER
    })
    .prefault(formatDuration(ms))
    .register(settingMeta, { help, unit: 'duration', ...more })
}

function size(octets: number, help: string, more: Partial<SettingMeta> = {}) {
  return z
    .union([z.string(), z.number()])
    .transform((value, context) => {
      const parsed = parseSize(value)
      if (parsed !== undefined) return parsed
      context.addIssue({
        code: 'custom',
        message: 'write a number of octets, or text such as "64 KiB", "10 MiB"',
      })
      return z.NEVER
    })
    .prefault(formatSize(octets))
    .register(settingMeta, { help, unit: 'size', ...more })
}

function count(value: number, help: string, more: Partial<SettingMeta> = {}) {
  return z
    .number('write a whole number')
    .int('write a whole number')
    .min(0, 'write a number that is not negative')
    .prefault(value)
    .register(settingMeta, { help, unit: 'plain', ...more })
}

function port(value: number | 'off', help: string) {
  const hint = 'write a port number from 0 to 65535 (0 = any free one), or "off"'
  return z
    .union([z.literal('off'), z.int(hint).min(0, hint).max(65_535, hint)], hint)
    .prefault(value)
    .register(settingMeta, { help, unit: 'plain' })
}

function flag(value: boolean, help: string, more: Partial<SettingMeta> = {}) {
  return z
    .boolean('write true or false')
    .prefault(value)
    .register(settingMeta, { help, unit: 'plain', ...more })
}

function optionalText(help: string, preset: string) {
  return z.string('write text in quotes').optional().register(settingMeta, { help, unit: 'plain', preset })
}

function texts(help: string, more: Partial<SettingMeta> = {}) {
  return z
    .array(z.string('write texts in quotes'), 'write a list such as ["127.0.0.1"]')
    .prefault([])
    .register(settingMeta, { help, unit: 'plain', ...more })
}

function quietHours(help: string) {
  return z
    .string('write text in quotes')
    .transform((text, context) => {
      const hours = parseQuietHours(text)
      if (hours) return formatQuietHours(hours)
      context.addIssue({
        code: 'custom',
        message: 'write days and hours such as "Mon-Fri 19:00-08:00; Sat,Sun 00:00-24:00", or "Never"',
      })
      return z.NEVER
    })
    .prefault(NEVER_QUIET)
    .register(settingMeta, { help, unit: 'plain' })
}

const notEmpty = (value: unknown) => Array.isArray(value) && value.length > 0

/** A limit: raising it above the default is a warning at start (DECISIONS 25). */
const raised = (preset: number): Partial<SettingMeta> => ({
  loose: (value) => typeof value === 'number' && value > preset,
})
const sizeLimit = (preset: number, help: string) => size(preset, help, raised(preset))
const countLimit = (preset: number, help: string) => count(preset, help, raised(preset))
const timeLimit = (preset: number, help: string) => duration(preset, help, raised(preset))

const DOMAIN =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i
const domainText = z.string().regex(DOMAIN, 'write a domain such as "example.com"').toLowerCase()

/** An object whose keys may all be left out; a key that is not here is refused by name. */
function section<T extends z.ZodRawShape>(shape: T) {
  return z.strictObject(shape).prefault(() => ({}) as never)
}

const LEVEL_HINT = `write one of ${LEVELS.join(', ')}`

/** A level of its own for single rooms: `[log.rooms] store = "debug"`. */
const logRooms = z
  .strictObject(
    Object.fromEntries(LOG_ROOMS.map((room) => [room, z.enum(LEVELS, LEVEL_HINT).optional()])) as Record<
      LogRoom,
      z.ZodOptional<z.ZodEnum<{ [Level in LogLevel]: Level }>>
    >,
  )
  .prefault({})
  .register(settingMeta, {
    help: `Levels of single rooms, such as \`store = "debug"\`. Rooms: ${LOG_ROOMS.join(', ')}.`,
    unit: 'plain',
    preset: 'none',
    keys: LOG_ROOMS,
  })

/** Everything that can be set (INTERFACES 6); `docs/configuration.md` is written from it. */
export const configurationSchema = z.strictObject({
  domain: z
    .union(
      [domainText.transform((text) => [text]), z.array(domainText).min(1)],
      'write a domain such as "example.com", or a list of them',
    )
    .prefault(['nightpost.localhost'])
    .register(settingMeta, {
      help: 'SIP domains of the organisation. The first is the Digest realm, which is fixed at the first start.',
      unit: 'plain',
      preset: '"nightpost.localhost"',
    }),
  listen: z
    .string()
    .refine((text) => isIP(text) !== 0 || text === 'localhost', 'write an IP address, or "localhost"')
    .prefault('127.0.0.1')
    .register(settingMeta, {
      help: 'Address of every listener but plain HTTP, which stays on loopback.',
      unit: 'plain',
    }),
  publicUrl: z
    .url({ protocol: /^https?$/, error: 'write an address such as "https://im.example.com"' })
    .transform((text) => text.replace(/\/+$/, ''))
    .optional()
    .register(settingMeta, {
      help: 'What absolute links say (UCWA discovery).',
      unit: 'plain',
      preset: 'scheme, host and port of the request',
    }),
  https: section({ port: port(8443, 'Web client, UCWA, PowerShell remoting, metrics, health.') }),
  http: section({
    port: port(8080, 'The same content without TLS, on loopback only whatever `listen` says.'),
    trustedProxies: texts('Addresses of reverse proxies whose `X-Forwarded-For` is believed.', {
      loose: notEmpty,
    }),
  }),
  sip: section({
    port: port(5060, 'SIP over TCP and UDP; not yet: nothing listens there.'),
    trusted: texts(
      'Addresses of application servers that are exempt from the limits of connections and of requests without sign-in.',
      {
        loose: notEmpty,
      },
    ),
  }),
  sips: section({ port: port(5061, 'SIP over TLS; not yet: nothing listens there.') }),
  powershell: section({
    enabled: flag(
      true,
      'Take PowerShell sessions, whatever carries them; false refuses everybody with a text that says so. The console is not concerned.',
    ),
  }),
  winrm: section({
    https: port('off', 'The HTTPS content once more where WinRM clients look for it: 5986.'),
    http: port('off', 'The same without TLS, on loopback only whatever `listen` says: 5985.'),
  }),
  ssh: section({ port: port(2222, 'SSH with the `powershell` subsystem.') }),
  tls: section({
    certificate: optionalText(
      'PEM file with the certificate and its chain.',
      'a self-signed one in `DIR/tls`',
    ),
    key: optionalText(
      'PEM file with the private key; readable by its owner only.',
      'made with the certificate',
    ),
  }),
  log: section({
    level: z.enum(LEVELS, LEVEL_HINT).prefault('info').register(settingMeta, {
      help: 'What goes to standard error: trace, debug, info, warn, error, fatal.',
      unit: 'plain',
    }),
    rooms: logRooms,
  }),
  accounts: section({
    sipSignIn: flag(
      true,
      'Keep what NTLM and Digest sign-in over SIP need (encrypted) whenever a password is set or seen; false deletes it.',
    ),
  }),
  site: z
    .array(
      z.strictObject({
        name: z.string('write name = "Redmond"').min(1).max(64),
        pools: z.array(z.string()).prefault([]),
      }),
      'write [[site]] with name = "Redmond" and pools = ["pool.example.com"]',
    )
    .prefault([])
    .register(settingMeta, {
      help: 'Sites of the organisation, each with `name` and the registrar `pools` of its people; the first is the site of everybody else.',
      unit: 'plain',
      preset: 'one site `Main` with the pool `pool.` and the first domain',
    }),
  delivery: section({
    pushSeconds: count(5, 'Seconds to wait for a confirmation on a leg that is open.'),
    openConversation: duration(
      600_000,
      'How long an unused conversation stays open for Do Not Disturb and Presenting.',
    ),
    unreadAfter: duration(
      120_000,
      'Delivered live but not read for so long: the message becomes an inbox item.',
    ),
  }),
  notifications: section({
    quietHours: quietHours(
      'No notification and no sound in the web client, each person in the own time zone, such as `"Mon-Fri 19:00-08:00; Sat,Sun 00:00-24:00"`; people may choose their own.',
    ),
  }),
  mail: section({
    unreadAfter: duration(
      300_000,
      'Wait before the first mail about missed messages; not yet: no mail is sent.',
    ),
  }),
  presence: section({
    idleAfter: duration(300_000, 'Without activity for so long a person is inactive.'),
    awayAfter: duration(300_000, 'Inactive for so long a person is away.'),
  }),
  ucwa: section({
    applicationIdle: duration(900_000, 'An application without an event request ends after this time.'),
    eventTimeout: duration(180_000, 'The event channel answers empty after this time.'),
    gone: duration(20_000, 'An endpoint whose event channel is away for so long counts as absent.'),
    goneLongPoll: duration(60_000, 'The same for an application that asked for longer event requests.'),
    allowedOrigins: texts('Origins that may use UCWA from a browser (CORS and XFrame), written in full.', {
      loose: notEmpty,
    }),
  }),
  import: section({
    folder: optionalText('Where `-Path` of `Import-NpAccount` must lie.', '`DIR/import`'),
  }),
  session: section({
    idleTimeout: duration(28_800_000, 'A cookie session without use ends after this time.'),
    keep: duration(2_592_000_000, 'Life of a session with *Keep me signed in*.'),
  }),
  server: section({
    drainSeconds: count(10, 'SIGTERM: seconds for requests that were taken to finish.'),
  }),
  limits: section({
    messageText: sizeLimit(65_536, 'UTF-8 text of one message after decoding.'),
    requestBody: sizeLimit(262_144, 'One JSON request, one SIP body.'),
    startMessagingBody: sizeLimit(1_048_576, 'The body of `startMessaging`.'),
    inboxMessages: countLimit(10_000, 'Unread messages in one inbox.'),
    inboxUnreadItems: countLimit(500, 'Unread items in one inbox.'),
    inboxBytes: sizeLimit(104_857_600, 'One inbox in all; read messages are removed first, oldest first.'),
    messagesPerSecond: countLimit(20, 'Messages of one sender.'),
    messagesBurst: countLimit(60, 'Messages of one sender at once.'),
    messagesPerMinuteToAbsent: countLimit(60, 'Messages of one sender to one absent recipient.'),
    requestsPerSecond: countLimit(20, 'UCWA requests of one application.'),
    requestsBurst: countLimit(100, 'UCWA requests of one application at once.'),
    searchesPerSecond: countLimit(2, 'UCWA searches of one application.'),
    connections: countLimit(20_000, 'Connections in all.'),
    connectionsPerAddress: countLimit(200, 'Connections from one address.'),
    unsignedPerSecond: countLimit(50, 'Requests of one address that is not signed in.'),
    unsignedBurst: countLimit(1000, 'Requests of one address that is not signed in, at once.'),
    requestLine: sizeLimit(8192, 'Start line of a request.'),
    headerValue: sizeLimit(16_384, 'One header value.'),
    headerBlock: sizeLimit(49_152, 'All headers of one request.'),
    headerCount: countLimit(256, 'Headers of one request.'),
    pipelined: countLimit(64, 'Requests that wait on one connection.'),
    requestTime: timeLimit(30_000, 'From the first octet of a request to its last.'),
    handshakeTime: timeLimit(10_000, 'One TLS handshake.'),
    stalledTime: timeLimit(60_000, 'A peer that takes nothing of what waits for it.'),
    unsent: sizeLimit(LIMITS.unsent, 'Octets that wait for one peer.'),
    shellsPerUser: countLimit(LIMITS.shellsPerUser, 'PowerShell shells of one person.'),
    shells: countLimit(LIMITS.shells, 'PowerShell shells in all.'),
    shellOperations: countLimit(LIMITS.shellOperations, 'Operations of one person over all shells.'),
    shellIdle: timeLimit(LIMITS.shellIdle, 'A PowerShell shell without a request ends after this time.'),
    envelope: sizeLimit(LIMITS.envelope, 'One WSMan envelope.'),
    objectBytes: sizeLimit(LIMITS.objectBytes, 'One remoting object in pieces.'),
    fragmentsOpen: countLimit(
      LIMITS.fragmentsOpen,
      'Remoting objects of one shell that have begun and not ended.',
    ),
    clixmlObjects: countLimit(LIMITS.clixmlObjects, 'Objects in one remoting message.'),
    scriptText: sizeLimit(LIMITS.scriptText, 'One script of console or remoting.'),
    scriptDepth: countLimit(LIMITS.scriptDepth, 'Nesting of one script.'),
    scriptElements: countLimit(LIMITS.scriptElements, 'Elements of one list that a script builds.'),
    scriptString: sizeLimit(LIMITS.scriptString, 'One text that a script builds.'),
  }),
})

/** The effective configuration: durations in milliseconds (but `…Seconds`), sizes in octets. */
export type Configuration = z.output<typeof configurationSchema>
