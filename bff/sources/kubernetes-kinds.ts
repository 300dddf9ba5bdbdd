import type { Json } from './kubernetes-raw.ts'
import { namespaceView, objectView, podView, serviceView, workloadView } from './kubernetes-views.ts'

/** A kind that is watched. */
export interface Kind<View> {
  kind: string
  plural: string
  /** Empty for the core group. */
  group: string
  /** Those we can read, best first: the first one the cluster has is used. */
  versions: readonly string[]
  /** Without it there is no picture. Others may be missing (no such CRD) or forbidden, and the picture is poorer. */
  isCore: boolean
  view(object: Json): View
  /** Only those of one namespace. */
  namespace?: string
  /** What the objects say is none of our business: only their metadata leaves the server. */
  isMetadataOnly?: boolean
}

const core = { group: '', versions: ['v1'], isCore: true }
const apps = { group: 'apps', versions: ['v1'], isCore: true }
const optional = { versions: ['v1', 'v1beta1'], isCore: false }
const istio = (group: string, kind: string, plural: string) => ({
  ...optional,
  group,
  kind,
  plural,
  view: objectView(group, kind),
})

/** Everything that is watched, by the name it has in MeshObjects; `workloads` are three kinds. */
export const kinds = {
  namespaces: { ...core, kind: 'Namespace', plural: 'namespaces', view: namespaceView },
  pods: { ...core, kind: 'Pod', plural: 'pods', view: podView },
  services: { ...core, kind: 'Service', plural: 'services', view: serviceView },
  deployments: { ...apps, kind: 'Deployment', plural: 'deployments', view: workloadView('Deployment') },
  statefulSets: { ...apps, kind: 'StatefulSet', plural: 'statefulsets', view: workloadView('StatefulSet') },
  daemonSets: { ...apps, kind: 'DaemonSet', plural: 'daemonsets', view: workloadView('DaemonSet') },
  peerAuthentications: istio('security.istio.io', 'PeerAuthentication', 'peerauthentications'),
  authorizationPolicies: istio('security.istio.io', 'AuthorizationPolicy', 'authorizationpolicies'),
  serviceEntries: istio('networking.istio.io', 'ServiceEntry', 'serviceentries'),
  gateways: istio('gateway.networking.k8s.io', 'Gateway', 'gateways'),
} satisfies Record<string, Kind<unknown>>

/** `/api/v1/pods`, `/apis/apps/v1/deployments`, `/api/v1/namespaces/istio-system/configmaps` */
export function pathOf(kind: Pick<Kind<unknown>, 'group' | 'plural' | 'namespace'>, version: string): string {
  const place = kind.namespace === undefined ? '' : `namespaces/${kind.namespace}/`
  return `${kind.group === '' ? '/api' : `/apis/${kind.group}`}/${version}/${place}${kind.plural}`
}

/** As kubectl names it in messages: `pods`, `gateways.gateway.networking.k8s.io`. */
export function resourceOf(kind: Pick<Kind<unknown>, 'group' | 'plural'>): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`
}
