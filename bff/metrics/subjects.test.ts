import { describe, expect, it } from 'vitest'
import type { Sight } from '#bff/http/sight.ts'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'
import { SubjectsQuery } from '#shared/metrics/api.ts'
import { callerReadings, subjectsOf } from './subjects.ts'

const signal = new AbortController().signal
const objects = cluster([
  { name: 'shop/cart-v1', app: 'cart' },
  { name: 'shop/catalog', app: 'catalog' },
  { name: 'pay/ledger', app: 'ledger' },
])
const callers = ['shop/web', 'pay/ledger', 'unknown/unknown', '/'].map(name => {
  const [namespace = '', workload = ''] = name.split('/')
  return { metric: { source_workload_namespace: namespace, source_workload: workload }, value: 1 }
})
async function offered(query: Record<string, string>, sight: Sight = 'everything') {
  const deps = sourcesOf({ objects, answer: () => callers })
  const { subjects, more } = await subjectsOf(SubjectsQuery.parse(query), deps, sight, callerReadings(deps), signal)
  return { names: subjects.map(({ namespace, name }) => `${namespace}/${name}`), more, asked: deps.asked }
}

describe('what charts can be about', () => {
  it.each([
    [{ of: 'workload' }, ['pay/ledger', 'shop/cart-v1', 'shop/catalog']],
    [{ of: 'workload', has: 'CAT' }, ['shop/catalog']],
    [{ of: 'gateway' }, []],
    [{ of: 'caller', namespace: 'shop', name: 'cart' }, ['pay/ledger', 'shop/web']],
  ])('is what there is: %j', async (query, names) => {
    expect((await offered(query)).names).toEqual(names)
  })

  it('is of namespaces that are seen, and nobody is asked about others', async () => {
    const shop = new Set(['shop'])
    expect((await offered({ of: 'workload' }, shop)).names).toEqual(['shop/cart-v1', 'shop/catalog'])
    expect((await offered({ of: 'caller', namespace: 'shop', name: 'cart' }, shop)).names).toEqual(['shop/web'])
    const hidden = await offered({ of: 'caller', namespace: 'pay', name: 'ledger' }, shop)
    expect([hidden.names, hidden.asked]).toEqual([[], []])
  })

  it('is of a service where callers are asked for', async () => {
    await expect(offered({ of: 'caller' })).rejects.toThrow('say which')
  })
})
