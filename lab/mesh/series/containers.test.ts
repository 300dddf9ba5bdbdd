import { describe, expect, it } from 'vitest'
import type { Matcher } from '#lab/contract.ts'
import { createMesh } from '#lab/mesh/mesh.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { smallScenario } from '#lab/mesh/testing/small-mesh.ts'

const startedAt = Date.UTC(2026, 10, 23, 8)
const is = (name: string, value: string): Matcher => ({ name, op: '=', value })

function living(more: Parameters<typeof smallScenario>[0] = {}) {
  const scenario = smallScenario(more)
  const killed: string[] = []
  const mesh = createMesh({
    scenario,
    store: memoryStore(scenario.objects),
    sink: { add: () => undefined },
    seed: 1,
    startedAt,
    historyHours: 0.1,
    onFull: (pod, container) => killed.push(`${pod.namespace}/${pod.name} ${container}`),
  })
  let time = startedAt
  const select = (...matchers: Matcher[]) => mesh.samples.select(matchers, time - 3_600_000, time)
  return {
    mesh,
    killed,
    select,
    last: (...matchers: Matcher[]) => select(...matchers)[0]?.values.at(-1),
    run(seconds: number) {
      time += seconds * 1000
      mesh.advanceTo(time)
    },
  }
}

describe('containers', () => {
  it('of every pod have their CPU and memory, the proxy apart from the application', () => {
    const { select } = living()
    const found = select(is('__name__', 'container_memory_working_set_bytes'), is('namespace', 'shop'))
    const names = new Set(found.map(({ labels }) => `${labels['pod']} ${labels['container']}`))
    expect(names).toContain('front-5d4f-0 app')
    expect(names).toContain('front-5d4f-0 istio-proxy')
    expect(names.size).toBe(found.length)
    for (const { values } of found) expect(values.at(-1)).toBeGreaterThan(30 * 2 ** 20)
  })

  it('use CPU time that only grows, more of it the more they are asked', () => {
    const { select, run } = living()
    run(60)
    const [busy] = select(
      is('__name__', 'container_cpu_usage_seconds_total'),
      is('pod', 'front-5d4f-0'),
      is('container', 'app'),
    )
    const [idle] = select(
      is('__name__', 'container_cpu_usage_seconds_total'),
      is('pod', 'bare-5d4f-0'),
      is('container', 'app'),
    )
    const values = [...(busy?.values ?? [])]
    expect(values.toSorted((a, b) => a - b)).toEqual(values)
    const grown = (series: typeof busy) => (series?.values.at(-1) ?? 0) - (series?.values[0] ?? 0)
    expect(grown(busy)).toBeGreaterThan(grown(idle))
  })

  it('of a proxy are told by Envoy too', () => {
    const { last } = living()
    const working = last(
      is('__name__', 'container_memory_working_set_bytes'),
      is('pod', 'front-5d4f-0'),
      is('container', 'istio-proxy'),
    )
    const allocated = last(is('__name__', 'envoy_server_memory_allocated'), is('pod', 'front-5d4f-0'))
    expect(allocated).toBeGreaterThan(0)
    expect(allocated).toBeLessThan(working ?? 0)
  })

  it('that leak grow until they are killed, and begin anew', () => {
    const { mesh, last, run, killed } = living()
    const memory = () =>
      last(is('__name__', 'container_memory_working_set_bytes'), is('pod', 'front-5d4f-0'), is('container', 'app')) ?? 0
    const before = memory()
    mesh.leak('shop/front-5d4f-0', 8 * 2 ** 20)
    run(30)
    expect(memory()).toBeGreaterThan(before + 100 * 2 ** 20)
    run(90)
    expect(killed).toEqual(['shop/front-5d4f-0 app'])
    mesh.leak('shop/front-5d4f-0', 0)
    run(15)
    const after = memory()
    run(60)
    expect(memory()).toBeLessThanOrEqual(after + 2 ** 20)
  })

  it('are added up by workload where series carry no pod', () => {
    const { select } = living({ perPodSeries: false })
    const found = select(is('__name__', 'container_memory_working_set_bytes'), is('workload', 'back-v1'))
    expect(found.map(({ labels }) => [labels['container'], labels['pod']])).toEqual([
      ['app', undefined],
      ['istio-proxy', undefined],
    ])
  })
})
