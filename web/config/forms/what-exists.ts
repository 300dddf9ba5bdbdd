import type { Inventory } from '#shared/config/api.ts'
import type { Json } from '#shared/mesh/object.ts'
import { isRecord } from './engine.ts'
import type { Around, Suggest, Suggestion } from './form.ts'

/** What fields suggest: names of what exists, as far as the reader may list it. */

const from =
  (list: (inventory: Inventory, around: Around) => readonly Suggestion[]): Suggest =>
  around =>
    around.inventory === null ? [] : list(around.inventory, around)

export const namespaceOf = (object: Json): string => {
  const { metadata } = object
  return isRecord(metadata) && typeof metadata['namespace'] === 'string' ? metadata['namespace'] : ''
}

export const namespaces = from(inventory =>
  inventory.namespaces.map(({ name }) => ({
    value: name,
    detail: String(inventory.workloads.filter(({ namespace }) => namespace === name).length),
  })),
)

/** As AuthorizationPolicy writes principals: the trust domain first. */
export const principals = from(inventory =>
  inventory.serviceAccounts.map(({ namespace, name }) => ({
    value: `${inventory.trustDomain}/ns/${namespace}/sa/${name}`,
    detail: workloadsAs(inventory, namespace, name),
  })),
)

export const serviceAccounts = from(inventory =>
  inventory.serviceAccounts.map(({ namespace, name }) => ({
    value: `${namespace}/${name}`,
    detail: workloadsAs(inventory, namespace, name),
  })),
)

const workloadsAs = ({ workloads }: Inventory, namespace: string, account: string): string =>
  workloads
    .filter(each => each.namespace === namespace && each.serviceAccount === account)
    .map(({ name }) => name)
    .join(' ')

/** Hosts of services, the full name of each: it is told first. */
export const hosts = from(inventory =>
  inventory.services.flatMap(({ namespace, hosts: names }) =>
    names.slice(0, 1).map(value => ({ value, detail: namespace })),
  ),
)

/** Ports that services of the object's namespace offer, as texts. */
export const ports = from((inventory, { object }) => {
  const found = new Map<string, Set<string>>()
  for (const { namespace, name, ports: all } of inventory.services)
    if (namespace === namespaceOf(object) || namespaceOf(object) === inventory.rootNamespace)
      for (const { number } of all) found.set(String(number), (found.get(String(number)) ?? new Set()).add(name))
  return [...found].map(([value, names]) => ({ value, detail: [...names].slice(0, 3).join(' ') }))
})

export const authorizers = from(inventory =>
  inventory.providers.map(({ name, kind }) => ({ value: name, detail: kind })),
)
