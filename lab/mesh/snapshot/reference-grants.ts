import type { ObjectStore } from '#lab/contract.ts'
import { items, text } from './read.ts'

/** Gateway API, ReferenceGrant: who may refer into a namespace. Within one namespace everybody may. */
export interface ReferenceGrants {
  allow(from: { kind: string; namespace: string }, to: { kind: string; namespace: string; name: string }): boolean
}

const gatewayApi = 'gateway.networking.k8s.io'

export function readReferenceGrants(store: ObjectStore): ReferenceGrants {
  const byNamespace = Map.groupBy(
    store.list(`referencegrants.${gatewayApi}`),
    object => object.metadata.namespace ?? 'default',
  )
  return {
    allow: (from, to) =>
      from.namespace === to.namespace ||
      (byNamespace.get(to.namespace) ?? []).some(
        ({ spec }) =>
          items(spec?.['from']).some(
            one => one['kind'] === from.kind && one['namespace'] === from.namespace && one['group'] === gatewayApi,
          ) &&
          items(spec?.['to']).some(
            one =>
              one['kind'] === to.kind &&
              (text(one['group']) ?? '') === '' &&
              [undefined, '', to.name].includes(text(one['name'])),
          ),
      ),
  }
}
