import { labelledKinds } from '#bff/config/kinds.ts'
import { labelsOfMesh } from '#bff/config/row.ts'
import { isSecret } from '#bff/config/redact.ts'
import { type Difference, differences, meant } from '#shared/config/change/diff.ts'
import { record, textMap } from '#shared/config/world/read.ts'
import { groupOf, type Json, type MeshObject } from '#shared/mesh/object.ts'

/**
 * What history keeps of an object: what people mean by it, fit to be applied again. Of Namespaces and workloads only the
 * labels the mesh reads; of a Secret nothing.
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
  const own = labelsOfMesh(metadata.labels ?? {})
  const template = labelsOfMesh(textMap(record(record(object.spec?.['template'])['metadata'])['labels']))
  const { name, namespace } = metadata
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }), ...labels(own) },
    ...(Object.keys(template).length > 0 && { spec: { template: { metadata: labels(template) } } }),
  }
}

/** Whether it says something of the mesh: a Namespace or workload without a label that the mesh reads does not. */
export const isTelling = (kept: Json): boolean =>
  !isLabelled(kept as MeshObject) || 'labels' in record(kept['metadata']) || 'spec' in kept

const labels = (given: Record<string, string>) => (Object.keys(given).length > 0 ? { labels: given } : {})

const labelled = new Set(labelledKinds.map(({ group, kind }) => `${group}/${kind}`))
export const isLabelled = ({ apiVersion, kind }: MeshObject): boolean => labelled.has(`${groupOf(apiVersion)}/${kind}`)

/** What is another; the same object told in another version of its kind is the same. */
export const changesIn = (before: Json | null, after: Json | null): Difference[] =>
  differences(before, after).filter(({ path }) => path.length !== 1 || path[0] !== 'apiVersion')
