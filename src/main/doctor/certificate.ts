import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { certificateNames } from '../certificate.ts'
import type { Loaded } from '../config.ts'
import { isLoopbackOnly } from '../limits.ts'
import { because, type Finding, failure, warning, well } from './finding.ts'

const DAY_MS = 86_400_000
const SOON_DAYS = 14

/** Days, names, chain and key of the certificate that the server shows (ux 3.4). */
export function ofCertificate(data: string, { settings }: Loaded): readonly Finding[] {
  const own = settings.tls.certificate === undefined
  const file = settings.tls.certificate ?? join(data, 'tls', 'cert.pem')
  const key = settings.tls.key ?? join(data, 'tls', 'key.pem')
  if (!existsSync(file))
    return [
      own
        ? warning('certificate', 'certificateMissing', { file })
        : failure('certificate', 'certificateUnreadable', { file, because: 'ENOENT' }),
    ]
  let chain: readonly X509Certificate[]
  let fits: boolean
  try {
    chain = readChain(file)
    const [leaf] = chain
    fits = leaf?.checkPrivateKey(createPrivateKey(readFileSync(key))) === true
  } catch (error) {
    return [failure('certificate', 'certificateUnreadable', { file, because: because(error) })]
  }
  const [leaf] = chain
  if (!leaf) return [failure('certificate', 'certificateUnreadable', { file, because: 'PEM' })]
  const names = certificateNames(settings)
  const days = Math.floor((Date.parse(leaf.validTo) - Date.now()) / DAY_MS)
  const found = [
    ...(fits ? [] : [failure('certificate', 'certificateKey')]),
    ...ofTime(days, file),
    ...(own ? [] : [...ofNames(leaf, names), ...ofChain(chain, file)]),
    ...(own && !isLoopbackOnly(settings) ? [warning('certificate', 'certificateSelfSigned')] : []),
  ]
  if (found.length > 0) return found
  return [
    own
      ? well('certificate', 'certificateOwn', { days })
      : well('certificate', 'certificateFine', { days, names: leaf.subjectAltName ?? leaf.subject }),
  ]
}

/** The certificates of a PEM file in their order: the server's own first. */
function readChain(file: string): readonly X509Certificate[] {
  const pem = readFileSync(file, 'utf8')
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}

function ofTime(days: number, file: string): readonly Finding[] {
  if (days < 0) return [failure('certificate', 'certificateEnded', { days: -days, file })]
  return days < SOON_DAYS ? [warning('certificate', 'certificateEnding', { days, file })] : []
}

function ofNames(leaf: X509Certificate, wanted: readonly string[]): readonly Finding[] {
  const missing = wanted.filter(
    (name) =>
      !/^(?:localhost|127\.|::1$)/.test(name) &&
      (isIP(name) ? leaf.checkIP(name) : leaf.checkHost(name.replace('*', 'lyncdiscover'))) === undefined,
  )
  return missing.length === 0
    ? []
    : [warning('certificate', 'certificateNames', { names: missing.join(', ') })]
}

/** Each certificate is followed by its issuer, up to one that is its own or that clients know: the root may be left out, the rest not. */
function ofChain(chain: readonly X509Certificate[], file: string): readonly Finding[] {
  for (const [at, certificate] of chain.entries()) {
    if (certificate.subject === certificate.issuer) return []
    const next = chain[at + 1]
    const gap = next === undefined ? at === 0 : !certificate.checkIssued(next)
    const issuer = certificate.issuer.replaceAll('\n', ', ')
    if (gap) return [warning('certificate', 'certificateChain', { file, issuer })]
  }
  return []
}
