import 'reflect-metadata'
import { X509Certificate as NodeCertificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Configuration } from './schema.ts'
import { UsageError, wrongUse } from './words/say.ts'

/** What the TLS listeners use. */
export interface TlsMaterial {
  readonly certificate: string
  readonly key: string
  /** Absolute path of the certificate, for the ready line. */
  readonly path: string
  /** Made by us: nobody else vouches for it. */
  readonly selfSigned: boolean
  readonly madeNow: boolean
  readonly validUntil: Date
}

const YEAR_MS = 365 * 86_400_000
/** A self-signed certificate is made anew when it has less left than this. */
const RENEW_MS = 14 * 86_400_000

/**
 * The configured certificate, or a self-signed one in `DIR/tls` (ECDSA P-256, one year, every name the server goes by;
 * SECURITY 2), made when it is missing, about to end, or lacks a name.
 * @throws UsageError when a configured file cannot be read or is open to others.
 */
export async function tlsMaterial(folder: string, settings: Configuration): Promise<TlsMaterial> {
  const { certificate, key } = settings.tls
  if (certificate !== undefined && key !== undefined) return configured(certificate, key)
  if (certificate !== undefined || key !== undefined) {
    throw wrongUse('tlsHalf')
  }
  const paths = { certificate: join(folder, 'tls', 'cert.pem'), key: join(folder, 'tls', 'key.pem') }
  const names = certificateNames(settings)
  const present = existsSync(paths.certificate) && existsSync(paths.key)
  const usable = present && stillGood(new NodeCertificate(readFileSync(paths.certificate)), names)
  if (!usable) await makeSelfSigned(join(folder, 'tls'), paths, names)
  return { ...read(paths.certificate, paths.key), selfSigned: true, madeNow: !usable }
}

function configured(certificate: string, key: string): TlsMaterial {
  try {
    if (process.platform !== 'win32' && (statSync(key).mode & 0o077) !== 0) {
      throw wrongUse('looseKey', { path: key })
    }
    return { ...read(certificate, key), selfSigned: false, madeNow: false }
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw wrongUse('tlsUnreadable', { because: error instanceof Error ? error.message : String(error) })
  }
}

function read(certificate: string, key: string) {
  const pem = readFileSync(certificate, 'utf8')
  return {
    certificate: pem,
    key: readFileSync(key, 'utf8'),
    path: certificate,
    validUntil: new Date(new NodeCertificate(pem).validTo),
  }
}

function stillGood(certificate: NodeCertificate, names: readonly string[]): boolean {
  if (Date.parse(certificate.validTo) - Date.now() < RENEW_MS) return false
  return names.every((name) => {
    const plain = name.replace('*', 'any')
    return (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(plain)) !== undefined
  })
}

/** Every name under which a client may look for the server: the domains with the names that discovery uses, this host, loopback. */
export function certificateNames(settings: Configuration): readonly string[] {
  const names = settings.domain.flatMap((domain) => [domain, `*.${domain}`])
  names.push('localhost', '127.0.0.1', '::1')
  const host = hostname().toLowerCase()
  if (/^[a-z0-9.-]+$/.test(host)) names.push(host)
  if (settings.listen !== 'localhost' && settings.listen !== '0.0.0.0' && settings.listen !== '::')
    names.push(settings.listen)
  if (settings.publicUrl !== undefined)
    names.push(new URL(settings.publicUrl).hostname.replace(/^\[|\]$/g, ''))
  return [...new Set(names)]
}

async function makeSelfSigned(
  folder: string,
  paths: { certificate: string; key: string },
  names: readonly string[],
): Promise<void> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const now = Date.now()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.from(crypto.getRandomValues(new Uint8Array(16)))
      .toString('hex')
      .replace(/^[89a-f]/, '7'),
    name: `CN=${names[0]}, O=Nightpost (self-signed)`,
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + YEAR_MS),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) ? ('ip' as const) : ('dns' as const), value: name })),
      ),
    ],
  })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const key = PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  writePrivate(paths.key, `${key}\n`)
  writePrivate(paths.certificate, `${certificate.toString('pem')}\n`)
}

/** Whole or not at all, 0600 from the first octet. */
export function writePrivate(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, text, { mode: 0o600 })
  renameSync(temporary, path)
}
