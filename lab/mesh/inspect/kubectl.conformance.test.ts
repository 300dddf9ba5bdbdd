import { execFile } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findKubectls } from '#lab/kubernetes/kubectls.ts'
import { type Lab, startLab } from '#lab/start.ts'
import type { SyncStatus } from './syncz.ts'

const kubectls = findKubectls(process.env, process.cwd())

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ preset: 'shop', seed: 1 })
})
afterAll(() => lab.stop())

it('there is a kubectl to test with', () => {
  expect(kubectls).not.toEqual([])
})

describe.each(kubectls)('%s', program => {
  const env = () => ({ PATH: process.env['PATH'], HOME: '/nonexistent', KUBECONFIG: lab.kubeconfig })
  const run = (line: string) =>
    new Promise<{ out: string; error: string; code: number }>(resolve => {
      execFile(program, line.split(' '), { env: env(), timeout: 60_000, maxBuffer: 1e8 }, (failure, out, error) =>
        resolve({ out, error, code: failure ? Number(failure.code ?? 1) : 0 }),
      )
    })
  const raw = async (path: string): Promise<string> => {
    const { out, error, code } = await run(`get --raw /api/v1/namespaces/${path}`)
    expect(code, error).toBe(0)
    return out
  }
  const podsOf = async (namespace: string, app: string) =>
    (await run(`get pods -n ${namespace} -l app=${app} -o name`)).out
      .split('\n')
      .filter(line => line !== '')
      .map(line => line.replace('pod/', ''))

  it.each(['istiod:15014', 'http:istiod:15014', 'istiod:http-monitoring'])(
    'get --raw asks istiod behind its Service as %s',
    async service => {
      const all = JSON.parse(await raw(`istio-system/services/${service}/proxy/debug/syncz`)) as SyncStatus[]
      expect(all.length).toBeGreaterThan(10)
      for (const { route_sent, route_acked } of all) expect(route_sent).toBe(route_acked)
    },
  )
  it('get --raw asks every istiod, and together they know every proxy', async () => {
    const istiods = await podsOf('istio-system', 'istiod')
    const all = await Promise.all(istiods.map(name => raw(`istio-system/pods/${name}:15014/proxy/debug/syncz`)))
    const proxies = all.flatMap(text => (JSON.parse(text) as SyncStatus[]).map(({ proxy }) => proxy))
    const [catalog = ''] = await podsOf('shop', 'catalog')
    expect(proxies).toContain(`${catalog}.shop`)
    expect(new Set(proxies).size).toBe(proxies.length)
  })
  it('get --raw asks a proxy for its configuration', async () => {
    const [pod = ''] = await podsOf('shop', 'storefront')
    const dump = await raw(`shop/pods/${pod}:15000/proxy/config_dump`)
    expect(dump).toContain('outbound|8080|v1|recommendations.shop.svc.cluster.local')
    expect(await raw(`shop/pods/${pod}:15090/proxy/stats/prometheus`)).toContain('istio_requests_total{')
  })
  it('get --raw tells what is in the way, as the API server does', async () => {
    const [pod = ''] = await podsOf('shop', 'storefront')
    const refused = await run(`get --raw /api/v1/namespaces/shop/pods/${pod}:4711/proxy/`)
    expect([refused.code, refused.error]).toEqual([1, expect.stringContaining('connect: connection refused')])
    const viewer = await run(
      `get --raw /api/v1/namespaces/shop/pods/${pod}:15000/proxy/config_dump --context viewer@prod-eu`,
    )
    expect([viewer.code, viewer.error]).toEqual([1, expect.stringContaining('cannot get resource "pods/proxy"')])
    const developer = await run(
      `get --raw /api/v1/namespaces/shop/pods/${pod}:15000/proxy/ready --context shop-dev@prod-eu`,
    )
    expect([developer.code, developer.out]).toEqual([0, 'LIVE\n'])
  })
  it('exec and port-forward end with a word', async () => {
    const [pod = ''] = await podsOf('shop', 'storefront')
    for (const line of [`exec -n shop ${pod} -c istio-proxy -- true`, `port-forward -n shop ${pod} :15000`]) {
      const { code, error } = await run(line)
      expect([line, code === 0, error]).toEqual([line, false, expect.stringMatching(/upgrad|kubelet/i)])
    }
  })
})
