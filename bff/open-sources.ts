import { hasServiceAccount, loadCredentials } from '#bff/sources/kubernetes-credentials.ts'
import { type OpenKubernetes, openKubernetes, unsetKubernetes } from '#bff/sources/kubernetes.ts'
import { openPrometheus, unsetPrometheus } from '#bff/sources/prometheus.ts'
import type { Sources } from '#bff/sources/source.ts'
import { openTracing, unsetTracing } from '#bff/sources/tracing.ts'
import type { Env } from './env.ts'
import type { Log } from './log.ts'

export type OpenSources = Sources & {
  kubernetes: OpenKubernetes
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
  const kubernetes = await openCluster(env, log, now)
  return {
    prometheus,
    kubernetes,
    tracing,
    close: async () => {
      await Promise.all([prometheus.close(), kubernetes.close(), tracing.close()])
    },
  }
}

async function openCluster(env: Env, log: Log, now: () => number): Promise<OpenKubernetes> {
  if (env.kubeconfig === null && !(env.isInPod && hasServiceAccount())) return unsetKubernetes()
  const credentials = await loadCredentials({ kubeconfig: env.kubeconfig, context: env.context })
  return openKubernetes({
    credentials,
    now,
    warned: warning => log.warn({ warning }, 'The Kubernetes API server warns'),
  })
}
