import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KindState, ObjectKind } from '#bff/sources/kubernetes-objects.ts'
import { nameOf } from '#bff/store/content.ts'
import { openStore } from '#bff/store/open-store.ts'
import { type Store, StoreError, type Version } from '#bff/store/store.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { keptOf } from './meaning.ts'
import { openRecorder } from './recorder.ts'

const routes: ObjectKind = {
  group: 'networking.istio.io',
  kind: 'VirtualService',
  plural: 'virtualservices',
  namespaced: true,
  versions: ['v1'],
}

/** A cluster of a few objects, as the watches tell it. */
function clusterOf() {
  const items = new Map<string, MeshObject>()
  const listeners = new Set<(kind: ObjectKind | undefined) => void>()
  const state: KindState = { ...routes, version: 'v1', state: 'ok', because: null }
  let version = 0
  return {
    items,
    /** Sets, replaces (null: removes) one object. */
    write(name: string, host: string | null) {
      version += 1
      const key = `shop/${name}`
      const uid = items.get(key)?.metadata.uid ?? `uid-${version}`
      const metadata = { name, namespace: 'shop', uid, resourceVersion: String(version) }
      if (host === null) items.delete(key)
      else items.set(key, { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata, spec: { host } })
      for (const listener of listeners) listener(routes)
    },
    watched: {
      kinds: () => [state],
      items: () => items,
      subscribe: (listener: (kind: ObjectKind | undefined) => void) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
  }
}

const options = (store: Store) => ({
  kinds: [routes],
  store,
  mesh: Promise.resolve('lab'),
  now: () => 1,
  report: (error: unknown) => {
    throw error
  },
  findings: () => Promise.resolve([]),
  pause: 1,
})

type Act = { act: 'write'; name: string; host: string | null } | { act: 'restart' } | { act: 'fail'; times: number }
const anAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('write' as const),
      name: fc.constantFrom('web', 'api'),
      host: fc.option(fc.constantFrom('a', 'b', 'c')),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('fail' as const), times: fc.integer({ min: 1, max: 3 }) }) },
)

describe('the recorder', () => {
  it('keeps every change once, as a chain for each object: each begins where the last one ended, and the last is what is there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anAct, { maxLength: 20 }), async acts => {
        const store = openStore({ place: { kind: 'memory' } })
        let failures = 0
        const moody: Store = {
          ...store,
          append: changes => {
            if (failures === 0) return store.append(changes)
            failures -= 1
            return Promise.reject(new StoreError('The store is away.'))
          },
        }
        const cluster = clusterOf()
        let recorder = openRecorder({ objects: cluster.watched, ...options(moody) })
        await recorder.settled()
        let writes = 0
        for (const act of acts) {
          if (act.act === 'fail') failures = act.times
          if (act.act === 'write') {
            const isOther = (cluster.items.get(`shop/${act.name}`)?.spec?.['host'] ?? null) !== act.host
            cluster.write(act.name, act.host)
            if (isOther) writes += 1
          }
          if (act.act === 'restart') {
            failures = 0
            // oxlint-disable-next-line no-await-in-loop -- in this order
            await recorder.close()
            recorder = openRecorder({ objects: cluster.watched, ...options(moody) })
          }
        }
        failures = 0
        await recorder.settled()
        await recorder.settled()
        await recorder.close()
        await checkChains(store, cluster.items, writes)
        await store.close()
      }),
      { numRuns: 20, endOnFailure: true },
    )
  }, 60_000)

  it('keeps what a change turned with that change, though it was seen in a later version that tells nothing', async () => {
    const store = openStore({ place: { kind: 'memory' } })
    let failures = 1
    const moody: Store = {
      ...store,
      turn: turn => (failures-- > 0 ? Promise.reject(new StoreError('The store is away.')) : store.turn(turn)),
    }
    const cluster = clusterOf()
    const recorder = openRecorder({ objects: cluster.watched, ...options(moody) })
    cluster.write('web', 'a')
    await recorder.settled()
    cluster.write('web', 'b')
    cluster.write('web', 'b')
    const [web] = cluster.items.values()
    if (web === undefined) throw new Error('It was not written.')
    const assertion = { namespace: 'pay', name: 'promises', text: 'nothing reaches web' }
    const turn = { object: refOf(web), at: 1, assertion, was: 'holds', became: 'broken' } as const
    recorder.turned({ ...turn, version: web.metadata.resourceVersion ?? '', isGone: false })
    await recorder.settled()
    cluster.write('web', null)
    recorder.turned({ ...turn, version: 'an older one', isGone: true, was: 'broken', became: 'holds' })
    await recorder.settled()
    await recorder.settled()
    await recorder.close()
    const { changes } = await store.query({ mesh: 'lab', limit: 10 })
    expect(changes.map(({ change, turns }) => [change, ...turns.map(({ became }) => became)])).toEqual([
      ['deleted', 'holds'],
      ['changed', 'broken'],
      ['created'],
    ])
    await store.close()
  })

  it('finds what became of the objects, when a store was away for longer than it holds changes', async () => {
    const store = openStore({ place: { kind: 'memory' } })
    let isAway = true
    const away: Store = {
      ...store,
      heads: mesh => (isAway ? Promise.reject(new StoreError('The store is away.')) : store.heads(mesh)),
    }
    const cluster = clusterOf()
    const recorder = openRecorder({ objects: cluster.watched, ...options(away) })
    await recorder.settled()
    for (let turn = 0; turn < 12_000; turn += 1) cluster.write('web', `host-${turn}`)
    isAway = false
    await recorder.settled()
    await recorder.settled()
    await recorder.close()
    const { changes } = await store.query({ mesh: 'lab', limit: 20_000 })
    expect(changes.length).toBeLessThan(6000)
    expect(changes[0]).toMatchObject({ object: { name: 'web' } })
    const head = (await store.heads('lab'))[0]?.after
    const [present] = cluster.items.values()
    expect(head).toBe(present && nameOf(keptOf(present)))
    await store.close()
  }, 30_000)
})

async function checkChains(store: Store, items: ReadonlyMap<string, MeshObject>, writes: number): Promise<void> {
  const { changes } = await store.query({ mesh: 'lab', limit: 1000 })
  expect(changes).toHaveLength(writes)
  for (const name of ['web', 'api']) {
    const ids = changes.filter(({ object }) => object.name === name).map(({ id }) => id)
    // oxlint-disable-next-line no-await-in-loop -- two
    const chain = (await Promise.all(ids.map(id => store.read('lab', id)))).toReversed() as Version[]
    chain.forEach((version, index) => expect(version.before).toEqual(chain[index - 1]?.after ?? null))
    const present = items.get(`shop/${name}`)
    expect(chain.at(-1)?.after ?? null).toEqual(present ? keptOf(present) : null)
    if (present) expect(chain.at(-1)?.object).toEqual(refOf(present))
  }
}
