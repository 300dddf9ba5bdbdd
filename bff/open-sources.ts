import { hasServiceAccount, loadUsers } from '#bff/sources/kubernetes-credentials.ts'
import { type OpenKubernetes, openKubernetes, unsetKubernetes } from '#bff/sources/kubernetes.ts'
import { watchedKinds } from '#bff/config/kinds.ts'
import { type ObjectsWatch, openObjects, unsetObjects } from '#bff/sources/kubernetes-objects.ts'
import { type KubernetesUsers, openUsers, unsetUsers } from '#bff/sources/kubernetes-users.ts'
import { openPrometheus, unsetPrometheus } from '#bff/sources/prometheus.ts'
import type { Sources } from '#bff/sources/source.ts'
import { openTracing, unsetTracing } from '#bff/sources/tracing.ts'
import type { Env } from './env.ts'
import type { Log } from './log.ts'

export type OpenSources = Sources & {
  kubernetes: OpenKubernetes
  users: KubernetesUsers
  objects: ObjectsWatch
  close(): Promise<void>
}

/**
 * Opens what the settings name; what they do not name is `unset`. Nothing is waited for: an upstream that is down is a
 * state, not a failure. Throws KubeconfigError for a kubeconfig that cannot be used at all.
 */
export async function openSources(env: Env, log: Log, now: () => number = Date.now): Promise<OpenSources> {
  const prometheus = env.prometheus
    ? openPrometheus({ url: env.prometheus.url, token: env.prometheus.token ?? undefined, now })
    : unsetPrometheus()
  const tracing = env.tracing ? openTracing({ url: env.tracing.url, now }) : unsetTracing()
  const { kubernetes, users, objects } = await openCluster(env, log, now)
  return {
    prometheus,
    kubernetes,
    tracing,
    users,
    objects,
    close: async () => {
      await Promise.all([prometheus.close(), kubernetes.close(), users.close(), objects.close(), tracing.close()])
    },
  }
}

/** Caches are filled as the current user; whoever asks the console asks the cluster as themselves. */
async function openCluster(
  env: Env,
  log: Log,
  now: () => number,
): Promise<Pick<OpenSources, 'kubernetes' | 'users' | 'objects'>> {
  if (env.kubeconfig === null && !(env.isInPod && hasServiceAccount())) return unset()
  const all = await loadUsers({ kubeconfig: env.kubeconfig, context: env.context })
  const [credentials] = all
  if (credentials === undefined) return unset()
  const users = openUsers(all, { isLab: env.mesh === 'lab' })
  const warned = (warning: string) => log.warn({ warning }, 'The Kubernetes API server warns')
  const pauses = { least: 800, most: 30_000, missing: 60_000 }
  const objects = openObjects({ credentials, kinds: watchedKinds, now, random: Math.random, pauses })
  return { kubernetes: openKubernetes({ credentials, now, warned }), users, objects }
}

const unset = () => ({ kubernetes: unsetKubernetes(), users: unsetUsers(), objects: unsetObjects() })
