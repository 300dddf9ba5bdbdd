import {
  bindingColumns,
  configMapColumns,
  eventColumns,
  namespaceColumns,
  nodeColumns,
  secretColumns,
  wideBindingColumns,
  wideNodeColumns,
  widestNodeColumns,
} from '#lab/kubernetes/printing/cluster.ts'
import { podColumns, widePodColumns } from '#lab/kubernetes/printing/pods.ts'
import {
  endpointsColumns,
  endpointSliceColumns,
  serviceColumns,
  serviceSelectorColumn,
} from '#lab/kubernetes/printing/services.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import { at, numberOf, textOf, shown } from '#lab/kubernetes/value.ts'
import { ageColumn, builtIn, column, type KindDraft, nameColumn } from './kind.ts'

const v1 = ['v1'] as const
const core = (draft: Omit<KindDraft, 'group' | 'versions'>): Kind => builtIn({ group: '', versions: v1, ...draft })

/** Columns after AGE, as the wide ones of most kinds are. */
const then = (kind: Kind, columns: Kind['columns']): Kind => ({ ...kind, columns: [...kind.columns, ...columns] })

const cluster = { namespaced: false } as const

export const coreKinds: Kind[] = [
  core({ kind: 'Namespace', ...cluster, shortNames: ['ns'], status: true, columns: namespaceColumns }),
  then(
    core({
      kind: 'Node',
      ...cluster,
      shortNames: ['no'],
      status: true,
      columns: nodeColumns,
    }),
    [...wideNodeColumns, ...widestNodeColumns],
  ),
  then(
    core({
      kind: 'Pod',
      shortNames: ['po'],
      categories: ['all'],
      status: true,
      counted: true,
      columns: podColumns,
    }),
    widePodColumns,
  ),
  then(core({ kind: 'Service', shortNames: ['svc'], categories: ['all'], status: true, columns: serviceColumns }), [
    serviceSelectorColumn,
  ]),
  core({
    kind: 'Endpoints',
    plural: 'endpoints',
    singular: 'endpoints',
    shortNames: ['ep'],
    columns: endpointsColumns,
  }),
  core({ kind: 'ConfigMap', shortNames: ['cm'], columns: configMapColumns }),
  core({ kind: 'Secret', columns: secretColumns }),
  core({
    kind: 'ServiceAccount',
    shortNames: ['sa'],
    columns: [
      column('Secrets', object => (Array.isArray(object['secrets']) ? object['secrets'].length : 0), {
        type: 'integer',
      }),
    ],
  }),
  { ...core({ kind: 'Event', shortNames: ['ev'] }), columns: [...eventColumns, { ...nameColumn, priority: 1 }] },
  core({ kind: 'ResourceQuota', shortNames: ['quota'], status: true }),
  core({ kind: 'LimitRange', shortNames: ['limits'] }),
  core({
    kind: 'PersistentVolumeClaim',
    shortNames: ['pvc'],
    status: true,
    columns: [
      column('Status', object => textOf(at(object, 'status.phase'), 'Pending')),
      column('Volume', object => textOf(at(object, 'spec.volumeName'))),
    ],
  }),
]

const createdColumn = column('Created At', object => object.metadata.creationTimestamp ?? '<unknown>', { type: 'date' })

const rbac = (draft: Omit<KindDraft, 'group' | 'versions'>): Kind =>
  builtIn({ group: 'rbac.authorization.k8s.io', versions: v1, ...draft })

export const otherKinds: Kind[] = [
  { ...rbac({ kind: 'Role' }), columns: [nameColumn, createdColumn] },
  then(rbac({ kind: 'RoleBinding', columns: bindingColumns }), wideBindingColumns),
  { ...rbac({ kind: 'ClusterRole', ...cluster }), columns: [nameColumn, createdColumn] },
  then(rbac({ kind: 'ClusterRoleBinding', ...cluster, columns: bindingColumns }), wideBindingColumns),
  builtIn({
    group: 'discovery.k8s.io',
    versions: v1,
    kind: 'EndpointSlice',
    columns: endpointSliceColumns,
  }),
  {
    ...builtIn({
      group: 'apiextensions.k8s.io',
      versions: v1,
      kind: 'CustomResourceDefinition',
      ...cluster,
      shortNames: ['crd', 'crds'],
      categories: ['api-extensions'],
      status: true,
      counted: true,
    }),
    columns: [nameColumn, createdColumn],
  },
  builtIn({
    group: 'coordination.k8s.io',
    versions: v1,
    kind: 'Lease',
    columns: [column('Holder', object => textOf(at(object, 'spec.holderIdentity')))],
  }),
  builtIn({
    group: 'networking.k8s.io',
    versions: v1,
    kind: 'Ingress',
    shortNames: ['ing'],
    status: true,
    counted: true,
    columns: [column('Class', object => textOf(at(object, 'spec.ingressClassName'), '<none>'))],
  }),
  builtIn({
    group: 'networking.k8s.io',
    versions: v1,
    kind: 'NetworkPolicy',
    shortNames: ['netpol'],
    counted: true,
  }),
  builtIn({
    group: 'policy',
    versions: v1,
    kind: 'PodDisruptionBudget',
    shortNames: ['pdb'],
    status: true,
    counted: true,
    columns: [
      column('Min Available', object => shown(at(object, 'spec.minAvailable') ?? 'N/A')),
      column('Max Unavailable', object => shown(at(object, 'spec.maxUnavailable') ?? 'N/A')),
      column('Allowed Disruptions', object => numberOf(at(object, 'status.disruptionsAllowed')), { type: 'integer' }),
    ],
  }),
  ...(['Mutating', 'Validating'] as const).map(word => ({
    ...builtIn({
      group: 'admissionregistration.k8s.io',
      versions: v1,
      kind: `${word}WebhookConfiguration`,
      ...cluster,
      categories: ['api-extensions'],
      counted: true,
    }),
    columns: [
      nameColumn,
      column('Webhooks', object => (Array.isArray(object['webhooks']) ? object['webhooks'].length : 0), {
        type: 'integer',
      }),
      ageColumn,
    ],
  })),
]
