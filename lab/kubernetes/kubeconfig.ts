import { chmod, mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { stringify } from 'yaml'

export interface KubeconfigUser {
  name: string
  /** Bearer token. */
  token: string
}

/**
 * Writes a kubeconfig that only its owner can read (0600). The first user is the one of the current context, which is
 * called as the cluster; every other user has a context `<user>@<cluster>`.
 */
export async function writeKubeconfig(
  path: string,
  options: {
    server: string
    cluster: string
    users: readonly KubeconfigUser[]
    /** PEM of who signed the server's certificate; none over plain HTTP. */
    authority?: string
  },
): Promise<void> {
  const { server, cluster, users, authority } = options
  const trust =
    authority === undefined ? {} : { 'certificate-authority-data': Buffer.from(authority).toString('base64') }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': cluster,
    clusters: [{ name: cluster, cluster: { server, ...trust } }],
    users: users.map(({ name, token }) => ({ name, user: { token } })),
    contexts: users.map(({ name }, index) => ({
      name: index === 0 ? cluster : `${name}@${cluster}`,
      context: { cluster, user: name, namespace: 'default' },
    })),
    preferences: {},
  }
  await mkdir(dirname(path), { recursive: true })
  // Written beside and moved: nobody reads half a file, and an older file's wider mode does not stay.
  const draft = `${path}.${process.pid}`
  await writeFile(draft, stringify(config), { mode: 0o600 })
  await chmod(draft, 0o600)
  await rename(draft, path)
}
