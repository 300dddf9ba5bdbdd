import { describe, expect, it } from 'vitest'
import { served } from '#bff/http/server.fixture.ts'
import type { Ladder } from '#shared/mesh/ladder.ts'
import { emptyRoutes, type EmptyRouteDeps } from './routes.ts'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'

const objects = cluster([{ name: 'shop/web' }, { name: 'pay/ledger' }])

async function asking(deps: EmptyRouteDeps) {
  const { url } = await served(router => emptyRoutes(router, deps))
  return async (words: string) => (await (await fetch(`${url}/api/empty?${words}`)).json()) as Ladder
}
const seeing = (...names: string[]) => ({ of: async () => new Set(names) })
const stateOf = ({ rungs }: Ladder, rung: string) => rungs.find(each => each.rung === rung)

describe('the ladder of a panel', () => {
  it.each([
    ['panel=traffic', []],
    ['panel=traffic&namespaces=pay', ['shop']],
    ['panel=requests&of=service&namespace=pay&name=ledger', ['shop']],
    ['panel=pushes', ['shop', 'pay']],
  ])('answers that the rights are missing, asks nothing and names nothing: %s', async (words, seen) => {
    const deps = sourcesOf({ objects })
    const ladder = await (await asking({ ...deps, seers: seeing(...seen) }))(words)
    expect(ladder.rungs.map(({ state }) => state)).toEqual(['fails', ...ladder.rungs.slice(1).map(() => 'unasked')])
    expect(ladder.rungs[0]?.detail).toEqual([
      { says: words === 'panel=pushes' ? 'seesNotAll' : 'seesNoneHere', facts: { user: '' } },
    ])
    expect(JSON.stringify(ladder)).not.toMatch(/ledger|"pay|shop/)
    expect(deps.asked).toEqual([])
  })

  it('asks of the namespaces that are seen only', async () => {
    const deps = sourcesOf({ objects, answer: promql => (promql.includes('rate(') ? [] : [{ metric: {}, value: 1 }]) })
    const ladder = await (await asking({ ...deps, seers: seeing('shop') }))('panel=traffic')
    expect(stateOf(ladder, 'rights')).toMatchObject({
      state: 'holds',
      detail: [{ says: 'seesChosen', facts: { user: '', count: 1 } }],
    })
    expect(stateOf(ladder, 'trafficInWindow')?.query).toContain('source_workload_namespace="shop"')
    expect(JSON.stringify(ladder)).not.toContain('pay')
  })

  it('tells of how many of those that were chosen it speaks', async () => {
    const ask = await asking({ ...sourcesOf({ objects }), seers: seeing('shop') })
    expect(stateOf(await ask('panel=traffic&namespaces=shop,pay'), 'rights')?.detail).toEqual([
      { says: 'seesSome', facts: { user: '', count: 1, all: 2 } },
    ])
  })

  it('costs two who look at one panel one reading', async () => {
    const deps = sourcesOf({ objects })
    const ask = await asking(deps)
    await Promise.all([ask('panel=traffic'), ask('panel=traffic')])
    const { length } = deps.asked
    await ask('panel=traffic')
    expect(deps.asked).toHaveLength(length)
    expect(new Set(deps.asked.map(({ promql }) => promql)).size).toBe(length)
  })

  it('says of failing scrapes what policies say of them to whoever asks, with their objects', async () => {
    const policy = { group: 'security.istio.io', kind: 'AuthorizationPolicy', namespace: 'shop', name: 'nobody' }
    const asked: string[] = []
    const ladder = await (
      await asking({
        ...sourcesOf({
          objects,
          answer: promql =>
            promql.includes('count(up')
              ? [
                  { metric: { part: 'all' }, value: 1 },
                  { metric: { part: 'down' }, value: 1 },
                ]
              : promql.startsWith('topk')
                ? [{ metric: { namespace: 'shop', instance: '10.0.0.1:8080' }, value: 0 }]
                : [],
        }),
        judgeScrapes: async user => {
          asked.push(user)
          return { detail: [{ says: 'scrapeUnguarded', facts: {} }], objects: [policy] }
        },
      })
    )('panel=traffic&namespaces=shop')
    expect(asked).toHaveLength(1)
    expect(stateOf(ladder, 'scraped')).toMatchObject({
      state: 'fails',
      detail: [
        { says: 'targetsFail', facts: { count: 1, subject: { of: 'namespaces', namespaces: ['shop'] } } },
        { says: 'scrapeUnguarded', facts: {} },
      ],
      objects: [policy],
    })
  })
})
