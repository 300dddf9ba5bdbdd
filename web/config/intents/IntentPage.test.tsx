import { describe, expect, it } from 'vitest'
import type { Json } from '#shared/mesh/object.ts'
import { renderEditor } from '#web/config/editor/testing.tsx'
import { intentIds, offeredOn } from './ids.ts'
import { IntentPage } from './IntentPage.tsx'
import { tasks } from './registry.ts'

const host = 'web.shop.svc.cluster.local'
const objects: Json[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80 }] },
  },
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { namespace: 'shop', name: 'web' },
    spec: { host, subsets: ['v1', 'v2'].map(version => ({ name: version, labels: { version } })) },
  },
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { namespace: 'shop', name: 'web', resourceVersion: '7' },
    spec: {
      hosts: ['web'],
      http: [
        { route: ['v1', 'v2'].map((subset, index) => ({ destination: { host, subset }, weight: [90, 10][index] })) },
      ],
    },
  },
]
const workload = (version: string) => ({
  namespace: 'shop',
  name: `web-${version}`,
  kind: 'Deployment',
  labels: { app: 'web', version },
  serviceAccount: 'web',
  pods: 2,
  proxy: 'sidecar',
})
const replies = (more: Json = {}) => ({
  '/api/config/world': () => ({ version: '1', isWhole: true, objects, removed: [], unseen: [], settings: {}, ...more }),
  '/api/config/inventory': () => ({
    namespaces: [{ name: 'shop', labels: {} }],
    services: [{ namespace: 'shop', name: 'web', hosts: [host], ports: [], selector: { app: 'web' } }],
    workloads: ['v1', 'v2'].map(workload),
    serviceAccounts: [],
    subsets: [],
    gateways: [],
    secrets: [],
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
    providers: [],
  }),
})
const shown = (id: string, search = { namespace: 'shop', service: 'web' }) => (
  <IntentPage
    id={id}
    search={search}
    onSearch={() => undefined}
    onGo={() => undefined}
    useTraffic={() => null}
    useCalls={() => null}
  />
)

describe('the page of a task', () => {
  it('asks for what has changed, once it knows the world', async () => {
    const since: (string | null)[] = []
    const whole = replies()
    const { screen, cache } = await renderEditor(shown('shift'), {
      ...whole,
      '/api/config/world': ({ query }) => {
        since.push(query.get('since'))
        const [, , virtualService] = objects as [Json, Json, Json]
        const spec = structuredClone(virtualService['spec']) as { http: { route: { weight: number }[] }[] }
        const [a, b] = spec.http[0]?.route ?? []
        if (a && b) [a.weight, b.weight] = [20, 80]
        return query.get('since') === null
          ? whole['/api/config/world']()
          : { ...whole['/api/config/world'](), version: '2', isWhole: false, objects: [{ ...virtualService, spec }] }
      },
    })
    await expect.element(screen.getByRole('spinbutton', { name: 'Percent for v1' })).toHaveValue(90)
    await cache.invalidateQueries({ queryKey: ['config', 'world'] })
    await expect.element(screen.getByRole('spinbutton', { name: 'Percent for v1' })).toHaveValue(20)
    expect(since.slice(0, 2)).toEqual([null, '1'])
  })

  it('moves the shares together, shows what it would write, and asks the server for that very thing', async () => {
    const { screen, asked } = await renderEditor(shown('shift'), replies())
    const v1 = screen.getByRole('spinbutton', { name: 'Percent for v1' })
    await expect.element(v1).toHaveValue(90)
    const review = screen.getByRole('button', { name: 'Review and apply…' })
    await expect.element(review).toHaveAttribute('aria-disabled', 'true')
    await v1.fill('30')
    await expect.element(screen.getByRole('slider', { name: 'Share of v2' })).toHaveValue('70')
    const writes = screen.getByRole('complementary', { name: 'What it writes' })
    await expect.poll(() => writes.element().textContent).toMatch(/weight:\s+30/)
    await review.click()
    await expect
      .poll(() => asked.find(({ path }) => path === '/api/config/apply')?.body)
      .toMatchObject({
        apply: [{ resourceVersion: '7', manifest: { spec: { http: [{ route: [{ weight: 30 }, { weight: 70 }] }] } } }],
        dryRun: true,
      })
  })

  it('says what stands in the way', async () => {
    const { screen } = await renderEditor(shown('shift', { namespace: 'shop', service: 'nobody' }), replies())
    await expect.element(screen.getByText(/There is no service shop\/nobody/)).toBeVisible()
  })

  it('says of which kind not everything may be seen', async () => {
    const unseen = [{ kind: 'networking.istio.io/VirtualService', except: ['pay'] }]
    const { screen } = await renderEditor(shown('shift'), replies({ unseen }))
    await expect.element(screen.getByText(/You may not see all of VirtualService/)).toBeVisible()
  })

  it('says that what exists could not be read, and that there is no such task', async () => {
    const { screen, show } = await renderEditor(shown('shift'), {
      ...replies(),
      '/api/config/world': () =>
        new Response(JSON.stringify({ type: 'about:blank', title: 'x', status: 503, detail: 'Down.' }), {
          status: 503,
        }),
    })
    await expect.element(screen.getByText('Down.')).toBeVisible()
    await show(shown('dance'))
    await expect.element(screen.getByText('This console knows no task “dance”.')).toBeVisible()
  })

  it('offers each task where its intent says', async () => {
    for (const id of intentIds) {
      const task = await tasks[id]?.()
      if (task !== undefined)
        expect({ id, on: task.intent.on, is: task.intent.id }).toEqual({ id, on: offeredOn[id], is: id })
    }
  })
})
