import type { KubeObject } from '#lab/contract.ts'
import type { User } from '#lab/kubernetes/api/request.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { type Binding, bindingOf, keyOf, keysOf, type Subject } from './subject.ts'

/** A role that a user has, with one of the bindings that give it. */
export interface Grant {
  binding: Binding
  subject: Subject
}

/** Which roles somebody has: kept up to date with the bindings, and asked without walking them. */
export interface BindingIndex {
  /** Roles for the whole cluster, and those in a namespace where one is named. Each role once. */
  of(user: User, namespace: string): Iterable<Grant>
  close(): void
}

const resources = ['clusterrolebindings.rbac.authorization.k8s.io', 'rolebindings.rbac.authorization.k8s.io']

/** By namespace ('' is the cluster), then subject, then role: many bindings to one role are one thing to look at. */
type Roles = Map<string, Map<string, Grant>>

export function createBindingIndex(store: KubernetesStore): BindingIndex {
  const places = new Map<string, Map<string, Roles>>()

  function enter(object: KubeObject): void {
    const binding = bindingOf(object)
    for (const subject of binding.subjects)
      inside(inside(inside(places, binding.namespace), keyOf(subject)), roleKey(binding)).set(binding.name, {
        binding,
        subject,
      })
  }

  function leave(object: KubeObject): void {
    const binding = bindingOf(object)
    const subjects = places.get(binding.namespace)
    if (!subjects) return
    for (const subject of binding.subjects) {
      const key = keyOf(subject)
      const roles = subjects.get(key)
      const grants = roles?.get(roleKey(binding))
      grants?.delete(binding.name)
      if (grants?.size === 0) roles?.delete(roleKey(binding))
      if (roles?.size === 0) subjects.delete(key)
    }
    if (subjects.size === 0) places.delete(binding.namespace)
  }

  for (const resource of resources) for (const object of store.list(resource)) enter(object)
  const close = store.subscribe(change => {
    if (!resources.includes(change.resource)) return
    if (change.previous) leave(change.previous)
    if (change.type !== 'DELETED') enter(change.object)
  })

  return {
    *of(user, namespace) {
      const keys = keysOf(user)
      for (const place of namespace === '' ? [''] : ['', namespace]) {
        const subjects = places.get(place)
        if (!subjects) continue
        for (const key of keys)
          for (const grants of subjects.get(key)?.values() ?? []) {
            const [grant] = grants.values()
            if (grant) yield grant
          }
      }
    },
    close,
  }
}

const roleKey = ({ role }: Binding): string => `${role.kind} ${role.name}`

function inside<V>(map: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const found = map.get(key)
  if (found) return found
  const made = new Map<string, V>()
  map.set(key, made)
  return made
}
