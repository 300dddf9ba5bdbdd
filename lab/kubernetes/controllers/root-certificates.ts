import { timestamp } from '#lab/kubernetes/identity.ts'
import { type Cluster, type Controller, isLeaving } from './controller.ts'

/** A ConfigMap that every namespace has, with a certificate that everyone there trusts. */
export interface RootCertificate {
  name: string
  labels: Record<string, string>
  data: Record<string, string>
}

/**
 * Puts root certificates into every namespace, and puts them back where somebody takes or changes them: the API server's
 * (`kube-root-ca.crt`) and the mesh's (`istio-ca-root-cert`).
 */
export function rootCertificateController(
  { store, since }: Pick<Cluster, 'store' | 'since'>,
  roots: readonly RootCertificate[],
): Controller {
  const byName = new Map(roots.map(root => [root.name, root]))
  return {
    name: 'RootCertificates',
    watches: ['namespaces', 'configmaps'],
    interests({ resource, object: { metadata } }) {
      if (resource === 'namespaces') return roots.map(root => `${metadata.name}/${root.name}`)
      return resource === 'configmaps' && byName.has(metadata.name) ? [`${metadata.namespace}/${metadata.name}`] : []
    },
    reconcile(namespace, name) {
      const root = byName.get(name)
      const room = store.get('namespaces', undefined, namespace)
      if (!root || !room || isLeaving(room)) return
      const { labels, data } = root
      const before = store.get('configmaps', namespace, name)
      if (!before)
        store.create({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: {
            name,
            namespace,
            creationTimestamp: timestamp(since(room)),
            ...(Object.keys(labels).length > 0 ? { labels } : {}),
          },
          data,
        })
      else store.replace({ ...before, data })
    },
  }
}
