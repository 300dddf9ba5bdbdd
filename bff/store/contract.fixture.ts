import { randomUUID } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { change, manifest, ref } from './change.fixture.ts'
import { nameOf } from './content.ts'
import type { Database } from './database.ts'
import { migrate, migrations } from './migrations.ts'
import { openStore } from './open-store.ts'
import type { StorePlace } from './place.ts'
import type { Json } from '#shared/mesh/object.ts'
import { killedWhileWriting } from './killed.fixture.ts'
import { sqlStore } from './sql-store.ts'
import type { Store } from './store.ts'

export interface Engine {
  /** A new, empty place. */
  place(): Promise<StorePlace>
  database(place: StorePlace): Database
}

export async function emptyStore(engine: Engine): Promise<Store> {
  return reopened(await engine.place())
}

function reopened(place: StorePlace): Store {
  const store = openStore({ place })
  onTestFinished(() => store.close())
  return store
}

/** What every engine must do; one set of claims for all of them. */
export function storeContract(name: string, engine: Engine): void {
  describe(`a store ${name}`, { timeout: 30_000 }, () => {
    const empty = () => emptyStore(engine)

    it('tells changes newest first, with everything it was told', async () => {
      const store = await empty()
      const [older, newer] = [change(), change({ object: ref('pay', 'api'), manager: null, change: 'created' })]
      await store.append([older, newer])
      const { changes, isEnd } = await store.query({ mesh: 'lab', limit: 10 })
      expect(isEnd).toBe(true)
      expect(changes).toEqual(
        [newer, older].map(({ object, at, change: what, manager, fields, counts }) => ({
          id: expect.any(Number) as number,
          object,
          at,
          change: what,
          manager,
          fields,
          counts,
          note: null,
          turns: [],
        })),
      )
    })

    it('tells each change once, page by page, while newer ones come', async () => {
      const store = await empty()
      await store.append(Array.from({ length: 25 }, (_, index) => change({ object: ref('shop', `web-${index}`) })))
      const told: string[] = []
      let before: number | undefined
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop -- each page begins where the last one ended
        const page = await store.query({ mesh: 'lab', limit: 10, ...(before === undefined ? {} : { before }) })
        told.push(...page.changes.map(({ object }) => object.name))
        before = page.changes.at(-1)?.id
        if (page.isEnd) break
        // oxlint-disable-next-line no-await-in-loop -- between two pages is the point
        await store.append([change({ object: ref('shop', 'late') })])
      }
      expect(told).toEqual(Array.from({ length: 25 }, (_, index) => `web-${24 - index}`))
    })

    it('answers for one object, some namespaces, some places and one mesh only', async () => {
      const store = await empty()
      const gateway = ref('pay', 'web', 'Gateway')
      const cluster = { group: 'gateway.networking.k8s.io', kind: 'GatewayClass', namespace: '', name: 'istio' }
      // oxlint-disable-next-line no-await-in-loop -- in this order
      const namespace = { group: '', kind: 'Namespace', namespace: '', name: 'pay' }
      for (const object of [ref('shop', 'web'), ref('pay', 'web'), gateway, cluster, namespace])
        await store.append([change({ object }), change({ object, mesh: 'other' })])
      const ask = async (question: object) => {
        const { changes } = await store.query({ mesh: 'lab', limit: 10, ...question })
        return changes.map(({ object }) => `${object.kind} ${object.namespace}`)
      }
      expect(await ask({ object: ref('pay', 'web') })).toEqual(['VirtualService pay'])
      expect(await ask({ namespaces: ['pay', 'nowhere'] })).toEqual(['Namespace ', 'Gateway pay', 'VirtualService pay'])
      expect(await ask({ namespaces: [''] })).toEqual(['GatewayClass '])
      expect(await ask({ places: [gateway] })).toEqual(['Gateway pay'])
      expect(await ask({ places: [gateway], namespaces: ['shop'] })).toEqual([])
      expect(await ask({ places: [] })).toEqual([])
      expect(await ask({ mesh: 'nobody' })).toEqual([])
      expect((await store.places('lab')).map(({ kind, namespace }) => `${kind} ${namespace}`).sort()).toEqual([
        'Gateway pay',
        'GatewayClass ',
        'Namespace ',
        'VirtualService pay',
        'VirtualService shop',
      ])
    })

    it('answers by author, kind, sort, way, words and time, and counts what there is to choose from', async () => {
      const store = await empty()
      const gateway = ref('shop', '100%_web', 'Gateway')
      const [byHand, byConsole] = [change({ at: 10, manager: 'kubectl' }), change({ at: 20, manager: 'weft' })]
      const [gone, odd] = [
        change({ at: 30, change: 'deleted', manager: null, fields: [] }),
        change({ at: 40, object: gateway, manager: "o'neil" }),
      ]
      await store.append([byHand, byConsole, gone, odd])
      const note = { mesh: 'lab', object: byConsole.object, written: byConsole.written, at: 1 }
      await store.note({ ...note, author: 'shop-dev', reason: 'Incident 12' })
      const ask = async (filter: object) => {
        const { changes } = await store.query({ mesh: 'lab', limit: 10, filter })
        return changes.map(({ at }) => at)
      }
      expect(await ask({})).toEqual([40, 30, 20, 10])
      expect(await ask({ authors: ['shop-dev', "o'neil"] })).toEqual([40, 20])
      expect(await ask({ authors: ['weft'] })).toEqual([])
      expect(await ask({ authors: ['unknown'] })).toEqual([30])
      expect(await ask({ kinds: [gateway] })).toEqual([40])
      expect(await ask({ kinds: [] })).toEqual([])
      expect(await ask({ kinds: [{ group: 'networking.istio.io', kind: 'Gate' }] })).toEqual([])
      expect(await ask({ changes: ['deleted'] })).toEqual([30])
      expect(await ask({ isThroughWeft: true })).toEqual([20])
      expect(await ask({ isThroughWeft: false })).toEqual([40, 30, 10])
      expect(await ask({ words: ['INCIDENT'] })).toEqual([20])
      expect(await ask({ words: ['weight', 'kubectl'] })).toEqual([10])
      expect(await ask({ words: ['%'] })).toEqual([40])
      expect(await ask({ words: ['0%_w'] })).toEqual([40])
      expect(await ask({ words: ['e_b'] })).toEqual([])
      expect(await ask({ since: 20, until: 40 })).toEqual([30, 20])
      expect(await store.tally({ mesh: 'lab' })).toEqual({
        authors: ['kubectl', "o'neil", 'shop-dev', 'unknown'].map(author => ({ author, count: 1 })),
        kinds: [
          { group: 'networking.istio.io', kind: 'VirtualService', count: 3 },
          { group: 'networking.istio.io', kind: 'Gateway', count: 1 },
        ],
        changes: [
          { change: 'changed', count: 3 },
          { change: 'deleted', count: 1 },
        ],
      })
      expect((await store.tally({ mesh: 'lab', filter: { kinds: [gateway] } })).authors).toEqual([
        { author: "o'neil", count: 1 },
      ])
      expect((await store.tally({ mesh: 'other' })).authors).toEqual([])
    })

    it('tells the object before and after a change, and what was found then', async () => {
      const store = await empty()
      const findings = [{ code: 'IST0101', message: 'no such host', evidence: ['web'] }]
      await store.append([change({ before: null, after: manifest('web', 7), findings })])
      const id = (await store.query({ mesh: 'lab', limit: 1 })).changes[0]?.id ?? 0
      expect(await store.read('lab', id)).toMatchObject({ id, before: null, after: manifest('web', 7), findings })
      expect(await store.read('lab', id + 1)).toBeNull()
      expect(await store.read('other', id)).toBeNull()
    })

    it('knows who wrote a version, told before it or after, and of no other version', async () => {
      const store = await empty()
      const [first, second, third] = [change(), change(), change()]
      const note = { mesh: 'lab', object: first.object, at: 1, author: 'shop-dev' }
      await store.note({ ...note, written: first.written, reason: 'incident 12' })
      await store.append([first, second, third])
      await store.note({ ...note, written: third.written, reason: null })
      const { changes } = await store.query({ mesh: 'lab', limit: 10 })
      expect(changes.map(each => each.note)).toEqual([
        { author: 'shop-dev', reason: null },
        null,
        { author: 'shop-dev', reason: 'incident 12' },
      ])
    })

    it('knows which assertions a change turned, told before it or after, once each, and of no other version', async () => {
      const store = await empty()
      const [first, second] = [change(), change()]
      const assertion = { namespace: 'pay', name: 'promises', text: 'nothing outside pay reaches ledger \0 “✂”' }
      const turn = { mesh: 'lab', object: first.object, at: 1, assertion, was: 'holds', became: 'broken' } as const
      await store.turn({ ...turn, written: first.written })
      await store.append([first, second])
      await store.turn({ ...turn, written: second.written, was: 'broken', became: 'holds' })
      await store.turn({ ...turn, written: first.written })
      await store.turn({ ...turn, mesh: 'other', written: first.written })
      await store.turn({ ...turn, object: ref('shop', 'other'), written: first.written })
      const { changes } = await store.query({ mesh: 'lab', limit: 10 })
      expect(changes.map(({ turns }) => turns)).toEqual([
        [{ assertion, was: 'broken', became: 'holds' }],
        [{ assertion, was: 'holds', became: 'broken' }],
      ])
      expect((await store.read('lab', changes[1]?.id ?? 0))?.turns).toEqual(changes[1]?.turns)
      // What is forgotten takes them with it.
      await store.append([change({ object: first.object, after: null })])
      await store.prune({ olderThan: Number.MAX_SAFE_INTEGER, bytes: 1e9 })
      await store.append([first])
      expect((await store.query({ mesh: 'lab', limit: 10 })).changes.map(({ turns }) => turns)).toEqual([[]])
    })

    it('keeps what it had when it learns of assertions', async () => {
      const place = await engine.place()
      const database = engine.database(place)
      onTestFinished(() => database.close())
      await migrate(database, 'here', migrations.slice(0, 2))
      const told = change()
      await sqlStore(database).append([told])
      await migrate(database, 'here')
      const store = sqlStore(database)
      const assertion = { namespace: 'pay', name: 'promises', text: 'nothing reaches ledger' }
      await store.turn({ ...told, assertion, was: 'holds', became: 'uncertain' })
      const { changes } = await store.query({ mesh: 'lab', limit: 10 })
      expect(changes).toMatchObject([{ at: told.at, turns: [{ assertion, became: 'uncertain' }] }])
    })

    it('keeps once what is told twice', async () => {
      const store = await empty()
      const told = change()
      await store.append([told, told])
      await store.append([told])
      expect((await store.query({ mesh: 'lab', limit: 10 })).changes).toHaveLength(1)
    })

    it('keeps equal content once, and compressed', async () => {
      const store = await empty()
      const large: Json = {
        ...manifest('web'),
        spec: { hosts: Array.from({ length: 5000 }, () => 'recommendations.shop') },
      }
      await store.append([change({ before: null, after: large })])
      const once = await store.size()
      expect(once).toBeLessThan(JSON.stringify(large).length / 20)
      const { kind, ...rest } = large
      await store.append([change({ before: large, after: { ...rest, kind } })])
      // A row more, but no content.
      expect((await store.size()) - once).toBeLessThan(700)
    })

    it('knows how each object was last', async () => {
      const store = await empty()
      await store.append([
        change({ object: ref('shop', 'web'), after: manifest('web', 1) }),
        change({ object: ref('shop', 'gone'), after: null, change: 'deleted' }),
        change({ object: ref('shop', 'web'), after: manifest('web', 2) }),
        change({ object: ref('shop', 'web'), mesh: 'other' }),
      ])
      const heads = (await store.heads('lab')).toSorted((a, b) => (a.object.name < b.object.name ? -1 : 1))
      const id = expect.any(Number) as number
      expect(heads).toEqual([
        { id, object: ref('shop', 'gone'), after: null },
        { id, object: ref('shop', 'web'), after: nameOf(manifest('web', 2)) },
      ])
    })

    it('takes all changes of an append or none', async () => {
      const store = await empty()
      const broken = change({ at: Number.NaN })
      await expect(store.append([change(), broken, change()])).rejects.toThrow('did not answer')
      await store.append([change({ object: ref('shop', 'later') })])
      const { changes } = await store.query({ mesh: 'lab', limit: 10 })
      expect(changes.map(({ object }) => object.name)).toEqual(['later'])
    })

    it('keeps any text as it is', async () => {
      const store = await empty()
      const nasty = `'); DROP TABLE changes; -- $1 ? \\ " ✂ 日本 \u2028 `
      const after = { ...manifest('web'), spec: { [nasty]: [nasty, '\0'], ['__proto__']: nasty } }
      const told = change({ after, manager: nasty, fields: [nasty], findings: [{ message: nasty }] })
      await store.append([told])
      await store.note({ ...told, author: nasty, reason: `${nasty}\0` })
      const { changes } = await store.query({ mesh: 'lab', limit: 1 })
      expect(changes[0]).toMatchObject({ manager: nasty, fields: [nasty], note: { author: nasty, reason: nasty } })
      const read = await store.read('lab', changes[0]?.id ?? 0)
      expect(JSON.stringify(read?.after)).toBe(
        JSON.stringify({ ...manifest('web'), spec: { [nasty]: [nasty, '\0'], ['__proto__']: nasty } }),
      )
      expect((await store.query({ mesh: nasty, object: ref(nasty, nasty), limit: 1 })).changes).toEqual([])
    })

    it('forgets what is old, but never the last change of an object that exists', async () => {
      const store = await empty()
      const aged = (name: string, at: number, after: boolean) =>
        change({ object: ref('shop', name), at, after: after ? manifest(name, at) : null })
      await store.append([aged('web', 1, true), aged('gone', 2, true), aged('gone', 3, false), aged('web', 4, true)])
      await store.append([aged('web', 50, true), aged('still', 5, true)])
      expect(await store.prune({ olderThan: 10, bytes: 1e9 })).toBe(4)
      const { changes } = await store.query({ mesh: 'lab', limit: 10 })
      expect(changes.map(({ object, at }) => `${object.name} ${at}`)).toEqual(['still 5', 'web 50'])
      expect(await store.read('lab', changes[1]?.id ?? 0)).toMatchObject({ after: manifest('web', 50) })
    })

    it('forgets the oldest until the rest fits, with the content only they had', async () => {
      const store = await empty()
      const noisy = () => ({ ...manifest('web'), spec: { noise: Array.from({ length: 20 }, () => randomUUID()) } })
      for (let turn = 0; turn < 4; turn += 1)
        // oxlint-disable-next-line no-await-in-loop -- in this order
        await store.append(Array.from({ length: 100 }, () => change({ before: null, after: noisy() })))
      const full = await store.size()
      const newest = (await store.query({ mesh: 'lab', limit: 1 })).changes[0]?.id
      await store.prune({ olderThan: 0, bytes: full / 2 })
      expect(await store.size()).toBeLessThanOrEqual(full / 2)
      const { changes } = await store.query({ mesh: 'lab', limit: 500 })
      expect(changes.length).toBeGreaterThan(130)
      expect(changes[0]?.id).toBe(newest)
      await store.prune({ olderThan: 0, bytes: 0 })
      expect((await store.query({ mesh: 'lab', limit: 500 })).changes.map(({ id }) => id)).toEqual([newest])
    })

    it('is there again after a restart, and never gives an id twice', async () => {
      const place = await engine.place()
      const first = openStore({ place })
      await first.append([change({ after: null }), change({ object: ref('pay', 'api') })])
      const [last] = (await first.query({ mesh: 'lab', limit: 1 })).changes
      await first.close()
      const again = reopened(place)
      expect((await again.query({ mesh: 'lab', limit: 1 })).changes).toEqual([last])
      await again.append([change({ object: ref('pay', 'api'), after: null })])
      await again.prune({ olderThan: Number.MAX_SAFE_INTEGER, bytes: 1e9 })
      await again.append([change()])
      const { changes } = await again.query({ mesh: 'lab', limit: 10 })
      expect(changes).toHaveLength(1)
      expect(changes[0]?.id).toBeGreaterThan((last?.id ?? 0) + 1)
    })

    it('has all it promised, and no half of anything, after its writer was killed in the middle of a write', async () => {
      const place = await engine.place()
      const { promised, batch } = await killedWhileWriting(place)
      const store = reopened(place)
      const { changes } = await store.query({ mesh: 'killed', limit: 100_000 })
      expect(promised).toBeGreaterThan(0)
      expect(changes.length).toBeGreaterThanOrEqual(promised)
      expect(changes.length % batch).toBe(0)
      const versions = await Promise.all(changes.slice(0, 40).map(({ id }) => store.read('killed', id)))
      expect(versions.every(version => version?.after !== null)).toBe(true)
      await store.append([change()])
    })

    it('takes the changes of several writers, each once', async () => {
      const place = await engine.place()
      const stores = [reopened(place), reopened(place), reopened(place)]
      const shared = Array.from({ length: 20 }, (_, index) => change({ object: ref('shop', `web-${index}`) }))
      const own = () => change({ object: ref('shop', 'own') })
      await Promise.all(stores.flatMap(store => shared.map(each => store.append([each, own()]))))
      const names = (await reopened(place).query({ mesh: 'lab', limit: 1000 })).changes.map(({ object }) => object.name)
      expect(names.filter(each => each === 'own')).toHaveLength(60)
      expect(new Set(names).size).toBe(21)
      expect(names).toHaveLength(80)
    })

    it('is migrated in order, each step once, by two programs at the same time too', async () => {
      const place = await engine.place()
      const databases = [engine.database(place), engine.database(place)]
      onTestFinished(async () => {
        await Promise.all(databases.map(database => database.close()))
      })
      const [one] = databases
      if (!one) throw new Error('unreachable')
      await migrate(one, 'here')
      await sqlStore(one).append([change()])
      const more = [...migrations, () => ['CREATE TABLE later (name TEXT)'], () => ["INSERT INTO later VALUES ('x')"]]
      const ends = await Promise.allSettled(databases.map(database => migrate(database, 'here', more)))
      expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true)
      await Promise.all(databases.map(database => migrate(database, 'here', more)))
      expect(await one.all({ sql: 'SELECT name FROM later', values: [] })).toEqual([{ name: 'x' }])
      expect((await sqlStore(one).query({ mesh: 'lab', limit: 5 })).changes).toHaveLength(1)
    })

    it('refuses a database of a newer Weft in a sentence, and leaves it alone', async () => {
      const place = await engine.place()
      const database = engine.database(place)
      onTestFinished(() => database.close())
      const newer = [...migrations, () => ['CREATE TABLE newer (name TEXT)']]
      await migrate(database, 'here', newer)
      const warned: string[] = []
      const store = openStore({ place, warned: because => warned.push(because) })
      onTestFinished(() => store.close())
      await expect(store.query({ mesh: 'lab', limit: 1 })).rejects.toThrow(
        `was written by a newer Weft (its version is ${newer.length}, this program knows ${migrations.length})`,
      )
      expect(warned).toEqual([store.because()])
    })
  })
}
