import type { KubeObject } from '#lab/contract.ts'
import { hashText } from '#lab/mesh/traffic/random.ts'

/** Objects for tests: only what decisions read. */

type Fields = Record<string, unknown>

export const made = (
  apiVersion: string,
  kind: string,
  namespace: string | undefined,
  name: string,
  spec: Fields,
  more: Partial<KubeObject['metadata']> = {},
): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...more },
  spec,
})

export const namespace = (name: string, labels: Record<string, string> = {}): KubeObject =>
  made('v1', 'Namespace', undefined, name, {}, { labels })

export type Dress = 'sidecar' | 'ambient' | 'plain' | 'gateway' | 'waypoint' | 'ztunnel'

const proxies: Partial<Record<Dress, string>> = {
  sidecar: 'sidecar',
  gateway: 'router',
  waypoint: 'waypoint',
  ztunnel: 'ztunnel',
}

/** An address of 10.1.0.0/16 that follows from the name. */
const addressOf = (name: string) => `10.1.${hashText(name) % 250}.${(hashText(`${name}.`) % 250) + 1}`

/** A Deployment with its pods, all ready, owned as Kubernetes would have it. */
export function workload(
  where: string,
  name: string,
  dress: Dress,
  more: { replicas?: number; labels?: Record<string, string>; serviceAccount?: string } = {},
): KubeObject[] {
  const { replicas = 2 } = more
  const labels = { app: name, version: 'v1', ...more.labels }
  const arg = proxies[dress]
  const containers = [
    ...(dress === 'gateway' || dress === 'waypoint' || dress === 'ztunnel' ? [] : [{ name: 'app' }]),
    ...(arg ? [{ name: 'istio-proxy', args: ['proxy', arg] }] : []),
  ]
  const template = { metadata: { labels }, spec: { containers, serviceAccountName: more.serviceAccount ?? name } }
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name, uid: `${where}-${name}`, controller: true }
  const set = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    name: `${name}-5d4f`,
    uid: `${where}-${name}-set`,
    controller: true,
  }
  return [
    made('apps/v1', 'Deployment', where, name, { replicas, template }),
    made('apps/v1', 'ReplicaSet', where, set.name, { replicas }, { ownerReferences: [owner] }),
    ...Array.from({ length: replicas }, (_, index) => ({
      ...made(
        'v1',
        'Pod',
        where,
        `${set.name}-${index}`,
        { containers, nodeName: `node-${index % 2}`, serviceAccountName: more.serviceAccount ?? name },
        {
          labels,
          ownerReferences: [set],
        },
      ),
      status: {
        podIP: addressOf(`${where}/${name}-${index}`),
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    })),
  ]
}

export const service = (
  where: string,
  name: string,
  port: number,
  selector: Record<string, string> = { app: name },
  labels: Record<string, string> = {},
): KubeObject =>
  made('v1', 'Service', where, name, { selector, ports: [{ port, targetPort: port + 1000, name: 'main' }] }, { labels })

export const virtualService = (where: string, name: string, spec: Fields): KubeObject =>
  made('networking.istio.io/v1', 'VirtualService', where, name, spec)

export const destinationRule = (where: string, name: string, spec: Fields): KubeObject =>
  made('networking.istio.io/v1', 'DestinationRule', where, name, spec)

export const peerAuthentication = (
  where: string,
  name: string,
  spec: Fields,
  created = '2026-01-01T00:00:00Z',
): KubeObject => made('security.istio.io/v1', 'PeerAuthentication', where, name, spec, { creationTimestamp: created })

export const authorizationPolicy = (
  where: string,
  name: string,
  spec: Fields,
  annotations: Record<string, string> = {},
): KubeObject => made('security.istio.io/v1', 'AuthorizationPolicy', where, name, spec, { annotations })

export const requestAuthentication = (where: string, name: string, spec: Fields): KubeObject =>
  made('security.istio.io/v1', 'RequestAuthentication', where, name, spec)

export const httpRoute = (where: string, name: string, spec: Fields): KubeObject =>
  made('gateway.networking.k8s.io/v1', 'HTTPRoute', where, name, spec)
