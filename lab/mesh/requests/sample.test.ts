import { describe, expect, it } from 'vitest'
import { compilePlan, behavioursByKey } from '#lab/mesh/traffic/compile.ts'
import { respond } from '#lab/mesh/traffic/respond.ts'
import { smallBehaviours, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { type Sampled, sampleRequests, type Sampling } from './sample.ts'

const usual: Sampling = {
  logShare: 0.2,
  traceShare: 0.05,
  traceBias: 1,
  atLeastEvery: 45,
  limit: 1000,
  traceLimit: 1000,
}

/** So many seconds of the small mesh: 100 requests a second at the gateway, 5 of the batch job; one in ten fails at `front`. */
function thrown(seconds: number, more: Partial<Sampling> = {}): Sampled[] {
  const snapshot = snapshotWith()
  const failing = smallBehaviours().map(one => (one.workload === 'front' ? { ...one, errorRatio: 0.1 } : one))
  const plan = compilePlan(snapshot, { behaviours: behavioursByKey(failing), perPod: true, now: 0 }, null)
  respond(plan)
  return Array.from({ length: seconds }, (_, second) =>
    sampleRequests(plan, { seed: 1, time: (second + 1) * 1000, seconds: 1 }, { ...usual, ...more }),
  ).flat()
}

const share = (part: Sampled[], whole: Sampled[]) => part.length / whole.length
const isTraced = ({ marks }: Sampled) => marks.isTraced
const isBad = ({ root }: Sampled) => root.code >= 500

describe('requests that are thrown', () => {
  it('are the wished share of those that are counted', () => {
    const all = thrown(200)
    expect(all.length / (200 * 105 * 0.2)).toBeGreaterThan(0.9)
    expect(all.length / (200 * 105 * 0.2)).toBeLessThan(1.1)
  })
  it('are traced to the wished share, good and bad alike', () => {
    const all = thrown(400)
    const traced = all.filter(isTraced)
    expect(share(traced, all)).toBeGreaterThan(0.22)
    expect(share(traced, all)).toBeLessThan(0.28)
    expect(Math.abs(share(traced.filter(isBad), traced) - share(all.filter(isBad), all))).toBeLessThan(0.03)
  })
  it('are traced more often when they fail, if that is asked; what is thrown stays the same', () => {
    const [plain, biased] = [thrown(200), thrown(200, { traceBias: 4 })]
    expect(biased.map(({ root }) => [root.start, root.code])).toEqual(plain.map(({ root }) => [root.start, root.code]))
    const [before, after] = [plain.filter(isTraced), biased.filter(isTraced)]
    expect(share(after.filter(isBad), after)).toBeGreaterThan(2 * share(before.filter(isBad), before))
    for (const one of biased.filter(isBad)) expect(one.marks.isTraced).toBe(true)
  })
  it('are all traced when all are to be, and none when none', () => {
    expect(thrown(20, { traceShare: 1 }).every(isTraced)).toBe(true)
    expect(thrown(20, { traceShare: 0 }).some(isTraced)).toBe(false)
  })
  it('keep their proportions where there are more than may be', () => {
    const all = thrown(300, { logShare: 1, limit: 10 })
    expect(all.length / 3000).toBeGreaterThan(0.95)
    expect(all.length / 3000).toBeLessThan(1.05)
    const jobs = all.filter(({ root }) => root.source?.workload === 'batch')
    expect(share(jobs, all)).toBeGreaterThan(0.03)
    expect(share(jobs, all)).toBeLessThan(0.07)
  })
  it('come from seldom flows, too, about as often as is said', () => {
    const jobs = thrown(450, { logShare: 0.0001, traceShare: 0.0001 }).filter(
      ({ root }) => root.source?.workload === 'batch',
    )
    expect(jobs.length).toBeGreaterThan(5)
    expect(jobs.length).toBeLessThan(16)
  })
  it('have names of their own', () => {
    const all = thrown(50)
    expect(new Set(all.map(({ marks }) => marks.traceId)).size).toBe(all.length)
    for (const { marks } of all) {
      expect(marks.traceId).toMatch(/^[0-9a-f]{32}$/)
      expect(marks.requestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$/)
    }
  })
})
