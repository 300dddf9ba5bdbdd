import { describe, expect, it } from 'vitest'
import type { Denial, Plaintext } from '#shared/security/denials.ts'
import type { SeenFlow } from '#shared/security/landscape.ts'
import { cutFlows } from './cut.ts'
import { cutDenials } from './denials.ts'
import { cutFacets } from './flows/facets.ts'
import { policyKinds, readLandscapeFor } from './landscape.ts'
import { cutPlaintext } from './plaintext.ts'
import { landscapeDeps as deps } from './rights.fixture.ts'

describe('what somebody is told of policies', () => {
  it('is all of it for who may list it all, without the notes of who owns which field', async () => {
    const told = await readLandscapeFor('mesh-admin', deps())
    expect(told.objects.filter(({ kind }) => kind === 'AuthorizationPolicy')).toHaveLength(3)
    expect(told.readable).toEqual({ mesh: true, namespaces: null })
    expect(JSON.stringify(told)).not.toContain('managedFields')
  })

  it('names nothing of what shop-dev may not list, and says that mesh-wide policies are not known', async () => {
    const told = await readLandscapeFor('shop-dev', deps())
    expect(JSON.stringify(told)).not.toMatch(/pay|ledger|secret-rules|for-all/)
    expect(told.readable).toEqual({ mesh: false, namespaces: ['shop'] })
    expect(told.workloads.map(({ name }) => name)).toEqual(['cart'])
  })

  it('is workloads alone for a viewer who may list no policy', async () => {
    const told = await readLandscapeFor('viewer', deps())
    expect(told.workloads.map(({ name }) => name)).toEqual(['ledger', 'cart'])
    expect(told.objects.filter(({ kind }) => kind === 'AuthorizationPolicy')).toEqual([])
    expect(told.readable).toEqual({ mesh: false, namespaces: [] })
  })

  it('is a failure, and no verdict, while the cluster has not told its policies', async () => {
    const kinds = () => [{ ...policyKinds[0], state: 'failing' as const, because: 'Connection refused.' }]
    const failed: unknown = await readLandscapeFor('mesh-admin', deps({ kinds })).catch((error: unknown) => error)
    expect(failed).toMatchObject({
      problem: { status: 503 },
      message: expect.stringContaining('Connection refused.') as string,
    })
  })
})

describe('what somebody is told of calls', () => {
  const flow = (from: string, to: string, passed: number): SeenFlow => {
    const [namespace = '', workload = ''] = from.split('/')
    const [place = '', name = ''] = to.split('/')
    return {
      id: `${from}>${to}`,
      source: { namespace, workload, principal: `cluster.local/ns/${namespace}/sa/${workload}`, isHidden: false },
      destination: { namespace: place, workload: name, service: name },
      protocol: 'http',
      mtls: true,
      port: null,
      passed,
      refused: 0,
    }
  }
  const flows = [
    flow('shop/web', 'shop/cart', 10),
    flow('pay/ledger', 'shop/cart', 3),
    flow('data/loader', 'shop/cart', 1),
    flow('shop/cart', 'data/postgres', 5),
    flow('pay/ledger', 'data/postgres', 7),
  ]

  it('is all for who sees everything', () => {
    expect(cutFlows(flows, 'everything')).toEqual(flows)
  })

  it('tells methods and paths of the calls it tells by name, and of no others', () => {
    const told = {
      at: 1,
      flows: flows.map(({ id, source }) => ({
        id,
        facets: [{ method: 'GET', path: `/of-${source.workload}`, sightings: 40, requests: 9 }],
      })),
      partial: [],
    }
    expect(cutFacets(told, cutFlows(flows, 'everything'))).toEqual(told)
    const seen = cutFacets(told, cutFlows(flows, new Set(['shop'])))
    expect(JSON.stringify(seen)).not.toMatch(/pay|ledger|data|postgres|loader/)
    expect(seen.flows).toMatchObject([{ facets: [{ path: '/of-web' }] }])
  })

  it('has what is told of when of the calls that are told, and of those of other namespaces together', () => {
    const timed = flows.map((one, index) => ({ ...one, lastSeen: 100 + index, hours: [index + 1, one.passed] }))
    const seen = cutFlows(timed, new Set(['shop']))
    expect(seen.map(({ lastSeen, hours }) => [lastSeen, hours])).toEqual([
      [100, [1, 10]],
      [102, [5, 4]],
    ])
  })

  it('has callers of other namespaces as one without a name, and no call to other namespaces', () => {
    const seen = cutFlows(flows, new Set(['shop']))
    expect(JSON.stringify(seen)).not.toMatch(/pay|ledger|data|postgres|loader/)
    expect(seen.map(({ source, passed }) => [source.workload, passed])).toEqual([
      ['web', 10],
      ['', 4],
    ])
  })
})

describe('what somebody is told of refusals and of plaintext', () => {
  const denial = (namespace: string, workload: string): Denial => ({
    namespace,
    workload,
    kind: 'staged',
    action: 'DENY',
    rate: 1,
    denied: 9,
    lastSeen: 5,
    since: 1,
  })
  const plain = (from: string, to: string): Plaintext['calls'][number] => {
    const [namespace = '', workload = ''] = from.split('/')
    const [place = '', name = ''] = to.split('/')
    const source = { namespace, workload, isHidden: false }
    return {
      source,
      destination: { namespace: place, workload: name },
      protocol: 'http',
      rate: 1,
      count: 9,
      lastSeen: 5,
    }
  }

  it('names no other namespace, and counts its callers as one', () => {
    const sight = new Set(['shop'])
    const denials = cutDenials([denial('shop', 'cart'), denial('pay', 'ledger')], sight)
    expect(denials.map(({ workload }) => workload)).toEqual(['cart'])
    const calls = [plain('pay/ledger', 'shop/cart'), plain('data/loader', 'shop/cart'), plain('shop/web', 'pay/ledger')]
    const told = ['shop', 'pay'].map(namespace => ({ namespace, since: 1, count: 9 }))
    const seen = cutPlaintext({ calls, told }, sight)
    expect(JSON.stringify(seen)).not.toMatch(/pay|ledger|data|loader/)
    expect(seen.calls).toMatchObject([{ source: { isHidden: true }, count: 18, rate: 2 }])
  })

  it('is all for who sees everything, and nothing for who sees none', () => {
    const [all, calls] = [[denial('pay', 'ledger')], [plain('a/b', 'pay/ledger')]]
    expect(cutDenials(all, 'everything')).toEqual(all)
    expect(cutDenials(all, new Set())).toEqual([])
    expect(cutPlaintext({ calls, told: [] }, new Set())).toEqual({ calls: [], told: [] })
  })
})
