import type { Column, Kind } from '#lab/kubernetes/resources.ts'
import { istioSchema } from '#lab/kubernetes/schema/models/istio.ts'
import { ageColumnOf, custom, type KindDraft, pathColumn } from './kind.ts'

/** Istio's CustomResourceDefinitions (istio.io, 1.29): names, versions, short names and printer columns. */

const age = ageColumnOf('.metadata.creationTimestamp')
const mesh = (shortNames: string[], columns: Column[] = []): Partial<Kind> => ({
  shortNames,
  columns: [...columns, age],
})

type Group = 'networking' | 'security' | 'telemetry' | 'extensions'
const istio = (group: Group, kind: string, versions: KindDraft['versions'], options: Partial<Kind> = {}): Kind =>
  custom({
    group: `${group}.istio.io`,
    kind,
    versions,
    categories: ['istio-io', `${group}-istio-io`],
    columns: [age],
    schema: () => istioSchema(`${group}.istio.io`, kind, versions),
    ...options,
  })

const all = ['v1', 'v1beta1', 'v1alpha3'] as const

export const istioKinds: Kind[] = [
  istio(
    'networking',
    'VirtualService',
    all,
    mesh(['vs'], [pathColumn('Gateways', '.spec.gateways'), pathColumn('Hosts', '.spec.hosts')]),
  ),
  istio('networking', 'DestinationRule', all, mesh(['dr'], [pathColumn('Host', '.spec.host')])),
  istio('networking', 'Gateway', all, mesh(['gw'])),
  istio('networking', 'ServiceEntry', all, {
    ...mesh(
      ['se'],
      [
        pathColumn('Hosts', '.spec.hosts'),
        pathColumn('Location', '.spec.location'),
        pathColumn('Resolution', '.spec.resolution'),
      ],
    ),
    plural: 'serviceentries',
  }),
  istio('networking', 'Sidecar', all, mesh([])),
  istio('networking', 'WorkloadEntry', all, {
    ...mesh(['we'], [pathColumn('Address', '.spec.address')]),
    plural: 'workloadentries',
  }),
  istio('networking', 'WorkloadGroup', all, mesh(['wg'])),
  istio('networking', 'EnvoyFilter', ['v1alpha3'], mesh([])),
  istio('networking', 'ProxyConfig', ['v1beta1'], mesh([])),
  istio('security', 'AuthorizationPolicy', ['v1', 'v1beta1'], {
    ...mesh(['ap'], [pathColumn('Action', '.spec.action')]),
    plural: 'authorizationpolicies',
  }),
  istio('security', 'PeerAuthentication', ['v1', 'v1beta1'], mesh(['pa'], [pathColumn('Mode', '.spec.mtls.mode')])),
  istio('security', 'RequestAuthentication', ['v1', 'v1beta1'], mesh(['ra'])),
  istio('telemetry', 'Telemetry', ['v1', 'v1alpha1'], {
    ...mesh([]),

    shortNames: ['telemetry'],
  }),
  istio('extensions', 'WasmPlugin', ['v1alpha1'], mesh([])),
]
