import type { MeshObject } from '#shared/mesh/object.ts'

/** Istio lets the oldest of several rivals act; of equal age, the first by name. */
export const oldestFirst = (objects: readonly MeshObject[]): MeshObject[] => objects.toSorted(byAge)

function byAge(a: MeshObject, b: MeshObject): number {
  const key = ({ metadata }: MeshObject) =>
    `${metadata.creationTimestamp ?? ''}|${metadata.name}|${metadata.namespace ?? ''}`
  const [left, right] = [key(a), key(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
