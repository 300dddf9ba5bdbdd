import type { KubeObject } from '#lab/contract.ts'
import type { FaultKind, FaultWorld } from '#lab/faults/world.ts'

const resource = 'virtualservices.networking.istio.io'
type Fields = Record<string, unknown>

const list = (value: unknown): Fields[] => (Array.isArray(value) ? (value as Fields[]) : [])
const nameOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`

/** Somebody writes a subset that no DestinationRule knows: what is sent there fails with 503 NC. */
export const badRoute: FaultKind = {
  name: 'bad-route',
  about: 'A VirtualService sends part of its requests to a subset that does not exist.',
  isByHandOnly: false,
  targets: ({ store }) =>
    store
      .list(resource)
      .filter(object => list(object.spec?.['http']).some(rule => list(rule['route']).length > 1))
      .map(nameOf)
      .toSorted(),
  begin(world, target) {
    const [namespace = '', name = ''] = target.split('/')
    const before = world.store.get(resource, namespace, name)
    if (before === undefined) return { end: () => undefined }
    const spec = spoiled(before)
    world.store.replace({ ...before, spec })
    return { end: () => mend(world, before, spec) }
  },
}

/** The lightest of a split's destinations goes astray. */
function spoiled(object: KubeObject): Fields {
  let isDone = false
  const http = list(object.spec?.['http']).map(rule => {
    const routes = list(rule['route'])
    if (isDone || routes.length < 2) return rule
    isDone = true
    const weights = routes.map(route => Number(route['weight'] ?? 0))
    const light = weights.indexOf(Math.min(...weights.filter(weight => weight > 0)))
    return {
      ...rule,
      route: routes.map((route, index) =>
        index === light ? { ...route, destination: { ...(route['destination'] as Fields), subset: 'v9' } } : route,
      ),
    }
  })
  return { ...object.spec, http }
}

/** Only what is still as the fault left it is put back: a person who mended it meanwhile knows better. */
function mend({ store }: FaultWorld, before: KubeObject, spoilt: Fields): void {
  const now = store.get(resource, before.metadata.namespace, before.metadata.name)
  if (now === undefined || JSON.stringify(now.spec) !== JSON.stringify(spoilt)) return
  store.replace({ ...now, ...(before.spec ? { spec: before.spec } : {}) })
}
