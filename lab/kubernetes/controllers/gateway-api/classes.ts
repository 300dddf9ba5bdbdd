import type { KubeObject } from '#lab/contract.ts'
import { holds, setConditions } from '#lab/kubernetes/controllers/conditions.ts'
import { type Cluster, type Controller, isLeaving, ownKey } from '#lab/kubernetes/controllers/controller.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { at, listOf, textOf } from '#lab/kubernetes/value.ts'

export const group = 'gateway.networking.k8s.io'
export const gatewayController = 'istio.io/gateway-controller'
const resource = `gatewayclasses.${group}`

/** What Istio does for the Gateways of a controller name. */
export interface ClassInfo {
  controllerName: string
  description: string
  /** What is deployed for a Gateway; null: nothing. */
  deploys: 'gateway' | 'waypoint' | null
  serviceType: 'LoadBalancer' | 'ClusterIP'
  /** How an address inside the cluster is reported. */
  addressType: 'IPAddress' | 'Hostname'
}

const infos: readonly ClassInfo[] = [
  {
    controllerName: gatewayController,
    description: 'The default Istio GatewayClass',
    deploys: 'gateway',
    serviceType: 'LoadBalancer',
    addressType: 'Hostname',
  },
  {
    controllerName: 'istio.io/unmanaged-gateway',
    description: 'Remote to this cluster. Does not deploy or affect configuration.',
    deploys: null,
    serviceType: 'ClusterIP',
    addressType: 'Hostname',
  },
  {
    controllerName: 'istio.io/mesh-controller',
    description: 'The default Istio waypoint GatewayClass',
    deploys: 'waypoint',
    serviceType: 'ClusterIP',
    addressType: 'Hostname',
  },
]

/** The classes that istiod brings (Istio docs, "Kubernetes Gateway API"). */
export const builtInClasses: Readonly<Record<string, string>> = {
  istio: gatewayController,
  'istio-remote': 'istio.io/unmanaged-gateway',
  'istio-waypoint': 'istio.io/mesh-controller',
}

/** What Istio does for a Gateway; undefined for the classes of other controllers. */
export function classOf(store: KubernetesStore, gateway: KubeObject): ClassInfo | undefined {
  const name = textOf(at(gateway, 'spec.gatewayClassName'))
  const known = store.get(resource, undefined, name)
  const controllerName = known ? at(known, 'spec.controllerName') : builtInClasses[name]
  return infos.find(info => info.controllerName === controllerName)
}

/** Accepts Istio's classes, and brings its own back when somebody deletes them. */
export function gatewayClassController(cluster: Cluster): Controller {
  const { store } = cluster
  return {
    name: 'GatewayClass',
    watches: [resource],
    interests: change => ownKey(change, resource),
    reconcile(_, name) {
      const found = store.get(resource, undefined, name)
      const controllerName = found ? at(found, 'spec.controllerName') : builtInClasses[name]
      const info = infos.find(item => item.controllerName === controllerName)
      if (!info || (found && isLeaving(found))) return
      const present = found ?? store.create(classObject(name, info))
      const conditions = setConditions(
        listOf(present.status?.['conditions']),
        [
          holds('Accepted', 'Accepted', 'Handled by Istio controller'),
          holds('SupportedVersion', 'SupportedVersion', 'Gateway API CRD bundle version is supported'),
        ],
        { time: cluster.since(present), generation: present.metadata.generation },
      )
      store.replace({ ...present, status: { ...present.status, conditions } })
    },
  }
}

const classObject = (name: string, { controllerName, description }: ClassInfo): KubeObject => ({
  apiVersion: `${group}/v1`,
  kind: 'GatewayClass',
  metadata: { name },
  spec: { controllerName, description },
})
