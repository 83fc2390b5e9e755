import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { Agent, request } from 'node:https'
import { connect, getCACertificates } from 'node:tls'
import { UsageError } from '../../words/say.ts'

/** One server over the network. */
export interface Peer {
  /** @throws Error with a line for the person: not reached, not trusted */
  post(body: string): Promise<{ readonly status: number; readonly text: string }>
  close(): void
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/
/** What TLS says of a certificate that nobody we know vouches for. */
const UNKNOWN = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

/**
 * Trusts what the system trusts, NODE_EXTRA_CA_CERTS and `certificate` (INTERFACES 3). A password goes over TLS only, except on this machine.
 * @throws UsageError for an address or a file that cannot be
 */
export function openPeer(
  address: string,
  options: { user: string; password: string; certificate: string | undefined },
): Peer {
  const url = endpointOf(address)
  const authorization = `Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`
  const headers = { authorization, 'content-type': 'application/soap+xml;charset=UTF-8' }
  const ca = [...getCACertificates('default'), ...getCACertificates('system'), ...own(options.certificate)]
  const agent = url.protocol === 'https:' ? new Agent({ keepAlive: true, ca }) : undefined
  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        const given = { method: 'POST', headers, ...(agent ? { agent } : {}) }
        const sent = (agent ? request : plainRequest)(url, given, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          )
        })
        sent.on('error', (error: NodeJS.ErrnoException) => {
          explain(error, url).then(reject, reject)
        })
        sent.end(body)
      }),
    close: () => agent?.destroy(),
  }
}

function endpointOf(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new UsageError(`--url ${address}: write an address such as https://im.example.com:8443`)
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    throw new UsageError(`--url ${address}: a password goes over TLS only; write https://`)
  if (url.pathname === '/') url.pathname = '/OcsPowershell'
  return url
}

function own(file: string | undefined): readonly string[] {
  if (file === undefined) return []
  try {
    const pem = readFileSync(file, 'utf8')
    new X509Certificate(pem)
    return [pem]
  } catch (error) {
    throw new UsageError(
      `--certificate ${file}: is no certificate in PEM (${error instanceof Error ? error.message : String(error)})`,
    )
  }
}

async function explain(error: NodeJS.ErrnoException, url: URL): Promise<Error> {
  if (UNKNOWN.has(error.code ?? '')) {
    const fingerprint = await fingerprintOf(url)
    return new Error(
      `the certificate of ${url.host} is not one this machine knows (SHA-256 ${fingerprint}); compare it with the server's, then name it with --certificate FILE`,
    )
  }
  if (error.code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new Error(`the certificate of ${url.host} is for another name: ${error.message}`)
  return new Error(`${url.host} cannot be reached: ${error.message || error.code}`, { cause: error })
}

/** Looks at the certificate without sending anything. */
function fingerprintOf(url: URL): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(
      {
        host: url.hostname,
        port: Number(url.port || 443),
        servername: url.hostname,
        rejectUnauthorized: false,
      },
      () => {
        resolve(socket.getPeerCertificate().fingerprint256)
        socket.destroy()
      },
    )
    socket.on('error', () => resolve('unknown'))
  })
}
