import { z } from 'zod'
import { fail, ok, type Result } from '../../base/result.ts'
import type { Incoming, Reply } from './call.ts'
import { problem } from './call.ts'

/** SECURITY 16. */
const MAX_DEPTH = 32
const MAX_KEYS = 1000
const POISON = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * The text of a body, in the charset that a text names, else UTF-8.
 * @returns undefined where it is not in that charset (SECURITY 16, 17)
 */
export function bodyText(request: Incoming): string | undefined {
  const type = request.header('content-type') ?? ''
  const named = /^\s*text\/[^;]*;\s*charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(type)
  try {
    return new TextDecoder(named?.[1] ?? 'utf-8', { fatal: true }).decode(request.body)
  } catch {
    return undefined
  }
}

/** NUL and C0 other than TAB, CR and LF never reach what is stored or shown (SECURITY 17). */
export function hasControl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  return /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text)
}

/** A text of at most `max` characters without control characters. */
export function text(max: number) {
  return z
    .string()
    .max(max)
    .refine((value) => !hasControl(value))
}

/** A number that may come as text, as every parameter of a query does. */
export function count(min: number, max: number) {
  return z.coerce.number().int().min(min).max(max)
}

/**
 * Reads the inputs of a request against a shape. They may come as JSON or as query parameters; names match without
 * regard to case; unknown properties, links and embedded resources are ignored; an empty body is no error, whatever its
 * content type says (ucwa.md section 5).
 */
export function readInput<S extends z.ZodRawShape>(
  request: Incoming,
  shape: S,
): Result<z.infer<z.ZodObject<S>>, Reply> {
  const given = new Map<string, unknown>()
  for (const [name, value] of request.query) given.set(name.toLowerCase(), value)
  const body = jsonBody(request)
  if (!body.ok) return body
  for (const [name, value] of Object.entries(body.value)) given.set(name.toLowerCase(), value)
  const known: Record<string, unknown> = {}
  for (const name of Object.keys(shape)) {
    const value = given.get(name.toLowerCase())
    if (value !== undefined && value !== null) known[name] = value
  }
  const parsed = z.object(shape).safeParse(known)
  if (parsed.success) return ok(parsed.data)
  const parameters: Record<string, string> = {}
  for (const issue of parsed.error.issues) parameters[String(issue.path[0] ?? '')] = 'Invalid'
  return fail(problem('BadRequest', 'ParameterValidationFailure', { parameters }))
}

/** The JSON object of a body; `{}` where there is none. */
export function jsonBody(request: Incoming): Result<Record<string, unknown>, Reply> {
  if (request.body.length === 0) return ok({})
  const text = bodyText(request)
  if (text === undefined) return fail(problem('BadRequest', 'DeserializationFailure'))
  if (text.trim() === '') return ok({})
  if (!isJson(request.header('content-type'))) return fail(problem('UnsupportedMediaType'))
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail(problem('BadRequest', 'DeserializationFailure'))
  }
  return ok(value as Record<string, unknown>)
}

/** COMPAT(PHP class, helper library): no type, forms and plain text are tried as JSON too; only XML and multipart are refused. */
function isJson(contentType: string | undefined): boolean {
  return contentType === undefined || !/xml|multipart|image|audio|video|octet-stream/i.test(contentType)
}

/**
 * JSON with bounded depth and number of keys; `__proto__` and its kin are dropped (SECURITY 16).
 * @returns undefined when it is malformed or too deep
 */
export function parseJson(source: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    return undefined
  }
  const budget = { keys: MAX_KEYS }
  return clean(value, 0, budget)
}

function clean(value: unknown, depth: number, budget: { keys: number }): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return undefined
  if (Array.isArray(value)) {
    budget.keys -= value.length
    if (budget.keys < 0) return undefined
    const items = value.map((item) => clean(item, depth + 1, budget))
    return items.includes(undefined) ? undefined : items
  }
  const result: Record<string, unknown> = {}
  for (const [name, item] of Object.entries(value)) {
    budget.keys -= 1
    if (budget.keys < 0) return undefined
    if (POISON.has(name)) continue
    const cleaned = clean(item, depth + 1, budget)
    if (cleaned === undefined) return undefined
    result[name] = cleaned
  }
  return result
}

/** A query parameter, whatever its letter case (conformance D2). */
export function parameter(request: Incoming, name: string): string | undefined {
  const wanted = name.toLowerCase()
  for (const [key, value] of request.query) {
    if (key.toLowerCase() === wanted) return value
  }
  return undefined
}

/** A whole number from the query, put into its range: out of range is clamped, nonsense is the default (ucwa.md 7.1). */
export function clampedParameter(
  request: Incoming,
  name: string,
  range: { min: number; max: number },
): number | undefined {
  const given = parameter(request, name)
  if (given === undefined || !/^-?\d{1,9}$/.test(given.trim())) return undefined
  return Math.min(range.max, Math.max(range.min, Number(given)))
}
