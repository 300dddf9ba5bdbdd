import { describe, expect, it } from 'vitest'
import type { KindState, ObjectKind } from '#bff/sources/kubernetes-objects.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { observe, type Sight } from './observe.ts'

const routes: ObjectKind = {
  group: 'networking.istio.io',
  kind: 'VirtualService',
  plural: 'virtualservices',
  namespaced: true,
  versions: ['v1'],
}
const object = (name: string, version: number, uid = name): MeshObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace: 'shop', uid, resourceVersion: String(version) },
})

/** Watches as plain data: `tell` says that something has changed. */
function watched() {
  const items = new Map<string, MeshObject>()
  const state: { now: KindState['state'] } = { now: 'starting' }
  let listener: (kind: ObjectKind | undefined) => void = () => {}
  const sights: string[] = []
  const see = (sight: Sight) => {
    const version = (each: MeshObject | null) => each?.metadata.resourceVersion ?? '-'
    if (sight.kind === 'all') sights.push(`all ${sight.objects.map(({ metadata }) => metadata.name).join()}`)
    else sights.push(`${(sight.after ?? sight.before)?.metadata.name} ${version(sight.before)}>${version(sight.after)}`)
  }
  const { again, end } = observe(
    {
      kinds: () => [{ ...routes, version: 'v1', state: state.now, because: null }],
      items: () => items,
      subscribe: heard => {
        listener = heard
        return () => (listener = () => {})
      },
    },
    [routes],
    see,
  )
  return {
    items,
    again,
    end,
    become: (now: KindState['state']) => {
      state.now = now
      listener(undefined)
    },
    tell: () => listener(routes),
    sights: () => sights.splice(0),
  }
}

describe('the observer', () => {
  it('tells how a kind stands when it is first read, then each version of each object', () => {
    const given = watched()
    given.items.set('shop/web', object('web', 1))
    given.tell()
    expect(given.sights()).toEqual([])
    given.become('ok')
    expect(given.sights()).toEqual(['all web'])
    given.items.set('shop/web', object('web', 2)).set('shop/api', object('api', 3))
    given.tell()
    given.items.delete('shop/web')
    given.tell()
    given.tell()
    expect(given.sights()).toEqual(['web 1>2', 'api ->3', 'web 2>-'])
  })

  it.each(['starting', 'failing', 'forbidden'] as const)('takes a kind that is %s for unread, not for empty', state => {
    const given = watched()
    given.items.set('shop/web', object('web', 1))
    given.become('ok')
    given.items.clear()
    given.become(state)
    given.tell()
    expect(given.sights()).toEqual(['all web'])
    given.items.set('shop/web', object('web', 2))
    given.become('ok')
    expect(given.sights()).toEqual(['web 1>2'])
  })

  it('tells of a kind that is no longer served that its objects are gone', () => {
    const given = watched()
    given.items.set('shop/web', object('web', 1))
    given.become('ok')
    given.items.clear()
    given.become('missing')
    expect(given.sights()).toEqual(['all web', 'web 1>-'])
  })

  it('tells another object of the same name as one gone and one come', () => {
    const given = watched()
    given.items.set('shop/web', object('web', 1, 'first'))
    given.become('ok')
    given.items.set('shop/web', object('web', 2, 'second'))
    given.tell()
    expect(given.sights()).toEqual(['all web', 'web 1>-', 'web ->2'])
  })

  it('begins anew when it is told to, and ends', () => {
    const given = watched()
    given.items.set('shop/web', object('web', 1))
    given.become('ok')
    given.again()
    given.end()
    given.items.clear()
    given.tell()
    expect(given.sights()).toEqual(['all web', 'all web'])
  })
})
