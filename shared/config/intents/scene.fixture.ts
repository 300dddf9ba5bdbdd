import { edited } from '#shared/config/change/edits.ts'
import { items, text, textMap } from '#shared/config/world/read.ts'
import { defaultSettings } from '#shared/config/world/settings.ts'
import type { Inventory } from '#shared/config/api.ts'
import { type Json, keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import type { IntentChange, Scene } from './intent.ts'
import { worldOf } from './scene.ts'

/** A small mesh for tests: what is in it is written down, what a cluster would make of it is made here. */

export const service = (
  name: string,
  selector: Record<string, string> = { app: name },
  more: Json = {},
): MeshObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name },
  spec: { selector, ports: [{ name: 'http', port: 8080 }], ...more },
})

export const workload = (app: string, version: string | null, pods = 1): Inventory['workloads'][number] => ({
  namespace: 'shop',
  name: version === null ? app : `${app}-${version}`,
  kind: 'Deployment',
  labels: { app, ...(version === null ? {} : { version }) },
  serviceAccount: app,
  pods,
  proxy: 'sidecar',
})

export const made = (kind: string, name: string, spec: Json, namespace = 'shop', day = 1): MeshObject => ({
  apiVersion: `${groups[kind] ?? 'networking.istio.io'}/v1`,
  kind,
  metadata: { namespace, name, creationTimestamp: `2026-11-${String(day).padStart(2, '0')}T00:00:00Z` },
  spec,
})
const groups: Record<string, string> = {
  HTTPRoute: 'gateway.networking.k8s.io',
  GRPCRoute: 'gateway.networking.k8s.io',
  AuthorizationPolicy: 'security.istio.io',
  PeerAuthentication: 'security.istio.io',
  ReferenceGrant: 'gateway.networking.k8s.io',
}

export function sceneWith(objects: readonly MeshObject[], workloads: Inventory['workloads']): Scene {
  const namespaces = [...new Set(objects.map(({ metadata }) => metadata.namespace ?? ''))]
  return {
    world: worldOf(objects, defaultSettings),
    inventory: {
      namespaces: namespaces.map(name => ({ name, labels: {} })),
      services: objects
        .filter(({ kind }) => kind === 'Service')
        .map(({ metadata: { namespace = '', name }, spec }) => ({
          namespace,
          name,
          hosts: [`${name}.${namespace}.svc.cluster.local`],
          ports: items(spec?.['ports']).map(port => ({
            number: Number(port['port']),
            name: text(port['name']),
            protocol: 'TCP',
          })),
          selector: textMap(spec?.['selector']),
        })),
      workloads,
      serviceAccounts: [],
      subsets: [],
      gateways: [],
      secrets: [],
      rootNamespace: 'istio-system',
      trustDomain: 'cluster.local',
      providers: [],
    },
  }
}

/** The scene once a change is written. */
export function after(
  scene: Scene,
  objects: readonly MeshObject[],
  change: IntentChange,
): { scene: Scene; objects: MeshObject[] } {
  const gone = new Set(change.delete.map(keyOf))
  const next = objects
    .filter(object => !gone.has(keyOf(refOf(object))))
    .map(object =>
      change.edit
        .filter(each => keyOf(each.object) === keyOf(refOf(object)))
        .reduce((current, { edits }) => edited(current, edits), object),
    )
  const all = [...next, ...change.create]
  return { scene: sceneWith(all, scene.inventory.workloads), objects: all }
}
