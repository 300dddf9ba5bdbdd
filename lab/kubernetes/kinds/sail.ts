import type { Column, Kind } from '#lab/kubernetes/resources.ts'
import { type SailKind, sailSchemas } from '#lab/kubernetes/schema/models/sail.ts'
import { ageColumnOf, custom, pathColumn } from './kind.ts'

/** The Sail operator's CustomResourceDefinitions (sailoperator.io): all of the cluster, none of a namespace. */

const age = ageColumnOf('.metadata.creationTimestamp')
const condition = (name: string, type: string): Column =>
  pathColumn(name, `.status.conditions[?(@.type=="${type}")].status`)
const namespace = pathColumn('Namespace', '.spec.namespace')
const ready = condition('Ready', 'Ready')
const inUse = condition('In use', 'InUse')
const status = pathColumn('Status', '.status.state')
const version = pathColumn('Version', '.spec.version')

const sail = (kind: SailKind, columns: Column[], options: Partial<Kind> = {}): Kind =>
  custom({
    group: 'sailoperator.io',
    kind,
    versions: ['v1'],
    namespaced: false,
    categories: ['istio-io'],
    columns: [...columns, age],
    schema: () => sailSchemas[kind],
    ...options,
  })

export const sailKinds: Kind[] = [
  sail(
    'Istio',
    [
      namespace,
      pathColumn('Profile', '.spec.values.profile'),
      pathColumn('Revisions', '.status.revisions.total'),
      pathColumn('Ready', '.status.revisions.ready'),
      pathColumn('In use', '.status.revisions.inUse'),
      pathColumn('Active Revision', '.status.activeRevisionName'),
      status,
      version,
    ],
    { plural: 'istios' },
  ),
  sail('IstioRevision', [namespace, ready, status, inUse, version], { shortNames: ['istiorev'] }),
  sail('IstioRevisionTag', [status, inUse, pathColumn('Revision', '.status.istioRevision')], {
    shortNames: ['istiorevtag'],
  }),
  sail('IstioCNI', [namespace, pathColumn('Profile', '.spec.profile'), ready, status, version]),
  sail('ZTunnel', [namespace, ready, status, version]),
]
