import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { smallScenario } from '#lab/mesh/testing/small-mesh.ts'
import { faultKinds } from './kinds/all.ts'
import { createFaults, FaultError } from './faults.ts'
import { incidentAt } from './schedule.ts'
import type { FaultKind } from './world.ts'
import { aWorld } from './world.fixture.ts'

const kind = (name: string, targets: string[], log: string[], isByHandOnly = false): FaultKind => ({
  name,
  about: '',
  isByHandOnly,
  targets: () => targets,
  begin(_, target, strength) {
    log.push(`begin ${name} ${target} ${strength}`)
    return {
      disturbances: () => [{ kind: 'origin', workload: target, rate: 1 + strength }],
      end: () => void log.push(`end ${name} ${target}`),
    }
  },
})

function faultsOf(kinds: FaultKind[], isScheduled = false, seed = 1) {
  let time = 1_000_000
  const faults = createFaults({ world: aWorld().world, seed, now: () => time, isScheduled, kinds })
  return {
    faults,
    at(seconds: number) {
      time = 1_000_000 + seconds * 1000
      return faults.tick(time)
    },
  }
}

describe('a fault by hand', () => {
  it('disturbs until it is stopped', () => {
    const log: string[] = []
    const { faults, at } = faultsOf([kind('storm', ['a', 'b'], log)])
    const { id } = faults.start('storm', { target: 'b' })
    expect(at(5)).toEqual([{ kind: 'origin', workload: 'b', rate: 2 }])
    expect(faults.running()).toMatchObject([{ id, name: 'storm', target: 'b', until: null, isScheduled: false }])
    faults.stop('storm')
    expect(at(6)).toEqual([])
    expect(log).toEqual(['begin storm b 1', 'end storm b'])
  })

  it('ends by itself when it was told to', () => {
    const log: string[] = []
    const { faults, at } = faultsOf([kind('storm', ['a'], log)])
    faults.start('storm', { seconds: 10 })
    expect(at(9)).toHaveLength(1)
    expect(at(10)).toHaveLength(0)
    expect(log).toEqual(['begin storm a 1', 'end storm a'])
  })

  it.each([
    ['an unknown one', 'moon', undefined, /There is no fault moon; there is storm/],
    ['one without a target in this mesh', 'drought', undefined, /has nothing that drought could happen to/],
    ['a target that is none', 'storm', 'z', /storm cannot happen to z; it can to a/],
  ])('refuses %s in a sentence', (_, name, target, sentence) => {
    const { faults } = faultsOf([kind('storm', ['a'], []), kind('drought', [], [])])
    expect(() => faults.start(name, target === undefined ? {} : { target })).toThrow(sentence)
    expect(() => faults.start(name, target === undefined ? {} : { target })).toThrow(FaultError)
  })

  it('happens to one thing once', () => {
    const { faults } = faultsOf([kind('storm', ['a', 'b'], [])])
    faults.start('storm', { target: 'a' })
    expect(() => faults.start('storm', { target: 'a' })).toThrow(/already/)
    faults.start('storm', { target: 'b' })
    expect(faults.stop('storm')).toHaveLength(2)
    expect(() => faults.stop('storm')).toThrow(/No fault storm is running/)
  })
})

describe('the schedule', () => {
  const names = faultKinds.filter(one => !one.isByHandOnly).map(one => one.name)

  it('has one incident in every ten minutes, between its second and its ninth', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 500 }), (seed, index) => {
        const incident = incidentAt(seed, index, names)
        expect(incident?.at).toBeGreaterThanOrEqual(index * 600 + 60)
        expect((incident?.at ?? 0) + (incident?.lasts ?? 0)).toBeLessThan((index + 1) * 600)
      }),
    )
  })

  it('deals every kind once a round, and none twice in a row', () => {
    fc.assert(
      fc.property(fc.integer(), seed => {
        const dealt = Array.from({ length: names.length * 3 }, (_, index) => incidentAt(seed, index, names)?.kind ?? '')
        for (let round = 0; round < 3; round++)
          expect(dealt.slice(round * names.length, (round + 1) * names.length).toSorted()).toEqual(names.toSorted())
        for (const [index, name] of dealt.entries()) expect(name).not.toBe(dealt[index + 1])
      }),
      { numRuns: 30 },
    )
  })

  it('is the same for the same seed, and another for another', () => {
    const of = (seed: number) => Array.from({ length: 20 }, (_, index) => incidentAt(seed, index, names))
    expect(of(7)).toEqual(of(7))
    expect(of(7)).not.toEqual(of(8))
  })

  it('begins small incidents and ends them, and none where it is off', () => {
    const log: string[] = []
    const { at } = faultsOf([kind('storm', ['a'], log), kind('drought', ['b'], log)], true)
    for (let second = 0; second < 1200; second++) at(second)
    expect(log).toHaveLength(4)
    expect(log.filter(line => line.startsWith('begin')).every(line => line.endsWith(' 0.4'))).toBe(true)
    const quiet: string[] = []
    const off = faultsOf([kind('storm', ['a'], quiet)])
    for (let second = 0; second < 1200; second++) off.at(second)
    expect(quiet).toEqual([])
  })

  it('never takes the console’s own sources away', () => {
    const log: string[] = []
    const { at } = faultsOf([kind('outage', ['prometheus'], log, true)], true)
    for (let second = 0; second < 2000; second += 10) at(second)
    expect(log).toEqual([])
  })
})

describe('every kind', () => {
  it.each(faultKinds.map(one => [one.name, one] as const))('%s leaves the mesh as it found it', (_, one) => {
    const { world, objects, log } = aWorld()
    const before = objects()
    for (const target of one.targets(world).slice(0, 2)) {
      const running = one.begin(world, target, 1)
      running.disturbances?.(30)
      running.end()
    }
    expect(objects()).toEqual(before)
    // What is taken is given back, in pairs.
    expect(log.length % 2).toBe(0)
  })

  it('finds something to happen to in a mesh that has everything', () => {
    const { world } = aWorld()
    const without = faultKinds.filter(one => one.targets(world).length === 0).map(one => one.name)
    expect(without).toEqual([])
  })

  it('does not take back what somebody mended meanwhile', () => {
    const { world } = aWorld()
    const badRoute = faultKinds.find(one => one.name === 'bad-route')
    const [target = ''] = badRoute?.targets(world) ?? []
    const running = badRoute?.begin(world, target, 1)
    const [namespace = '', name = ''] = target.split('/')
    const read = () => world.store.get('virtualservices.networking.istio.io', namespace, name)
    const mended = { hosts: ['mended'] }
    world.store.replace({ ...read(), spec: mended } as Parameters<typeof world.store.replace>[0])
    running?.end()
    expect(read()?.spec).toEqual(mended)
  })

  it('is told from the scenario alone where it needs a behaviour of its own', () => {
    expect(smallScenario().behaviours.some(one => one.calls.some(call => call.protocol === 'http'))).toBe(true)
  })
})
