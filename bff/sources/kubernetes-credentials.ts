import { existsSync, readFileSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import type { ConnectionOptions } from 'node:tls'
import type { KubeConfig } from '@kubernetes/client-node'

/** Where a cluster's address and credentials are: a kubeconfig file, or the service account of the pod we run in. */
export interface KubernetesAddress {
  /** Path of a kubeconfig; null in a cluster. */
  kubeconfig: string | null
  /** Which context of it; null for its current one. */
  context: string | null
}

/** The kubeconfig cannot be used at all, in one sentence for whoever gave it. */
export class KubeconfigError extends Error {}

export interface Credentials {
  server: string
  /** Name of the context. */
  cluster: string
  user: string
  /** To be asked before each request: tokens expire, and a plugin may have new ones. */
  fresh(): Promise<{ headers: Record<string, string>; tls: ConnectionOptions }>
}

const tokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/** True where the pod we run in was given a service account. */
export function hasServiceAccount(): boolean {
  return existsSync(tokenFile)
}

/** Throws KubeconfigError for a missing file, bad YAML, an unknown context or one that leads nowhere. */
export async function loadCredentials({ kubeconfig, context }: KubernetesAddress): Promise<Credentials> {
  // Half a second and 40 MB of generated API classes: only who has a cluster pays for them.
  const client = await import('@kubernetes/client-node')
  const config = new client.KubeConfig()
  if (kubeconfig === null) config.loadFromCluster()
  else load(config, kubeconfig)
  const name = context ?? config.getCurrentContext()
  const where = kubeconfig ?? 'the pod'
  const found = config.getContexts().find(each => each.name === name)
  if (!found) {
    const names = config.getContexts().map(each => `"${each.name}"`)
    throw new KubeconfigError(
      name
        ? `There is no context "${name}" in ${where}; there is ${names.join(', ') || 'none'}.`
        : `${where} has no current context; choose one of ${names.join(', ') || 'none'} with --context.`,
    )
  }
  config.setCurrentContext(name)
  const cluster = config.getCurrentCluster()
  if (!cluster || !URL.canParse(cluster.server))
    throw new KubeconfigError(`The context "${name}" of ${where} names a cluster without an address.`)
  if (cluster.proxyUrl)
    throw new KubeconfigError(
      `The cluster of the context "${name}" is behind a proxy-url, which Weft does not support.`,
    )
  // The client library refuses plain HTTP unless told not to verify TLS, of which there is none to verify.
  if (cluster.server.startsWith('http:')) config.clusters = config.clusters.map(withoutTls)
  return {
    server: cluster.server,
    cluster: kubeconfig === null ? 'in-cluster' : name,
    user: kubeconfig === null ? serviceAccount() : found.user,
    fresh: () => fresh(config),
  }
}

/**
 * One for each user that a context of the same cluster names, that of the address first. Throws as `loadCredentials`
 * does; contexts that lead nowhere are left out.
 */
export async function loadUsers(address: KubernetesAddress): Promise<Credentials[]> {
  const first = await loadCredentials(address)
  const { kubeconfig } = address
  if (kubeconfig === null) return [first]
  const client = await import('@kubernetes/client-node')
  const config = new client.KubeConfig()
  load(config, kubeconfig)
  const found = new Map([[first.user, first]])
  for (const { name, user } of config.getContexts()) {
    if (found.has(user)) continue
    // oxlint-disable-next-line no-await-in-loop -- each reads the same small file
    const credentials = await loadCredentials({ kubeconfig, context: name }).catch((error: unknown) => {
      if (error instanceof KubeconfigError) return null
      throw error
    })
    if (credentials?.server === first.server) found.set(user, credentials)
  }
  return [...found.values()]
}

function load(config: KubeConfig, file: string): void {
  try {
    config.loadFromFile(file)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    // Not the parser's words: they quote the file, and the file holds keys.
    throw new KubeconfigError(isMissing ? `There is no kubeconfig file at ${file}.` : `${file} is not a kubeconfig.`, {
      cause: error,
    })
  }
}

type Cluster = KubeConfig['clusters'][number]
const withoutTls = (cluster: Cluster): Cluster =>
  cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster

async function fresh(config: KubeConfig): Promise<{ headers: Record<string, string>; tls: ConnectionOptions }> {
  const headers: Record<string, string> = {}
  const options: RequestOptions = { headers }
  await config.applyToHTTPSOptions(options)
  if (options.auth) headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options
  const given = Object.entries({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername })
  return { headers, tls: Object.fromEntries(given.filter(([, value]) => value !== undefined)) }
}

/** Who the pod is: the subject of its token. Read for showing only; the API server is who checks it. */
function serviceAccount(): string {
  const payload = readFileSync(tokenFile, 'utf8').split('.')[1] ?? ''
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    if (typeof claims === 'object' && claims !== null && 'sub' in claims && typeof claims.sub === 'string')
      return claims.sub
  } catch {
    // An opaque token says nothing about its owner.
  }
  return 'service account'
}
