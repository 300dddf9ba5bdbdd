import { labelledKinds, serviceKind } from '#bff/config/kinds.ts'
import { labelsOfMesh } from '#bff/config/row.ts'
import { isSecret } from '#bff/config/redact.ts'
import { type Difference, differences, meant } from '#shared/config/change/diff.ts'
import { record, textMap } from '#shared/config/world/read.ts'
import { healthAnnotation } from '#shared/mesh/tolerance.ts'
import { groupOf, type Json, type MeshObject } from '#shared/mesh/object.ts'

/**
 * What history keeps of an object: what people mean by it, fit to be applied again. Of Namespaces and workloads only the
 * labels the mesh reads and what is said of their health, of Services only that; of a Secret nothing.
 */
export function keptOf(object: MeshObject): Json | null {
  if (isSecret(object)) return null
  const { apiVersion, kind, metadata } = object
  if (!isLabelled(object)) {
    const { metadata: own, ...rest } = meant(object)
    // Being deleted is not what it says: the deletion is told when it has happened.
    const { deletionTimestamp: _, ...kept } = record(own)
    return { ...rest, metadata: kept }
  }
  const own = isKindOf(object, serviceKind) ? {} : labelsOfMesh(metadata.labels ?? {})
  const health = metadata.annotations?.[healthAnnotation]
  const template = labelsOfMesh(textMap(record(record(object.spec?.['template'])['metadata'])['labels']))
  const { name, namespace } = metadata
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...labels(own),
      ...(health !== undefined && { annotations: { [healthAnnotation]: health } }),
    },
    ...(Object.keys(template).length > 0 && { spec: { template: { metadata: labels(template) } } }),
  }
}

/** Whether it says something of the mesh: a Namespace, workload or Service of which nothing is kept but its name does not. */
export const isTelling = (kept: Json): boolean =>
  !isLabelled(kept as MeshObject) ||
  'labels' in record(kept['metadata']) ||
  'annotations' in record(kept['metadata']) ||
  'spec' in kept

const labels = (given: Record<string, string>) => (Object.keys(given).length > 0 ? { labels: given } : {})

const labelled = new Set([...labelledKinds, serviceKind].map(({ group, kind }) => `${group}/${kind}`))
export const isLabelled = ({ apiVersion, kind }: MeshObject): boolean => labelled.has(`${groupOf(apiVersion)}/${kind}`)

const isKindOf = (object: MeshObject, { group, kind }: { group: string; kind: string }): boolean =>
  object.kind === kind && groupOf(object.apiVersion) === group

/** What is another; the same object told in another version of its kind is the same. */
export const changesIn = (before: Json | null, after: Json | null): Difference[] =>
  differences(before, after).filter(({ path }) => path.length !== 1 || path[0] !== 'apiVersion')
