import { beforeAll, describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { createEvaluator } from '#shared/security/evaluate.ts'
import { learn, type Learned } from '#shared/security/learn/learn.ts'
import type { Sighting } from '#shared/security/learn/kinds.ts'
import { record, records, texts } from '#shared/security/read.ts'
import { unusedGrants } from '#shared/security/learn/unused.ts'
import { callerOf } from '#shared/security/replay/replay.ts'
import { toldOf } from './week-told.ts'
import { type Week, weeksOf, workloads } from './weeks.ts'

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, number) => total + number, 0)

/** What a week is learned from. */
const ways: [string, told: (week: Week) => Sighting[] | Promise<Sighting[]>, seeds: number][] = [
  ['as it was', ({ sightings }) => sightings, 8],
  ['read of the lab’s Prometheus, with what spans say beside it', toldOf, 3],
]

describe.each(ways)('policies that are learned from one week of the lab’s shop, on the next: %s', (_, told, seeds) => {
  let first: Week
  let next: Week
  let learned: Learned
  let policies: MeshObject[]
  let legitimate: Sighting[]
  beforeAll(async () => {
    const [one, two] = weeksOf(2, 6)
    if (one === undefined || two === undefined) throw new Error('There are no two weeks.')
    ;[first, next] = [one, two]
    learned = learn(await told(first), { window: first, workloads })
    policies = [
      ...learned.proposals.flatMap(({ policy }) => policy ?? []),
      ...learned.closing.flatMap(({ policy }) => policy ?? []),
    ]
    legitimate = next.sightings.filter(({ passed }) => passed !== false)
  }, 60_000)

  it('are proposed for most of it, and Istio takes them', () => {
    expect(createEvaluator(policies).refused).toEqual([])
    expect(learned.proposals.filter(({ policy }) => policy !== null).length).toBeGreaterThan(8)
    // A caller without a proxy has no name to be let in by.
    const withheld = learned.proposals.filter(({ policy }) => policy === null)
    expect(withheld.flatMap(one => one.workloads)).toEqual(['inventory', 'shipping', 'ledger'])
    expect(learned.closing.flatMap(({ namespace, policy }) => (policy ? [namespace] : []))).toEqual(['data', 'shop'])
  })

  it('allow at least 99.9 % of legitimate requests, and cut nobody off', () => {
    const { judge } = createEvaluator(policies)
    const isAllowed = ({ flow }: Sighting) => judge(flow).verdict === 'allow'
    const requests = (some: readonly Sighting[]) => sum(some.map(one => one.requests))
    expect(requests(legitimate.filter(isAllowed)) / requests(legitimate)).toBeGreaterThanOrEqual(0.999)
    const ways = Map.groupBy(legitimate, ({ flow, sourceWorkload }) =>
      [callerOf(flow), sourceWorkload, flow.destination.workload].join(' '),
    )
    for (const [way, own] of ways) expect(own.some(isAllowed), way).toBe(true)
  })

  it('refuse who was refused, and do not take it for a habit', () => {
    const { judge } = createEvaluator(policies)
    const attempts = next.sightings.filter(({ passed }) => passed === false)
    expect(attempts.map(({ flow }) => judge(flow).verdict)).toEqual(['deny'])
  })

  it('grant what is used: of all who-may-what at most 5 % is not', () => {
    const byCaller = Map.groupBy(
      legitimate,
      ({ flow: { source } }) => `cluster.local/ns/${source.namespace}/sa/${source.serviceAccount}`,
    )
    const grants = policies.flatMap(policy =>
      records(record(policy.spec)['rules']).flatMap(rule =>
        records(rule['from']).flatMap(from =>
          texts(record(from['source'])['principals']).flatMap(who =>
            (rule['to'] === undefined ? [{}] : records(rule['to'])).flatMap(to => {
              const { methods, paths, ...more } = record(to['operation'])
              const operations = texts(methods).flatMap(method =>
                texts(paths).map(path => ({ methods: [method], paths: [path] })),
              )
              return (operations.length > 0 ? operations : [more]).map(operation => ({ policy, who, operation }))
            }),
          ),
        ),
      ),
    )
    const inUse = grants.filter(({ policy, who, operation }) => {
      const rules = [{ from: [{ source: { principals: [who] } }], to: [{ operation }] }]
      const alone = { ...policy, spec: { ...policy.spec, rules } }
      return unusedGrants([alone], byCaller.get(who) ?? []).unused.length === 0
    })
    expect(grants.length).toBeGreaterThan(100)
    expect(1 - inUse.length / grants.length).toBeLessThanOrEqual(0.05)
  })

  it('state an unseen mass within twice, and half, of what then came unseen, whatever the weeks', async () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const [one, two] = weeksOf(2, seed)
      if (one === undefined || two === undefined) throw new Error('There are no two weeks.')
      const unseen = sum([...two.habits].flatMap(([habit, times]) => (one.habits.has(habit) ? [] : [times])))
      const real = unseen / sum(two.habits.values())
      // oxlint-disable-next-line no-await-in-loop -- one pair of weeks after the other
      const sightings = await told(one)
      const { confidence } = learn(sightings, { window: one, workloads })
      expect(unseen).toBeGreaterThan(10)
      expect(confidence.unseenMass / real, `seed ${seed}`).toBeGreaterThanOrEqual(0.5)
      expect(confidence.unseenMass / real, `seed ${seed}`).toBeLessThanOrEqual(2)
      expect(real).toBeLessThan(confidence.unseenAtMost)
      expect(confidence.hasWeek).toBe(true)
    }
  }, 60_000)
})
