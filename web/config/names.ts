import { paramsOfRef } from '#shared/config/address.ts'
import { meshKinds } from '#shared/config/kinds.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'

/** A kind and its group as one word: two kinds are called Gateway. */
export const kindId = ({ group, kind }: Pick<ObjectRef, 'group' | 'kind'>): string =>
  `${group === '' ? 'core' : group}/${kind}`

const places = new Map(meshKinds.map((kind, place) => [kindId(kind), place]))

/** Kinds as people know them: the order of `meshKinds`, then the others by name. */
export function byKind(a: string, b: string): number {
  const [left, right] = [places.get(a) ?? places.size, places.get(b) ?? places.size]
  return left - right || (a < b ? -1 : a > b ? 1 : 0)
}

/** Which of the two Gateways; other kinds need no word for it. */
export const gatewayOf = ({ group, kind }: Pick<ObjectRef, 'group' | 'kind'>): 'istio' | 'gatewayApi' | null =>
  kind !== 'Gateway' ? null : group === 'gateway.networking.k8s.io' ? 'gatewayApi' : 'istio'

export const kindOf = (id: string): { group: string; kind: string } => {
  const at = id.indexOf('/')
  const group = id.slice(0, Math.max(0, at))
  return { group: group === 'core' ? '' : group, kind: id.slice(at + 1) }
}

export function objectHref(ref: ObjectRef): string {
  const { group, kind, namespace, name } = paramsOfRef(ref)
  return `/config/${[group, kind, namespace, name].map(encodeURIComponent).join('/')}`
}

/** A manager as people call it: what kubectl was doing (`kubectl-client-side-apply`) is left to the title. */
export const managerName = (manager: string): string => manager.replace(/^kubectl-.*$/, 'kubectl')
