import type { KubeObject, ObjectStore, StoreEvent } from '#lab/contract.ts'

/** An object store for tests: a map, and nothing a server would add. */
export function memoryStore(objects: readonly KubeObject[]): ObjectStore {
  const all = new Map<string, KubeObject>()
  const listeners = new Set<(event: StoreEvent) => void>()
  let revision = 0
  const keyOf = (resource: string, namespace: string | undefined, name: string) =>
    `${resource}|${namespace ?? ''}|${name}`
  const put = (type: 'ADDED' | 'MODIFIED', object: KubeObject) => {
    const resource = resourceOf(object)
    revision++
    all.set(keyOf(resource, object.metadata.namespace, object.metadata.name), object)
    for (const listener of listeners) listener({ type, resource, object, revision })
    return object
  }
  const store: ObjectStore = {
    get revision() {
      return revision
    },
    list: (resource, namespace) =>
      [...all.entries()]
        .filter(
          ([key, object]) =>
            key.startsWith(`${resource}|`) && (namespace === undefined || object.metadata.namespace === namespace),
        )
        .map(([, object]) => object),
    get: (resource, namespace, name) => all.get(keyOf(resource, namespace, name)),
    create: object => put('ADDED', object),
    replace: object => put('MODIFIED', object),
    remove(resource, namespace, name) {
      const key = keyOf(resource, namespace, name)
      const object = all.get(key)
      if (object === undefined) return undefined
      all.delete(key)
      revision++
      for (const listener of listeners) listener({ type: 'DELETED', resource, object, revision })
      return object
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  for (const object of objects) store.create(object)
  return store
}

function resourceOf({ apiVersion, kind }: KubeObject): string {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : ''
  const plural = kind.toLowerCase().replace(/([^aeiou])y$/, '$1ie')
  return `${plural}s${group}`
}
