import type { ConfigRow } from '#shared/config/api.ts'
import type { Applies } from '#shared/config/applies/applies.ts'
import type { Finding } from '#shared/config/finding.ts'
import { lastChange } from '#shared/config/ownership/fields.ts'
import { ownerOf } from '#shared/config/ownership/owner.ts'
import { record, textMap } from '#shared/config/world/read.ts'
import { workloadOf, workloadText } from '#shared/config/world/workload.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'

/** One line of the list. Pure. */
export function rowOf(object: MeshObject, { hosts, pods }: Applies, findings: readonly Finding[]): ConfigRow {
  const { metadata } = object
  const change = lastChange(metadata.managedFields ?? [])
  const counts = { Error: 0, Warning: 0, Info: 0 }
  for (const { level } of findings) counts[level] += 1
  const labels = meshLabels(object)
  const workloads = pods && new Set(pods.map(pod => workloadText(workloadOf(pod))))
  return {
    ref: refOf(object),
    apiVersion: object.apiVersion,
    resourceVersion: metadata.resourceVersion ?? '',
    createdAt: timeOf(metadata.creationTimestamp),
    changedAt: change?.at ?? null,
    changedBy: change?.manager ?? null,
    owner: ownerOf(object),
    findings: counts,
    hosts: hosts.slice(0, mostHosts),
    workloads: workloads && workloads.size,
    pods: pods && pods.length,
    ...(workloads && isSaid(workloads) && { selects: [...workloads].map(withoutKind).sort() }),
    ...(labels && { meshLabels: labels }),
    isDryRun: metadata.annotations?.['istio.io/dry-run'] === 'true',
  }
}

/** A line of a list is no place for thousands. */
const mostHosts = 100
const mostWorkloads = 100
const isSaid = ({ size }: ReadonlySet<string>): boolean => size > 0 && size <= mostWorkloads

/** `Deployment/shop/cart` → `shop/cart`. */
const withoutKind = (workload: string): string => workload.slice(workload.indexOf('/') + 1)

const timeOf = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text) || null)

/** Labels of Namespaces and workloads (their pods' own) that the mesh reads. Null for other kinds. */
function meshLabels(object: MeshObject): Record<string, string> | null {
  const own = object.metadata.labels ?? {}
  if (object.kind === 'Namespace') return labelsOfMesh(own)
  if (!object.apiVersion.startsWith('apps/')) return null
  const template = record(record(object.spec?.['template'])['metadata'])
  return labelsOfMesh({ ...own, ...textMap(template['labels']) })
}

/** Istio docs, "Resource Labels": everything under istio.io, and the old name of injection. */
export const labelsOfMesh = (labels: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => /^istio-injection$|(^|\.)istio\.io\//.test(name)))
