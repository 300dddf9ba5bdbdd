import type { Inventory } from '#shared/config/api.ts'
import { fullHost } from '#shared/config/world/hosts.ts'
import { at, text } from '#shared/config/world/read.ts'
import type { Around, Suggest, Suggestion } from '#web/config/forms/form.ts'
import { namespaceOf } from '#web/config/forms/what-exists.ts'
import { joined } from './titles.ts'

type Service = Inventory['services'][number]

/** A value somewhere inside what stands around a field; '' where there is none. */
export const textAt = (value: unknown, ...path: readonly string[]): string => text(at(value, ...path))

const inventoried =
  <Of>(
    of: (inventory: Inventory, around: Around) => readonly Of[],
    tell: (each: Of, around: Around) => Suggestion,
  ): Suggest =>
  around =>
    around.inventory === null ? [] : of(around.inventory, around).map(each => tell(each, around))

/** Those of the object's own namespace first. */
const nearFirst = <Of extends { namespace: string }>(all: readonly Of[], { object }: Around): Of[] => {
  const own = namespaceOf(object)
  return all.toSorted((one, other) => Number(other.namespace === own) - Number(one.namespace === own))
}

const portsText = (service: Service): string =>
  service.ports.map(({ name, number }) => `${name} ${number}`.trim()).join(', ')

/** Services as hosts: full names, which mean the same in every namespace. */
export const hosts: Suggest = inventoried(
  (inventory, around) => nearFirst(inventory.services, around),
  service => ({ value: service.hosts[0] ?? service.name, detail: joined([service.namespace, portsText(service)]) }),
)

/** The Service a host means for the object that writes it. */
export function serviceOf(host: string, { object, inventory }: Around): Service | undefined {
  const full = fullHost(host, namespaceOf(object))
  return inventory?.services.find(service => service.hosts.includes(full) || service.hosts.includes(host))
}

/** Subsets of the host beside. `path`: where that host stands in what is around. */
export const subsetsOf =
  (...path: readonly string[]): Suggest =>
  around => {
    const host = textAt(around.value, ...path)
    const full = fullHost(host, namespaceOf(around.object))
    return (around.inventory?.subsets ?? [])
      .filter(subset => subset.host === full || subset.host === host)
      .map(({ name, namespace }) => ({ value: name, detail: namespace }))
  }

export const portsOfService = (service: Service | undefined): Suggestion[] =>
  (service?.ports ?? []).map(({ number, name, protocol }) => ({
    value: String(number),
    detail: [...new Set([name, protocol])].filter(word => word !== '').join(' · '),
  }))

/** Ports of the host beside. */
export const portsOf =
  (...path: readonly string[]): Suggest =>
  around =>
    portsOfService(serviceOf(textAt(around.value, ...path), around))

/** Ports of the host the whole object is about. */
export const portsOfHost: Suggest = around => portsOfService(serviceOf(textAt(around.object, 'spec', 'host'), around))

/** `mesh`, then Istio's Gateways: of the same namespace by name alone. */
export const istioGateways: Suggest = around => [
  { value: 'mesh', detail: '' },
  ...nearFirst(
    (around.inventory?.gateways ?? []).filter(({ group }) => group === 'networking.istio.io'),
    around,
  ).map(({ namespace, name, hosts: served }) => ({
    value: namespace === namespaceOf(around.object) ? name : `${namespace}/${name}`,
    detail: served.join(', '),
  })),
]

/** Secrets a gateway can read lie where its pods run, wherever its configuration lies. */
export const secrets: Suggest = inventoried(
  (inventory, around) => nearFirst(inventory.secrets, around),
  ({ namespace, name }) => ({ value: name, detail: namespace }),
)

/** Kubernetes' names for where nodes are, as Istio reads them. */
export const localityLabels: Suggest = () =>
  [
    'topology.istio.io/network',
    'topology.kubernetes.io/region',
    'topology.kubernetes.io/zone',
    'topology.istio.io/subzone',
    'topology.istio.io/cluster',
    'kubernetes.io/hostname',
  ].map(value => ({ value, detail: '' }))

/** Words that are always the same. */
export const words =
  (...values: readonly string[]): Suggest =>
  () =>
    values.map(value => ({ value, detail: '' }))

/** What the Service a rule is about selects: subsets choose among its pods. */
export const selectorOfHost = (around: Around): Readonly<Record<string, string>> =>
  serviceOf(textAt(around.object, 'spec', 'host'), around)?.selector ?? {}

/** The namespace of the Service a rule is about, where it is known: its pods are what subsets choose from. */
export function namespacesOfHost(around: Around): readonly string[] | 'all' {
  const host = textAt(around.object, 'spec', 'host')
  const [, namespace] = /^[^*]+\.([^.]+)\.svc(\.|$)/.exec(fullHost(host, namespaceOf(around.object))) ?? []
  return namespace === undefined ? 'all' : [namespace]
}
