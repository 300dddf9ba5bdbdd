import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { createClock, namespace, virtualService, workload } from './fixture.ts'
import { createObjectStore, StoreError } from './store.ts'

const configMap = (place: string, name: string, value = '1'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: place },
  data: { value },
})
const fresh = (window?: number) =>
  createObjectStore({ now: createClock().now, seed: 7, ...(window === undefined ? {} : { window }) })

describe('the object store', () => {
  it('gives the same uids and versions for the same seed, time and history', () => {
    const [one, two] = [fresh(), fresh()].map(store => store.create(configMap('shop', 'a')))
    expect(one).toEqual(two)
    const other = createObjectStore({ now: createClock().now, seed: 8 }).create(configMap('shop', 'a'))
    expect(other.metadata.uid).not.toBe(one?.metadata.uid)
  })

  it('keeps the uid and the time of birth that an object brings, and fills in the rest', () => {
    const given = { ...configMap('shop', 'a'), metadata: { name: 'a', namespace: 'shop', uid: 'mine' } }
    const stored = fresh().create(given)
    expect(stored.metadata).toMatchObject({ uid: 'mine', creationTimestamp: '2026-11-23T08:00:00Z' })
    expect(Number(stored.metadata.resourceVersion)).toBeGreaterThan(0)
  })

  it('keeps the resourceVersion when nothing changes', () => {
    const store = fresh()
    const before = store.create(configMap('shop', 'a'))
    expect(store.replace(configMap('shop', 'a'))).toBe(before)
    expect(store.replace(configMap('shop', 'a', '2'))).not.toBe(before)
  })

  it('counts generations by what is wanted, not by status or labels', () => {
    const store = fresh()
    const made = store.create(workload('Deployment', 'shop', 'web', { replicas: 1 }))
    const labelled = store.replace({ ...made, metadata: { ...made.metadata, labels: { a: 'b' } } })
    const told = store.replace({ ...labelled, status: { replicas: 1 } })
    expect(told.metadata.generation).toBe(1)
    expect(store.replace({ ...told, spec: { ...told.spec, replicas: 2 } }).metadata.generation).toBe(2)
  })

  it('stores every served version of a kind as one', () => {
    const store = fresh()
    store.create({ ...virtualService('shop', 'web'), apiVersion: 'networking.istio.io/v1alpha3' })
    expect(store.list('virtualservices.networking.istio.io', 'shop')[0]?.apiVersion).toBe('networking.istio.io/v1')
  })

  it('returns the same sorted array until something of the resource changes', () => {
    const store = fresh()
    for (const name of ['b', 'a']) store.create(configMap('shop', name))
    store.create(configMap('data', 'z'))
    const list = store.list('configmaps')
    expect(list.map(object => object.metadata.name)).toEqual(['z', 'a', 'b'])
    store.create(namespace('shop'))
    expect(store.list('configmaps')).toBe(list)
    const shop = store.list('configmaps', 'shop')
    store.create(configMap('data', 'y'))
    expect(store.list('configmaps', 'shop')).toBe(shop)
    expect(store.list('configmaps')).not.toBe(list)
  })

  it('freezes what it holds', () => {
    const stored = fresh().create(configMap('shop', 'a'))
    expect(() => Object.assign(stored.metadata, { name: 'b' })).toThrow(TypeError)
  })

  it.each([
    ['an object that exists', 'exists', configMap('shop', 'a')],
    ['a kind it does not know', 'unknownKind', { ...configMap('shop', 'a'), kind: 'Nothing' }],
    ['a namespaced object without a namespace', 'invalid', { ...configMap('shop', 'b'), metadata: { name: 'b' } }],
    ['an object without a name', 'invalid', configMap('shop', '')],
  ])('refuses %s', (_, reason, object) => {
    const store = fresh()
    store.create(configMap('shop', 'a'))
    expect(() => store.create(object)).toThrow(expect.objectContaining({ name: 'StoreError', reason }))
    expect(() => store.list('nothing.at.all')).toThrow(StoreError)
  })

  it('tells each change in order, with what was there before', () => {
    const store = fresh()
    const seen: string[] = []
    const leave = store.subscribe(({ type, object, previous, revision }) =>
      seen.push(
        `${type} ${object.metadata.name} ${previous ? 'had' : 'new'} ${revision - Number(object.metadata.resourceVersion)}`,
      ),
    )
    store.create(configMap('shop', 'a'))
    store.replace(configMap('shop', 'a', '2'))
    store.remove('configmaps', 'shop', 'a')
    leave()
    store.create(configMap('shop', 'b'))
    expect(seen).toEqual(['ADDED a new 0', 'MODIFIED a had 0', 'DELETED a had 0'])
  })

  it('forgets changes beyond its window and knows that it has', () => {
    const store = fresh(4)
    const start = store.revision
    store.create(configMap('shop', 'a', '0'))
    for (let value = 1; value < 20; value++) store.replace(configMap('shop', 'a', String(value)))
    expect(store.since('configmaps', start)).toBeNull()
    expect(store.since('configmaps', store.revision - 2)).toHaveLength(2)
    expect(store.since('pods', start)).toEqual([])
    expect(store.since('pods', start - 1)).toBeNull()
  })

  it('holds, for any history, what replaying its changes gives', () => {
    const step = fc.record({
      verb: fc.constantFrom('put', 'drop'),
      place: fc.constantFrom('shop', 'data'),
      name: fc.constantFrom('a', 'b', 'c'),
      value: fc.nat(3).map(String),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), steps => {
        const store = fresh(100)
        const start = store.revision
        for (const { verb, place, name, value } of steps) {
          const object = configMap(place, name, value)
          if (verb === 'drop') store.remove('configmaps', place, name)
          else if (store.get('configmaps', place, name)) store.replace(object)
          else store.create(object)
        }
        const replayed = new Map<string, KubeObject>()
        for (const { type, object } of store.since('configmaps', start) ?? []) {
          const key = `${object.metadata.namespace}/${object.metadata.name}`
          if (type === 'DELETED') replayed.delete(key)
          else replayed.set(key, object)
        }
        const sorted = [...replayed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
        expect(store.list('configmaps')).toEqual(sorted)
      }),
    )
  })
})
