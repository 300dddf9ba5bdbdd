import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Posture } from './posture.ts'
import { meshScoreOf, scoreOf, scored, weights } from './score.ts'

const policy = { kind: 'AuthorizationPolicy' as const, namespace: 'pay', name: 'deny-all' }
const perfect: Posture = {
  namespace: 'pay',
  workloads: 4,
  calls: 100,
  overMtls: 100,
  plainCallers: [],
  modes: [{ workload: 'pay/ledger', port: null, mode: 'STRICT', policy: null }],
  defaultDeny: policy,
  bare: [],
  open: [],
  openRules: [],
  shared: [],
  openRoutes: [],
  unknownEgress: [],
  certificates: [{ name: 'a.example', secret: 'a', until: 1, isFine: true }],
}
const score = (more: Partial<Posture>) => scoreOf({ ...perfect, ...more })

describe('the score of a namespace', () => {
  it('is a hundred where every fact is met', () => expect(score({}).score).toBe(100))

  it('weighs what matters: the weights are a hundred together', () => {
    expect(scored.reduce((sum, fact) => sum + weights[fact], 0)).toBe(100)
  })

  it.each<[claim: string, more: Partial<Posture>, fact: string, met: number]>([
    ['half of the calls in plaintext', { overMtls: 50 }, 'mtls', 0.5],
    [
      'PERMISSIVE on one of two',
      { modes: [...perfect.modes, { workload: 'x', port: 1, mode: 'PERMISSIVE', policy: null }] },
      'strict',
      0.5,
    ],
    ['nothing is refused by default', { defaultDeny: null }, 'deny', 0],
    ['one of four workloads has no policy', { bare: ['pay/a'] }, 'bare', 0.75],
    ['one of four has no proxy', { open: ['pay/a'] }, 'open', 0.75],
    ['a rule lets anyone in', { openRules: [{ policy, rule: 0, who: 'anyone' }] }, 'openRules', 0],
    [
      'calls leave for hosts nobody named',
      { unknownEgress: [{ workload: 'a', protocol: 'tcp', calls: 1 }] },
      'egress',
      0,
    ],
    [
      'different applications share an account',
      { shared: [{ account: 'default', workloads: ['a', 'b'] }] },
      'account',
      0,
    ],
    [
      'a certificate is about to end',
      { certificates: [{ name: 'a', secret: 'a', until: 1, isFine: false }] },
      'certificates',
      0,
    ],
  ])('falls where %s, and says by how much', (_, more, fact, met) => {
    const { score: total, parts } = score(more)
    expect(parts.find(part => part.fact === fact)?.met).toBe(met)
    expect(total).toBeLessThan(100)
  })

  it('leaves out what nobody told, instead of guessing', () => {
    const { parts, score: total } = score({ calls: 0, overMtls: 0, certificates: [] })
    expect(parts.map(({ fact }) => fact)).not.toContain('mtls')
    expect(total).toBe(100)
  })

  it('of the mesh counts each namespace by its workloads', () => {
    expect(meshScoreOf([])).toBeNull()
    const one = { ...perfect, workloads: 1, defaultDeny: null, bare: [] }
    const few = scoreOf(one).score ?? 0
    expect(meshScoreOf([{ ...perfect, workloads: 3 }, one])).toBeCloseTo((300 + few) / 4)
  })
})

it('law: a score is between 0 and 100, and mending a fact never lowers it', () => {
  const posture = fc
    .record({
      workloads: fc.integer({ min: 1, max: 9 }),
      overMtls: fc.integer({ min: 0, max: 100 }),
      hasDeny: fc.boolean(),
      bare: fc.integer({ min: 0, max: 9 }),
      open: fc.integer({ min: 0, max: 9 }),
      isShared: fc.boolean(),
    })
    .map(({ workloads, overMtls, hasDeny, bare, open, isShared }): Posture => {
      const without = Math.min(open, workloads)
      return {
        ...perfect,
        workloads,
        overMtls,
        defaultDeny: hasDeny ? policy : null,
        open: Array.from({ length: without }, (_, index) => `pay/o${index}`),
        bare: Array.from({ length: Math.min(bare, workloads - without) }, (_, index) => `pay/b${index}`),
        shared: isShared ? [{ account: 'default', workloads: ['a', 'b'] }] : [],
      }
    })
  fc.assert(
    fc.property(posture, one => {
      const now = scoreOf(one).score ?? 0
      expect(now).toBeGreaterThanOrEqual(0)
      expect(now).toBeLessThanOrEqual(100)
      for (const better of [
        { ...one, overMtls: 100 },
        { ...one, defaultDeny: policy },
        { ...one, bare: [] },
        { ...one, shared: [] },
      ])
        expect(scoreOf(better).score ?? 0).toBeGreaterThanOrEqual(now - 1e-9)
    }),
  )
})
