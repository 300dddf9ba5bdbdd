import type { KubeObject, Scenario } from '#lab/contract.ts'
import {
  clusterRole,
  clusterRoleBinding,
  pathRule,
  reading,
  roleBinding,
  rule,
  serviceAccount,
  user,
  writing,
} from '#lab/kubernetes/access/role-objects.ts'
import { at, fieldsOf } from '#lab/kubernetes/value.ts'
import { timestamp } from './identity.ts'

/** Three people who use the mesh, as tokens and as the RBAC objects that say what they may do. */

/** No secrets: the lab listens on loopback only, and its kubeconfig is its owner's. */
export const labUsers = [
  { name: 'mesh-admin', token: 'lab-mesh-admin' },
  { name: 'shop-dev', token: 'lab-shop-dev' },
  { name: 'viewer', token: 'lab-viewer' },
] as const

/** Where shop-dev writes and reads, and where it only reads: two namespaces that the preset has. */
export interface DeveloperPlaces {
  edits: string
  reads: string
}

export function developerPlaces(scenario: Pick<Scenario, 'objects'>): DeveloperPlaces {
  const applications = scenario.objects.filter(isApplication)
  const counts = Map.groupBy(applications, ({ metadata }) => metadata.namespace ?? '')
  const rooms = scenario.objects.filter(
    ({ kind, metadata }) => kind === 'Namespace' && (counts.get(metadata.name)?.length ?? 0) > 1,
  )
  const choose = (name: string, label: string, value: string): string =>
    (
      rooms.find(({ metadata }) => metadata.name === name) ??
      rooms.find(({ metadata }) => metadata.labels?.[label] === value)
    )?.metadata.name ?? 'default'
  return {
    edits: choose('shop', 'istio-injection', 'enabled'),
    reads: choose('logistics', 'istio.io/dataplane-mode', 'ambient'),
  }
}

/** A Deployment of somebody's own, and not one that Istio made for a Gateway. */
const isApplication = ({ kind, spec }: KubeObject): boolean =>
  kind === 'Deployment' &&
  fieldsOf(at(spec, 'template.metadata.labels'))['gateway.networking.k8s.io/gateway-name'] === undefined

const meshGroups = [
  'networking.istio.io',
  'security.istio.io',
  'telemetry.istio.io',
  'extensions.istio.io',
  'gateway.networking.k8s.io',
].join(',')

/** Everything of the core group that can be seen, but no Secret. */
const openCore = [
  'bindings,configmaps,endpoints,events,limitranges,namespaces,nodes,persistentvolumeclaims,persistentvolumes',
  'pods,pods/log,pods/status,podtemplates,replicationcontrollers,resourcequotas,serviceaccounts,services',
].join(',')

const otherGroups = [
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'apps',
  'autoscaling',
  'batch',
  'coordination.k8s.io',
  'discovery.k8s.io',
  'events.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'sailoperator.io',
].join(',')

/** Console, people and their rights, some weeks old at `startedAt`. */
export function accessObjects(places: DeveloperPlaces, startedAt: number): KubeObject[] {
  const creationTimestamp = timestamp(startedAt - 61 * 86_400_000)
  return objectsFor(places).map(object => ({ ...object, metadata: { ...object.metadata, creationTimestamp } }))
}

function objectsFor({ edits, reads }: DeveloperPlaces): KubeObject[] {
  const developer = user('shop-dev')
  return [
    clusterRoleBinding('mesh-admin', 'cluster-admin', [user('mesh-admin')]),

    clusterRole('mesh-viewer', [
      rule(reading, openCore),
      rule(reading, '*', otherGroups),
      rule(reading, '*', meshGroups),
    ]),
    clusterRoleBinding('viewer', 'mesh-viewer', [user('viewer')]),

    clusterRole('mesh-developer-read', [
      rule(
        reading,
        'configmaps,endpoints,events,limitranges,namespaces,persistentvolumeclaims,pods,pods/log,pods/status,resourcequotas,serviceaccounts,services',
      ),
      rule(reading, '*', 'apps'),
      rule(reading, 'horizontalpodautoscalers', 'autoscaling'),
      rule(reading, 'cronjobs,jobs', 'batch'),
      rule(reading, 'endpointslices', 'discovery.k8s.io'),
      rule(reading, 'events', 'events.k8s.io'),
      rule(reading, 'poddisruptionbudgets', 'policy'),
      rule(reading, '*', meshGroups),
    ]),
    clusterRole('mesh-developer-edit', [
      rule(writing, '*', meshGroups),
      rule(
        writing,
        'daemonsets,deployments,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale',
        'apps',
      ),
      rule(writing, 'horizontalpodautoscalers', 'autoscaling'),
      rule(writing, 'cronjobs,jobs', 'batch'),
      rule(writing, 'configmaps,services'),
      rule('delete,deletecollection', 'pods'),
      rule('create', 'pods/eviction'),
      // What `istioctl proxy-config` reads of one's own proxies.
      rule('get', 'pods/proxy'),
    ]),
    roleBinding(edits, 'shop-dev-edit', 'mesh-developer-edit', [developer]),
    ...[...new Set([edits, reads])].map(namespace =>
      roleBinding(namespace, 'shop-dev-read', 'mesh-developer-read', [developer]),
    ),

    ...consoleObjects,
  ]
}

/** The console in a cluster: it reads for everyone and writes as whoever asks. */
const consoleObjects: KubeObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'weft-system' } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'weft', namespace: 'weft-system' } },
  clusterRole('weft-reader', [
    rule('list,watch', 'namespaces,pods,services'),
    rule('list,watch', 'daemonsets,deployments,statefulsets', 'apps'),
    rule('get,list,watch', '*', meshGroups),
    pathRule('get', '/openapi/v3', '/openapi/v3/*'),
  ]),
  clusterRoleBinding('weft-reader', 'weft-reader', [serviceAccount('weft-system', 'weft')]),
  clusterRole('weft-impersonator', [
    rule('impersonate', 'users,groups,serviceaccounts'),
    rule('impersonate', 'userextras/scopes,uids', 'authentication.k8s.io'),
  ]),
  clusterRoleBinding('weft-impersonator', 'weft-impersonator', [serviceAccount('weft-system', 'weft')]),
]
