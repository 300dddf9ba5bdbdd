import type { MeshObject } from '#shared/mesh/object.ts'

/** `namespace/name`, as sentences name objects; the name alone where the file names no namespace. */
export const nameOf = ({ metadata }: MeshObject): string =>
  metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name

export const namespaceOf = ({ metadata }: MeshObject): string => metadata.namespace ?? ''

/** `name`, `namespace/name`: how VirtualServices name Gateways. */
export function splitName(written: string, namespace: string): { namespace: string; name: string } {
  const slash = written.indexOf('/')
  return slash < 0
    ? { namespace, name: written }
    : { namespace: written.slice(0, slash), name: written.slice(slash + 1) }
}
