import { namespaceName } from '#shared/scope.ts'

/** A span's service as the mesh writes it: `<app>.<namespace>`. `namespace` is empty where it names none. */
export function serviceParts(service: string): { app: string; namespace: string } {
  const dot = service.lastIndexOf('.')
  const namespace = dot === -1 ? '' : service.slice(dot + 1)
  return dot > 0 && namespaceName.safeParse(namespace).success
    ? { app: service.slice(0, dot), namespace }
    : { app: service, namespace: '' }
}
