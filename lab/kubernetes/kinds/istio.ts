import type { Column, Kind } from '#lab/kubernetes/resources.ts'
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
    ...options,
  })

const all = ['v1', 'v1beta1', 'v1alpha3'] as const

export const istioKinds: Kind[] = [
  istio(
    'networking',
    'VirtualService',
    all,
    mesh(
      ['vs'],
      [
        pathColumn('Gateways', '.spec.gateways', {
          description: 'The names of gateways and sidecars that should apply these routes',
        }),
        pathColumn('Hosts', '.spec.hosts', { description: 'The destination hosts to which traffic is being sent' }),
      ],
    ),
  ),
  istio(
    'networking',
    'DestinationRule',
    all,
    mesh(
      ['dr'],
      [pathColumn('Host', '.spec.host', { description: 'The name of a service from the service registry' })],
    ),
  ),
  istio('networking', 'Gateway', all, mesh(['gw'])),
  istio('networking', 'ServiceEntry', all, {
    ...mesh(
      ['se'],
      [
        pathColumn('Hosts', '.spec.hosts', { description: 'The hosts associated with the ServiceEntry' }),
        pathColumn('Location', '.spec.location'),
        pathColumn('Resolution', '.spec.resolution'),
      ],
    ),
    plural: 'serviceentries',
  }),
  istio('networking', 'Sidecar', all, mesh([])),
  istio('networking', 'WorkloadEntry', all, {
    ...mesh(
      ['we'],
      [pathColumn('Address', '.spec.address', { description: 'Address associated with the network endpoint.' })],
    ),
    plural: 'workloadentries',
  }),
  istio('networking', 'WorkloadGroup', all, mesh(['wg'])),
  istio('networking', 'EnvoyFilter', ['v1alpha3'], mesh([])),
  istio('networking', 'ProxyConfig', ['v1beta1'], mesh([])),
  istio('security', 'AuthorizationPolicy', ['v1', 'v1beta1'], {
    ...mesh(['ap'], [pathColumn('Action', '.spec.action', { description: 'The operation to take.' })]),
    plural: 'authorizationpolicies',
  }),
  istio(
    'security',
    'PeerAuthentication',
    ['v1', 'v1beta1'],
    mesh(
      ['pa'],
      [pathColumn('Mode', '.spec.mtls.mode', { description: 'Defines the mTLS mode used for peer authentication.' })],
    ),
  ),
  istio('security', 'RequestAuthentication', ['v1', 'v1beta1'], mesh(['ra'])),
  istio('telemetry', 'Telemetry', ['v1', 'v1alpha1'], {
    ...mesh([]),
    plural: 'telemetries',
    shortNames: ['telemetry'],
  }),
  istio('extensions', 'WasmPlugin', ['v1alpha1'], mesh([])),
]
