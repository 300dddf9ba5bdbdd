import { describe, expect, it } from 'vitest'
import { apartKey, learn } from './learn.ts'
import { sightingsOf } from './seen.ts'
import { given, seen } from '#shared/security/matrix.fixture.ts'
import { callsOf } from '#shared/security/replay/seen.ts'
import { surroundingsOf } from '#shared/security/evaluate/attach.ts'

const { objects, workloads, settings } = given()
const learned = (flows: Parameters<typeof sightingsOf>[0], admitted?: ReadonlySet<string>) =>
  learn(sightingsOf(flows, { workloads, around: surroundingsOf(objects, settings.rootNamespace), settings }), {
    workloads,
    ...(admitted === undefined ? {} : { admitted }),
  })

describe('what metrics tell', () => {
  it('is callers and how often they called, of which confidence can be told', () => {
    const flows = [
      seen('pay/payments', 'pay/ledger', { passed: 900 }),
      seen('shop/web', 'pay/ledger', { passed: 99 }),
      seen('shop/cart', 'pay/ledger', { passed: 1 }),
    ]
    const [proposal] = learned(flows).proposals
    expect(proposal?.confidence).toMatchObject({ sightings: 1000, kinds: 3, once: 1, unseenMass: 0.001 })
    expect(proposal?.apart.map(({ rule }) => JSON.stringify(rule))).toEqual([
      expect.stringContaining('ns/shop/sa/cart') as string,
    ])
    expect(JSON.stringify(proposal?.policy)).not.toContain('sa/cart')
  })

  it('and what spans sampled are two draws: what is counted whole makes no sample surer', () => {
    const facet = (method: string, sightings: number) => ({
      method,
      path: '/items',
      sightings,
      requests: sightings * 100,
    })
    const sampled = {
      ...seen('shop/web', 'shop/cart', { passed: 9500 }),
      facets: [facet('GET', 90), ...['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].map(method => facet(method, 1))],
    }
    const alone = learned([sampled]).confidence
    expect(alone.unseenMass).toBeCloseTo(5 / 95)
    const both = learned([sampled, { ...seen('pay/payments', 'pay/ledger', { passed: 9500 }), protocol: 'tcp' }])
    // Half of the calls that come are of the kind that nobody misses.
    expect(both.confidence.unseenMass).toBeCloseTo(alone.unseenMass / 2)
    expect(both.confidence.unseenAtMost).toBeGreaterThan(alone.unseenAtMost / 2)
  })

  it('names the workloads that share an account', () => {
    const [proposal] = learned(
      [seen('shop/web', 'pay/ledger', { passed: 9 })].map(flow => ({
        ...flow,
        source: { ...flow.source, principal: 'cluster.local/ns/shop/sa/default' },
      })),
    ).proposals
    expect(proposal?.shared).toMatchObject([{ isDefault: true, workloads: ['web'] }])
  })
})

describe('a rule that stood apart', () => {
  const flows = [seen('shop/cart', 'pay/ledger', { passed: 2 })]
  it('is let in by whoever says so, and then a policy is proposed and the namespace can be closed', () => {
    const before = learned(flows)
    expect(before.proposals).toMatchObject([{ policy: null, withheld: { because: 'seldom' } }])
    expect(before.closing.find(({ namespace }) => namespace === 'pay')).toMatchObject({
      policy: null,
      cutOff: ['ledger'],
    })
    const [proposal] = before.proposals
    if (proposal === undefined) throw new Error('Nothing is proposed.')
    const keys = new Set(proposal.apart.map(({ rule }) => apartKey(proposal, rule)))
    const after = learned(flows, keys)
    expect(after.proposals).toMatchObject([{ withheld: null, rules: [{ why: 'admitted' }], apart: [{}] }])
    expect(after.closing.find(({ namespace }) => namespace === 'pay')?.policy).not.toBeNull()
  })
})

describe('what spans tell besides', () => {
  it('is methods and path templates, of which only those looked at are sightings', () => {
    const flow = seen('shop/web', 'pay/ledger', { passed: 1000 })
    const facet = (path: string, sightings: number) => ({ method: 'GET', path, sightings, requests: sightings * 19 })
    const [proposal] = learned([{ ...flow, facets: [facet('/entries/1', 20), facet('/entries/2', 20)] }]).proposals
    expect(proposal?.rules).toMatchObject([
      { isWide: false, rule: { to: [{ operation: { methods: ['GET'], paths: ['/entries/{*}'] } }] } },
    ])
    expect(proposal?.confidence).toMatchObject({ sightings: 40, kinds: 1, sampling: 40 / 760 })
  })

  it('splits what passed into calls of the same flow, and leaves what no span stands for open', () => {
    const flow = seen('shop/web', 'pay/ledger', { passed: 1000, refused: 7 })
    const facets = [{ method: 'POST', path: '/entries', host: 'ledger.pay', sightings: 40, requests: 900 }]
    const stage = { workloads, around: surroundingsOf(objects, settings.rootNamespace), settings }
    const calls = callsOf([{ ...flow, facets }], stage)
    expect(calls.map(({ flow: { id, http }, requests, passed }) => [id, http?.path, requests, passed])).toEqual([
      [flow.id, '/entries', 900, true],
      [flow.id, undefined, 100, true],
      [flow.id, undefined, 7, false],
    ])
  })
})
