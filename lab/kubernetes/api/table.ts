import type { KubeObject } from '#lab/contract.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import type { Fields } from '#lab/kubernetes/value.ts'
import type { Shape } from './accept.ts'

/** What `kubectl get` prints: rows made on the server, each with its object as the asker wants it. */
export function tableOf(
  kind: Kind,
  objects: readonly KubeObject[],
  metadata: Fields,
  options: { version: Shape['version']; include: string; now: number; withColumns: boolean },
): Fields {
  const { version, include, now } = options
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: options.withColumns
      ? kind.columns.map(({ name, type, format, description, priority }) => ({
          name,
          type,
          format: format ?? '',
          description: description ?? `${name} of the ${kind.kind}`,
          priority,
        }))
      : null,
    rows: objects.map(object => ({
      cells: kind.columns.map(column => column.cell(object, now) ?? null),
      ...(include === 'None' ? {} : { object: include === 'Object' ? object : { ...partialOf(object, version) } }),
    })),
  }
}

export const partialOf = (object: KubeObject, version: Shape['version']): Fields => ({
  kind: 'PartialObjectMetadata',
  apiVersion: `meta.k8s.io/${version}`,
  metadata: object.metadata,
})
