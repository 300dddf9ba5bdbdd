import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sight } from '#bff/http/sight.ts'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'
import { rangeReadings } from '#bff/metrics/read.ts'
import { wordReadings } from '#bff/metrics/words.ts'
import type { ApiAnswer, ApiRequest } from '#bff/sources/kubernetes-api.ts'
import { type Series, SourceError } from '#bff/sources/source.ts'
import type { Chosen } from '#shared/metrics/own/api.ts'
import { OwnCharts } from '#shared/metrics/own/api.ts'
import { files, ownKey, ownLabel, type OwnDashboard, ownText } from '#shared/metrics/own/dashboard.ts'
import { gridOf } from '#shared/metrics/step.ts'
import { readOwnCharts } from './charts.ts'
import { type KeptDeps, listOwnFor, readOwnFor } from './kept.ts'

const signal = new AbortController().signal
const now = 1_800_000_000_000
const grid = gridOf(now - 900_000, now, 15)
const at = grid.times[3] ?? 0
const line = (metric: Record<string, string>, value: number): Series => ({ metric, times: [at], values: [value] })

const dashboard: OwnDashboard = {
  title: 'Shop',
  variables: [
    { kind: 'values', name: 'namespace', series: 'istio_requests_total', label: 'destination_service_namespace' },
    {
      kind: 'values',
      name: 'service',
      series: 'istio_requests_total{destination_service_namespace="$namespace"}',
      label: 'destination_service_name',
      allowsAll: true,
    },
    { kind: 'interval', name: 'window', values: ['auto', '5m'] },
  ],
  panels: [
    {
      title: 'Rate',
      unit: 'perSecond',
      queries: [
        { promql: 'rate(istio_requests_total{destination_service_name=~"$service"}[$window])', name: '{{code}}' },
      ],
    },
  ],
}

async function chartsOf(
  given: { series?: Series[]; words?: string[]; sight?: Sight; chosen?: Chosen; fails?: Error },
  written: OwnDashboard = dashboard,
) {
  const deps = sourcesOf({ now, words: given.words ?? ['shop', 'pay'], line: () => given.series ?? [] })
  if (given.fails !== undefined) {
    const { fails } = given
    deps.sources.prometheus.queryRange = () => Promise.reject(fails)
  }
  const reading = {
    grid,
    isLive: true,
    sight: given.sight ?? ('everything' as const),
    series: rangeReadings(deps).series,
    words: wordReadings(deps),
  }
  const charts = await readOwnCharts(written, given.chosen ?? {}, reading, signal)
  expect(OwnCharts.safeParse(charts).error).toBeUndefined()
  return { charts, asked: deps.asked.map(({ promql }) => promql) }
}
const withQuery = (promql: string, name?: string): OwnDashboard => ({
  title: 'One',
  panels: [{ title: 'A', unit: 'count', queries: [{ promql, ...(name !== undefined && { name }) }] }],
})

describe('charts of a dashboard of ones own', () => {
  it('are asked with what is chosen, each variable with those before it', async () => {
    const { charts, asked } = await chartsOf({ chosen: { namespace: 'shop', service: null, window: '5m' } })
    expect(asked).toEqual([
      'destination_service_namespace of istio_requests_total',
      'destination_service_name of istio_requests_total{destination_service_namespace="shop"}',
      'rate(istio_requests_total{destination_service_name=~".*"}[5m])',
    ])
    expect(charts.variables.map(({ name, chosen }) => [name, chosen])).toEqual([
      ['namespace', 'shop'],
      ['service', null],
      ['window', '5m'],
    ])
    expect(charts.queries).toBe(3)
  })

  it('fall back to what there is where nothing, or something that is not there, is chosen', async () => {
    const { charts, asked } = await chartsOf({ chosen: { namespace: 'gone"}', window: '[' } })
    expect(charts.variables.map(({ chosen }) => chosen)).toEqual(['pay', null, 'auto'])
    expect(asked.at(-1)).toBe('rate(istio_requests_total{destination_service_name=~".*"}[60s])')
  })

  it('are of the namespaces that whoever looks may see', async () => {
    const { asked } = await chartsOf({ sight: new Set(['shop']) })
    for (const promql of asked) expect(promql).toContain('destination_service_namespace=~"shop|unknown|"')
  })

  it('call lines by the template, tell equal names apart, and the largest twenty of many', async () => {
    const few = [line({ code: '200', pod: 'a' }, 2), line({ code: '200', pod: 'b' }, 1)]
    const { charts } = await chartsOf({ series: few }, withQuery('up', 'code {{code}}{{none}}'))
    expect(charts.panels[0]?.lines.map(({ name }) => name)).toEqual(['code 200', 'code 200 (2)'])
    const many = Array.from({ length: 30 }, (_, index) => line({ pod: String(index) }, index))
    const [panel] = (await chartsOf({ series: many }, withQuery('up'))).charts.panels
    expect([panel?.lines.length, panel?.series, panel?.lines[0]?.name]).toEqual([20, 30, '{pod="29"}'])
  })

  it.each([
    ['up{', 'cannot be read from character'],
    ['up{namespace=$namespace}', 'outside of quotes'],
  ])('say what is wrong with one panel, and show the others: %s', async (promql, because) => {
    const two = { ...dashboard, panels: [...withQuery(promql).panels, ...dashboard.panels] }
    const { charts } = await chartsOf({ series: [line({ code: '200' }, 1)] }, two)
    expect(charts.panels.map(({ problem, lines }) => [problem !== null, lines.length])).toEqual([
      [true, 0],
      [false, 1],
    ])
    expect(charts.panels[0]?.problem).toContain(because)
  })

  it('say what Prometheus refuses, and are not there while it is away', async () => {
    const refused = await chartsOf({ fails: new SourceError('prometheus', 'refused', 'many-to-many') }, withQuery('up'))
    expect(refused.charts.panels[0]?.problem).toBe('many-to-many')
    const away = new SourceError('prometheus', 'timeout', 'did not answer')
    await expect(chartsOf({ fails: away }, withQuery('up'))).rejects.toThrow('did not answer')
  })

  it('ask for values by selectors only', async () => {
    const variables = [{ kind: 'values' as const, name: 'a', series: 'sum(up)', label: 'pod' }]
    const { charts, asked } = await chartsOf({}, { ...withQuery('up'), variables })
    expect(charts.variables[0]?.problem).toContain('is a selector')
    expect(asked).toEqual(['up'])
  })
})

/** A cluster with two ConfigMaps, of which `dev` may list one namespace. */
function kept(folder: string | null): KeptDeps {
  const map = (
    namespace: string,
    name: string,
    text: string,
    labels: Record<string, string> = { [ownLabel]: 'true' },
  ) => ({
    metadata: { namespace, name, labels, managedFields: [] },
    data: { [ownKey]: text },
  })
  const all = [map('shop', 'mine', ownText(dashboard)), map('pay', 'broken', '{'), map('shop', 'other', 'secret', {})]
  const ask =
    (user: string) =>
    async ({ path }: ApiRequest): Promise<ApiAnswer> => {
      const [, namespace, name] = /namespaces\/([^/]+)\/configmaps(?:\/([^/?]+))?/.exec(path) ?? []
      const answer = (status: number, json: object): ApiAnswer =>
        ({ status, json, text: '', warnings: [] }) as unknown as ApiAnswer
      if (user === 'dev' && namespace !== 'shop') return answer(403, {})
      const found = all.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
      if (name === undefined)
        return answer(200, { items: found.filter(({ metadata }) => metadata.labels[ownLabel] === 'true') })
      const one = found.find(({ metadata }) => metadata.name === name)
      return one === undefined ? answer(404, {}) : answer(200, one)
    }
  const as = (user: string) => ({ user, url: '', ask: ask(user), stream: () => Promise.reject(new Error('no')) })
  const objects = { namespaces: [{ name: 'shop' }, { name: 'pay' }] } as never
  return {
    users: { as, current: 'admin' },
    kubernetes: { objects: () => objects },
    seers: { of: async (user, names) => (user === 'dev' ? new Set(['shop']) : new Set(names)) },
    folder,
  }
}

describe('where dashboards are kept', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weft-dashboards-'))
    await writeFile(join(folder, 'mesh.json'), ownText({ ...dashboard, title: 'A file' }))
    await writeFile(join(folder, 'notes.txt'), 'no dashboard')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is the cluster, as far as somebody may list it, and a folder', async () => {
    const { dashboards } = await listOwnFor('admin', kept(folder), signal)
    expect(dashboards.map(({ namespace, name, problem }) => [namespace, name, problem === null])).toEqual([
      [files, 'mesh', true],
      ['shop', 'mine', true],
      ['pay', 'broken', false],
    ])
    expect((await listOwnFor('dev', kept(null), signal)).dashboards.map(({ name }) => name)).toEqual(['mine'])
  })

  it('is said where the folder is not there', async () => {
    const { partial } = await listOwnFor('admin', kept(join(folder, 'gone')), signal)
    expect(partial).toEqual(['The folder of WEFT_DASHBOARDS cannot be read: ENOENT.'])
  })

  it('gives one of them with its object, and a file without', async () => {
    const mine = await readOwnFor({ namespace: 'shop', name: 'mine' }, 'dev', kept(folder), signal)
    expect(mine.object?.['metadata']).not.toHaveProperty('managedFields')
    expect(mine.text).toBe(ownText(dashboard))
    expect(await readOwnFor({ namespace: files, name: 'mesh' }, 'dev', kept(folder), signal)).toMatchObject({
      object: null,
    })
  })

  it.each([
    ['shop', 'other', 'There is no dashboard shop/other'],
    ['shop', 'gone', 'There is no dashboard shop/gone'],
    ['pay', 'broken', 'dev may not get configmaps in namespace pay'],
    [files, 'gone', 'There is no dashboard gone'],
  ])('gives nothing that is no dashboard, or not for them: %s/%s', async (namespace, name, because) => {
    await expect(readOwnFor({ namespace, name }, 'dev', kept(folder), signal)).rejects.toThrow(because)
  })
})
