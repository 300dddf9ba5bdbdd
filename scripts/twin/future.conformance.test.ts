import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { KubeObject } from '#lab/contract.ts'
import { startedAt } from '#lab/mesh/testing/small-mesh.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { createReplayer, type ReplayRow } from '#shared/security/replay/replayer.ts'
import { objectsOf, written, type Written } from '#shared/security/policies.fixture.ts'
import { istioDefaults } from '#shared/security/world.ts'
import { aliases, lifeWith } from './living.ts'
import { doorOf, type Fate, fatesIn } from './truth.ts'

/**
 * Replay speaks of the future, and the lab has one: policies are replayed on what its Prometheus told, written into its
 * API, and lived with. What then became of each call is read off the lab's own records.
 */

const lab = (objects: readonly MeshObject[]) => objects as unknown as KubeObject[]

/** Which calls go on is for callers to say: of a call that nobody makes any more, nothing can be wrong. */
type Became = 'passed' | 'refused' | 'both' | 'gone'
const becameOf = (fate: Fate | undefined): Became =>
  fate === undefined ? 'gone' : fate.passed === 0 ? 'refused' : fate.refused === 0 ? 'passed' : 'both'

const expected: Record<ReplayRow['effect'], readonly Became[]> = {
  newlyRefused: ['refused', 'gone'],
  stillRefused: ['refused', 'gone'],
  newlyAllowed: ['passed', 'gone'],
  uncertain: ['passed', 'refused', 'both', 'gone'],
}

/** @returns how often each effect was said, by door. */
function futureOf(trustDomain: string, was: MeshObject[], is: MeshObject[], seed: number): Map<string, number> {
  const tally = new Map<string, number>()
  const life = lifeWith(lab(was), { trustDomain, seed })
  life.run(5)
  const flows = life.seen(4)
  const around = ['namespaces', 'services'].flatMap(name => life.store.list(name)) as unknown as MeshObject[]
  const { rows } = createReplayer({
    objects: [...around, ...was].map(object => ({ ...object })),
    workloads: life.workloads(),
    settings: { ...istioDefaults, trustDomain, trustDomainAliases: aliases },
    readable: { mesh: true, namespaces: null },
    flows,
  }).replay([...was.map(before => ({ before })), ...is.map(after => ({ after }))])
  const before = fatesIn(life, startedAt + 15_000)
  life.remove(...lab(was))
  life.write(...lab(is))
  life.run(5)
  const after = fatesIn(life, startedAt + 90_000)
  const enforcers = new Map(life.workloads().map(one => [`${one.namespace}/${one.name}`, one.enforcedBy]))
  const told = new Set<string>()
  for (const flow of flows) {
    const { source, destination } = flow
    const place = `${destination.namespace}/${destination.workload}`
    const by = flow.enforcedBy ?? enforcers.get(place) ?? 'none'
    const caller = source.workload === '' ? '' : `${source.namespace}/${source.workload}`
    const door = doorOf(caller, place, by, flow.protocol)
    told.add(door)
    const [earlier, became] = [becameOf(before.get(door)), becameOf(after.get(door))]
    // What passed and what was refused of a call are two rows, of which the unchanged ones are not told.
    const own = rows.filter(({ id }) => id.endsWith(` ${flow.id}`))
    const wrong = own.filter(({ effect }) => !expected[effect].includes(became))
    const isWrong = own.length === 0 && ![earlier, 'passed', 'gone'].includes(became)
    if (wrong.length > 0 || isWrong)
      throw new Error(stringify({ became, earlier, by, flow, rows: own, policies: was, instead: is }))
    for (const effect of own.length === 0 ? ['unchanged'] : own.map(one => one.effect))
      tally.set(`${by} ${effect}`, (tally.get(`${by} ${effect}`) ?? 0) + (became === 'gone' ? 0 : 1))
  }
  // Nothing is refused of which nobody spoke, if it passed before.
  for (const [door, fate] of after)
    if (fate.refused > 0 && becameOf(before.get(door)) === 'passed') expect(told, door).toContain(door)
  return tally
}

function futures(numRuns: number, seed: number, policiesOf: (some: Written) => MeshObject[]): Map<string, number> {
  const total = new Map<string, number>()
  let run = 0
  fc.assert(
    fc.property(written, written, (was, is) => {
      const tally = futureOf(was.trustDomain, policiesOf(was), policiesOf(is), ++run)
      for (const [key, count] of tally) total.set(key, (total.get(key) ?? 0) + count)
    }),
    { numRuns, seed, endOnFailure: true },
  )
  return total
}

const doors = ['sidecar', 'ztunnel', 'waypoint', 'gateway']

describe('what replay says of policies that nobody has applied yet', () => {
  it('is what the lab then does with each call, at every kind of door', () => {
    const said = futures(80, 17, objectsOf)
    for (const door of doors)
      for (const effect of ['newlyRefused', 'newlyAllowed', 'stillRefused', 'unchanged', 'uncertain'])
        expect(said.get(`${door} ${effect}`), `${door} ${effect}`).toBeGreaterThan(0)
  }, 120_000)

  it('is certain where rules ask for identities only, which metrics tell', () => {
    const said = futures(60, 23, some => objectsOf(asked(some)))
    for (const door of doors) expect(said.get(`${door} newlyRefused`), door).toBeGreaterThan(0)
    expect([...said.keys()].filter(key => key.endsWith(' uncertain'))).toEqual([])
  }, 120_000)
})

const identities = /^(not)?(principals|namespaces|serviceAccounts)$/i
const only = <T>(fields: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => identities.test(name)))

/** The same policies, as far as they ask who calls. */
const asked = (some: Written): Written => ({
  ...some,
  request: [],
  authorization: some.authorization
    .filter(({ action }) => action !== 'CUSTOM')
    .map(one => ({
      ...one,
      rules: one.rules.map(({ from = [] }) => {
        const left = from.map(({ source }) => ({ source: only(source) }))
        const named = left.filter(({ source }) => Object.keys(source).length > 0)
        return { from: named.length === 0 ? [{ source: { namespaces: ['shop'] } }] : named }
      }),
    })),
})
