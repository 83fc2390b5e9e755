import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { parse as parseToml, TomlError } from 'smol-toml'
import { z } from 'zod'
import { type Configuration, configurationSchema, type SettingMeta, settingMeta } from './schema.ts'
import { formatDuration, formatSize } from './units.ts'
import { hintText } from './words/hints.ts'
import { type UsageError, wrongUse } from './words/say.ts'

/** A tree of plain values as TOML and flags give it. */
export type RawSettings = { readonly [key: string]: unknown }

/** The configuration of one run, and where it came from. */
export interface Loaded {
  readonly settings: Configuration
  /** Absolute path of the file that was read; undefined when there is none. */
  readonly file: string | undefined
  readonly fromFile: RawSettings
  readonly fromFlags: RawSettings
}

/**
 * Reads the file, lays the flags over it and checks everything.
 * @throws UsageError with the key, what is wrong and what to write.
 */
export function loadConfiguration(options: {
  data: string
  file: string | undefined
  flags: RawSettings
}): Loaded {
  const preset = join(options.data, 'nightpost.toml')
  const file = options.file === undefined ? (existsSync(preset) ? preset : undefined) : resolve(options.file)
  const fromFile = file === undefined ? {} : readFile(file)
  const checked = configurationSchema.safeParse(layOver(fromFile, options.flags))
  if (!checked.success) throw explain(checked.error, file, options.flags)
  return { settings: withPaths(checked.data, file, options.data), file, fromFile, fromFlags: options.flags }
}

function readFile(file: string): RawSettings {
  try {
    return parseToml(readFileSync(file, 'utf8')) as RawSettings
  } catch (error) {
    if (error instanceof TomlError) {
      throw wrongUse('notToml', { file, line: error.line, because: firstSentence(error.message) })
    }
    throw wrongUse('unreadable', { file, because: error instanceof Error ? error.message : String(error) })
  }
}

function firstSentence(text: string): string {
  return text.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? text
}

/** Relative paths of the file are relative to the file's folder; `import.folder` has a default below the data folder. */
function withPaths(settings: Configuration, file: string | undefined, data: string): Configuration {
  const base = file === undefined ? data : resolve(file, '..')
  const at = (path: string | undefined) =>
    path === undefined || isAbsolute(path) ? path : resolve(base, path)
  return {
    ...settings,
    tls: { certificate: at(settings.tls.certificate), key: at(settings.tls.key) },
    import: { folder: at(settings.import.folder) ?? join(data, 'import') },
  }
}

function layOver(below: RawSettings, above: RawSettings): RawSettings {
  const merged: Record<string, unknown> = { ...below }
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key]
    merged[key] = isTree(value) && isTree(under) ? layOver(under, value) : value
  }
  return merged
}

function isTree(value: unknown): value is RawSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One line: which key, what is wrong, what to write. */
function explain(error: z.ZodError, file: string | undefined, flags: RawSettings): UsageError {
  const issue = error.issues[0]
  if (issue === undefined) return wrongUse('wrongValue', { place: file ?? '', key: '', hint: error.message })
  const unknown = issue.code === 'unrecognized_keys' ? [issue.keys[0] ?? ''] : []
  const path = [...issue.path.map(String), ...unknown]
  const place = at(flags, path) !== undefined || file === undefined ? 'command line' : file
  if (issue.code === 'unrecognized_keys') {
    const key = path.join('.')
    const near = closest(key)
    return near ? wrongUse('unknownKeyNear', { place, key, near }) : wrongUse('unknownKey', { place, key })
  }
  return wrongUse('wrongValue', { place, key: path.join('.'), hint: hintText(hint(issue)) })
}

function hint(issue: z.core.$ZodIssue): string {
  if (issue.message !== 'Invalid input' && !issue.message.startsWith('Invalid input:')) return issue.message
  return `${issue.message.replace('Invalid input: ', '')}; docs/configuration.md says what to write`
}

/** The value at a dotted path of a tree, or undefined. */
export function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (here, key) => (isTree(here) && Object.hasOwn(here, key) ? here[key] : undefined),
    tree,
  )
}

/** A key one or two letters away. */
function closest(key: string): string | undefined {
  const near = settingRows()
    .flatMap(({ name, meta }) => [name, ...(meta.keys ?? []).map((inner) => `${name}.${inner}`)])
    .map((name) => ({ name, distance: distance(name.toLowerCase(), key.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0]
  return near && near.distance <= 3 ? near.name : undefined
}

function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(change, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    before = row
  }
  return before[b.length] ?? 0
}

/** One setting of the schema with its default, for documentation, `nightpost config` and warnings. */
export interface SettingRow {
  readonly name: string
  readonly preset: unknown
  readonly meta: SettingMeta
}

/** Every setting in the order of the schema. */
export function settingRows(): readonly SettingRow[] {
  const defaults = configurationSchema.parse({})
  const rows: SettingRow[] = []
  const walk = (schema: z.core.$ZodType, path: readonly string[]) => {
    const meta = settingMeta.get(schema)
    if (meta) {
      rows.push({ name: path.join('.'), preset: at(defaults, path), meta })
      return
    }
    const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : schema
    if (inner instanceof z.ZodObject) {
      for (const [key, part] of Object.entries<z.core.$ZodType>(inner.shape)) walk(part, [...path, key])
    }
  }
  walk(configurationSchema, [])
  return rows
}

/** A value as the configuration file would have it. */
export function formatSetting(value: unknown, meta: SettingMeta): string {
  if (value === undefined) return meta.preset ?? ''
  if (typeof value === 'number' && meta.unit === 'duration') return JSON.stringify(formatDuration(value))
  if (typeof value === 'number' && meta.unit === 'size') return JSON.stringify(formatSize(value))
  return JSON.stringify(value)
}

/** Where the value in force came from. */
export function originOf(loaded: Loaded, name: string): 'flag' | 'file' | 'default' {
  const path = name.split('.')
  if (at(loaded.fromFlags, path) !== undefined) return 'flag'
  return at(loaded.fromFile, path) !== undefined ? 'file' : 'default'
}

/** Settings that are looser than the default, each a warning at start (SECURITY, preamble). */
export function looseSettings(settings: Configuration): readonly string[] {
  return settingRows()
    .filter((row) => row.meta.loose?.(at(settings, row.name.split('.'))))
    .map((row) => row.name)
}
