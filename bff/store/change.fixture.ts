import type { Json, ObjectRef } from '#shared/mesh/object.ts'
import type { NewChange } from './store.ts'

export const ref = (namespace: string, name: string, kind = 'VirtualService'): ObjectRef => ({
  group: 'networking.istio.io',
  kind,
  namespace,
  name,
})

export const manifest = (name: string, weight = 100): Json => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name },
  spec: { hosts: [name], http: [{ route: [{ destination: { host: name }, weight }] }] },
})

let number = 0
/** A change nobody has told before, unless told so. */
export function change(more: Partial<NewChange> = {}): NewChange {
  number += 1
  const object = more.object ?? ref('shop', 'web')
  return {
    mesh: 'lab',
    object,
    at: 1_800_000_000_000 + number,
    change: 'changed',
    manager: 'kubectl',
    written: `uid/${number}`,
    mark: `${process.pid}/${number}`,
    before: manifest(object.name, 90),
    after: manifest(object.name, 80),
    fields: ['spec.http[0].route[0].weight'],
    counts: { Error: 0, Warning: 1, Info: 0 },
    findings: [{ code: 'IST0101', level: 'Warning' }],
    ...more,
  }
}
