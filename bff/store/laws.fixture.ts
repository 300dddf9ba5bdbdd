import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json, ObjectRef } from '#shared/mesh/object.ts'
import { change, ref } from './change.fixture.ts'
import type { Engine } from './contract.fixture.ts'
import { openStore } from './open-store.ts'
import type { Change, NewChange, Retention, Store } from './store.ts'

const objects: readonly ObjectRef[] = [ref('shop', 'web'), ref('shop', 'cart'), ref('pay', 'web')]
const anObject = fc.constantFrom(...objects)
const aContent = fc.option(fc.record({ spec: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }) }), {
  nil: null,
  freq: 4,
})
const aChange = fc.record({
  object: anObject,
  at: fc.integer({ min: 0, max: 50 }),
  before: aContent,
  after: aContent,
})
type Act =
  | { act: 'append'; changes: { object: ObjectRef; at: number; before: Json | null; after: Json | null }[] }
  | { act: 'prune'; retention: Retention }
const anAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ act: fc.constant('append' as const), changes: fc.array(aChange, { maxLength: 8 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('prune' as const),
      retention: fc.record({ olderThan: fc.integer({ min: 0, max: 60 }), bytes: fc.constantFrom(0, 2000, 1e9) }),
    }),
  },
)

/** What holds after any sequence of changes and prunings. */
export function storeLaws(name: string, engine: Engine, numRuns: number): void {
  describe(`the laws of a store ${name}`, { timeout: 60_000 }, () => {
    it('hold: what is asked for is what was told and not forgotten, and the last of each object never is', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(anAct, { maxLength: 12 }), async acts => {
          const store = openStore({ place: await engine.place() })
          const told: NewChange[] = []
          try {
            // oxlint-disable-next-line no-await-in-loop -- in this order
            for (const act of acts)
              await (act.act === 'append' ? append(store, told, act.changes) : prune(store, act.retention))
            await checkAll(store, told)
          } finally {
            await store.close()
          }
        }),
        { numRuns, endOnFailure: true },
      )
    })
  })
}

async function append(store: Store, told: NewChange[], given: Partial<NewChange>[]): Promise<void> {
  const changes = given.map(each => change(each))
  const before = await all(store)
  await store.append(changes)
  told.push(...changes)
  expect(await all(store)).toHaveLength(before.length + changes.length)
}

async function prune(store: Store, { olderThan, bytes }: Retention): Promise<void> {
  const before = await all(store)
  const heads = await living(store)
  const gone = await store.prune({ olderThan, bytes })
  const after = await all(store)
  expect(after).toHaveLength(before.length - gone)
  expect(await living(store)).toEqual(heads)
  // Of each object the newest stay.
  for (const object of objects) {
    const kept = of(after, object)
    expect(kept).toEqual(of(before, object).slice(0, kept.length))
  }
  const spare = after.filter(each => of(after, each.object)[0] !== each)
  if (bytes === 0) expect(spare).toEqual([])
  else expect(bytes < 1e9 && spare.length > 0 ? await store.size() : 0).toBeLessThanOrEqual(bytes)
  if (bytes === 1e9)
    for (const each of before.filter(one => !after.includes(one) && !after.some(({ id }) => id === one.id)))
      expect(each.at).toBeLessThan(olderThan)
}

async function checkAll(store: Store, told: readonly NewChange[]): Promise<void> {
  const changes = await all(store)
  expect(changes.map(({ id }) => id)).toEqual(changes.map(({ id }) => id).toSorted((a, b) => b - a))
  // What is kept of each object is the end of what was told of it, as it was told.
  for (const object of objects) {
    const kept = of(changes, object)
    const expected = told.filter(each => each.object === object).toReversed()
    // oxlint-disable-next-line no-await-in-loop -- few
    const versions = await Promise.all(kept.map(({ id }) => store.read('lab', id)))
    versions.forEach((version, index) => {
      const { at, before, after } = expected[index] ?? {}
      expect(version).toMatchObject({ at, object })
      expect(plain(version?.before)).toEqual(plain(before))
      expect(plain(version?.after)).toEqual(plain(after))
    })
  }
  // Paging by any size tells the same.
  for (const limit of [1, 3]) {
    const paged: Change[] = []
    for (let isEnd = false; !isEnd; ) {
      const before = paged.at(-1)?.id
      // oxlint-disable-next-line no-await-in-loop -- each page begins where the last one ended
      const page = await store.query({ mesh: 'lab', limit, ...(before === undefined ? {} : { before }) })
      paged.push(...page.changes)
      isEnd = page.isEnd
    }
    expect(paged).toEqual(changes)
  }
}

const all = async (store: Store): Promise<Change[]> => (await store.query({ mesh: 'lab', limit: 1000 })).changes

const of = (changes: readonly Change[], { namespace, name }: ObjectRef): Change[] =>
  changes.filter(({ object }) => object.namespace === namespace && object.name === name)

const living = async (store: Store) =>
  (await store.heads('lab'))
    .filter(({ after }) => after !== null)
    .toSorted((a, b) => (JSON.stringify(a.object) < JSON.stringify(b.object) ? -1 : 1))

/** JSON has no -0 and no undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null)) as unknown
