import type { Inventory } from '#shared/config/api.ts'

export interface Suggestion {
  label: string
  detail: string
}

/** What exists and may be named at a path. `beside` reads a field next to the one being written. */
export function suggestions(
  inventory: Inventory,
  path: readonly (string | number)[],
  beside: (field: string) => string,
): Suggestion[] {
  const names = path.filter((step): step is string => typeof step === 'string')
  const last = names.at(-1) ?? ''
  const above = names.at(-2) ?? ''
  switch (last) {
    case 'host':
    case 'hosts':
      return inventory.services.map(({ hosts, namespace, name }) => ({
        label: hosts.at(-1) ?? `${name}.${namespace}.svc.cluster.local`,
        detail: namespace,
      }))
    case 'subset': {
      const host = beside('host')
      const isIt = (subset: { host: string }) =>
        host === '' || subset.host === host || subset.host.startsWith(`${host}.`)
      return inventory.subsets.filter(isIt).map(({ name, host: of }) => ({ label: name, detail: of }))
    }
    case 'namespace':
    case 'namespaces':
    case 'notNamespaces':
      return inventory.namespaces.map(({ name }) => ({ label: name, detail: '' }))
    case 'gateways':
      return inventory.gateways
        .filter(({ group }) => group === 'networking.istio.io')
        .map(({ namespace, name, hosts }) => ({ label: `${namespace}/${name}`, detail: hosts.join(' ') }))
    case 'principals':
    case 'notPrincipals':
      return inventory.serviceAccounts.map(({ namespace, name }) => ({
        label: `${inventory.trustDomain}/ns/${namespace}/sa/${name}`,
        detail: '',
      }))
    case 'serviceAccounts':
    case 'notServiceAccounts':
      return inventory.serviceAccounts.map(({ namespace, name }) => ({ label: `${namespace}/${name}`, detail: '' }))
    case 'credentialName':
      return inventory.secrets.map(({ name, namespace }) => ({ label: name, detail: namespace }))
    case 'number':
    case 'port': {
      const host = beside('host') || beside('name')
      const ports = inventory.services
        .filter(({ name, hosts }) => name === host || hosts.includes(host))
        .flatMap(({ ports }) => ports)
      return ports.map(({ number, name, protocol }) => ({
        label: String(number),
        detail: `${name} ${protocol}`.trim(),
      }))
    }
    case 'name':
      if (above === 'parentRefs')
        return inventory.gateways
          .filter(({ group }) => group === 'gateway.networking.k8s.io')
          .map(({ name, namespace }) => ({ label: name, detail: namespace }))
      if (above === 'backendRefs' || above === 'backendRef')
        return inventory.services.map(({ name, namespace }) => ({ label: name, detail: namespace }))
      return above === 'providers' || above === 'provider'
        ? inventory.providers.map(({ name, kind }) => ({ label: name, detail: kind }))
        : []
    default:
      return above === 'matchLabels' ? labelValues(inventory, last) : []
  }
}

/** Values a label has, with the pods it selects. */
function labelValues({ workloads }: Inventory, label: string): Suggestion[] {
  const pods = new Map<string, number>()
  for (const { labels, pods: count } of workloads) {
    const value = labels[label]
    if (value !== undefined) pods.set(value, (pods.get(value) ?? 0) + count)
  }
  return [...pods].map(([value, count]) => ({ label: value, detail: `${count} pods` }))
}
