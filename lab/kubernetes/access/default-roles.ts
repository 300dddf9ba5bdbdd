import type { KubeObject } from '#lab/contract.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import {
  aggregatedRole,
  clusterRole,
  clusterRoleBinding,
  group,
  joined,
  pathRule,
  reading,
  rule,
  serviceAccount,
  user,
  writing,
} from './role-objects.ts'
import { authenticated, masters, unauthenticated } from './system-groups.ts'

/**
 * The roles that every cluster has from its first moment (Kubernetes documentation, "Default roles and role bindings"):
 * those for people, those that say what everybody may do, and the parts of the system that are at home in every cluster.
 */
export function defaultRoles(now: number): KubeObject[] {
  const creationTimestamp = timestamp(now - age)
  return [...roles, ...bindings].map(object => ({
    ...object,
    metadata: {
      ...object.metadata,
      creationTimestamp,
      labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...object.metadata.labels },
      annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
    },
  }))
}

/** A cluster is older than what is in it. */
const age = 97 * 86_400_000

const aggregateTo = (role: string) => ({ [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true' })

const coreThings =
  'configmaps,endpoints,persistentvolumeclaims,pods,replicationcontrollers,replicationcontrollers/scale,serviceaccounts,services'
const workloads =
  'controllerrevisions,daemonsets,deployments,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale'

const view = clusterRole(
  'system:aggregate-to-view',
  [
    rule(reading, `${coreThings},persistentvolumeclaims/status,services/status`),
    rule(
      reading,
      'bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,resourcequotas,resourcequotas/status',
    ),
    rule(reading, 'namespaces'),
    rule(reading, 'endpointslices', 'discovery.k8s.io'),
    rule(reading, `${workloads},daemonsets/status,deployments/status,replicasets/status,statefulsets/status`, 'apps'),
    rule(reading, 'horizontalpodautoscalers,horizontalpodautoscalers/status', 'autoscaling'),
    rule(reading, 'cronjobs,cronjobs/status,jobs,jobs/status', 'batch'),
    rule(reading, 'poddisruptionbudgets,poddisruptionbudgets/status', 'policy'),
    rule(reading, 'ingresses,ingresses/status,networkpolicies', 'networking.k8s.io'),
  ],
  aggregateTo('view'),
)

const edit = clusterRole(
  'system:aggregate-to-edit',
  [
    rule(reading, 'pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy'),
    rule('impersonate', 'serviceaccounts'),
    rule(writing, 'pods,pods/attach,pods/exec,pods/portforward,pods/proxy'),
    rule('create', 'pods/eviction'),
    rule(
      writing,
      'configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,serviceaccounts,services,services/proxy',
    ),
    rule('create', 'serviceaccounts/token'),
    rule(
      writing,
      'daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,statefulsets,statefulsets/scale',
      'apps',
    ),
    rule(writing, 'horizontalpodautoscalers', 'autoscaling'),
    rule(writing, 'cronjobs,jobs', 'batch'),
    rule(writing, 'poddisruptionbudgets', 'policy'),
    rule(writing, 'ingresses,networkpolicies', 'networking.k8s.io'),
    rule(`${reading},${writing}`, 'leases', 'coordination.k8s.io'),
  ],
  aggregateTo('edit'),
)

const admin = clusterRole(
  'system:aggregate-to-admin',
  [
    rule('create', 'localsubjectaccessreviews', 'authorization.k8s.io'),
    rule(`${reading},${writing}`, 'rolebindings,roles', 'rbac.authorization.k8s.io'),
  ],
  aggregateTo('admin'),
)

const roles: KubeObject[] = [
  clusterRole('cluster-admin', [rule('*', '*', '*'), pathRule('*', '*')]),
  view,
  edit,
  admin,
  // Written down as the aggregation controller would, so that a cluster is whole in its first moment.
  { ...aggregatedRole('view', aggregateTo('view'), aggregateTo('edit')), rules: joined([view]) },
  { ...aggregatedRole('edit', aggregateTo('edit'), aggregateTo('admin')), rules: joined([edit, view]) },
  { ...aggregatedRole('admin', aggregateTo('admin')), rules: joined([edit, view, admin]) },
  clusterRole('system:basic-user', [
    rule('create', 'selfsubjectaccessreviews,selfsubjectrulesreviews', 'authorization.k8s.io'),
    rule('create', 'selfsubjectreviews', 'authentication.k8s.io'),
  ]),
  clusterRole('system:discovery', [
    pathRule(
      'get',
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/healthz',
      '/livez',
      '/openapi',
      '/openapi/*',
      '/readyz',
      '/version',
      '/version/',
    ),
  ]),
  clusterRole('system:public-info-viewer', [pathRule('get', '/healthz', '/livez', '/readyz', '/version', '/version/')]),
  clusterRole('system:service-account-issuer-discovery', [
    pathRule('get', '/.well-known/openid-configuration', '/.well-known/openid-configuration/', '/openid/v1/jwks'),
  ]),
  clusterRole('system:monitoring', [
    pathRule('get', '/healthz', '/healthz/*', '/livez', '/livez/*', '/metrics', '/readyz', '/readyz/*'),
  ]),
  clusterRole('system:auth-delegator', [
    rule('create', 'tokenreviews', 'authentication.k8s.io'),
    rule('create', 'subjectaccessreviews', 'authorization.k8s.io'),
  ]),
  clusterRole('system:kube-scheduler', [
    rule('create,patch,update', 'events', ',events.k8s.io'),
    rule('delete,get,list,watch', 'pods'),
    rule('create', 'bindings,pods/binding'),
    rule('patch,update', 'pods/status'),
    rule(reading, 'nodes,namespaces,services,replicationcontrollers,persistentvolumeclaims'),
    rule(reading, 'replicasets,statefulsets', 'apps'),
    rule(reading, 'poddisruptionbudgets', 'policy'),
  ]),
  clusterRole('system:kube-controller-manager', [
    rule('create,patch,update', 'events', ',events.k8s.io'),
    rule('create', 'namespaces,secrets,serviceaccounts,serviceaccounts/token'),
    rule('delete', 'secrets'),
    rule('get', 'namespaces,secrets,serviceaccounts,configmaps'),
    rule('update', 'secrets,serviceaccounts'),
    rule('create', 'tokenreviews', 'authentication.k8s.io'),
    rule('create', 'subjectaccessreviews', 'authorization.k8s.io'),
    rule('list,watch', '*', '*'),
  ]),
  clusterRole('system:controller:clusterrole-aggregation-controller', [
    rule('escalate,get,list,patch,update,watch', 'clusterroles', 'rbac.authorization.k8s.io'),
  ]),
]

const bindings: KubeObject[] = [
  clusterRoleBinding('cluster-admin', 'cluster-admin', [group(masters)]),
  clusterRoleBinding('system:basic-user', 'system:basic-user', [group(authenticated)]),
  clusterRoleBinding('system:discovery', 'system:discovery', [group(authenticated)]),
  clusterRoleBinding('system:public-info-viewer', 'system:public-info-viewer', [
    group(authenticated),
    group(unauthenticated),
  ]),
  clusterRoleBinding('system:service-account-issuer-discovery', 'system:service-account-issuer-discovery', [
    group('system:serviceaccounts'),
  ]),
  clusterRoleBinding('system:monitoring', 'system:monitoring', [group('system:monitoring')]),
  clusterRoleBinding('system:kube-scheduler', 'system:kube-scheduler', [user('system:kube-scheduler')]),
  clusterRoleBinding('system:kube-controller-manager', 'system:kube-controller-manager', [
    user('system:kube-controller-manager'),
  ]),
  clusterRoleBinding(
    'system:controller:clusterrole-aggregation-controller',
    'system:controller:clusterrole-aggregation-controller',
    [serviceAccount('kube-system', 'clusterrole-aggregation-controller')],
  ),
]
