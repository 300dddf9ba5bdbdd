import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizerRoute } from '#lab/control/authorizer.ts'
import { outageRoute } from '#lab/control/outage.ts'
import { createControlServer } from '#lab/control/server.ts'
import { type Lab, startLab } from './start.ts'

const startedAt = Date.UTC(2026, 10, 23, 8)

describe('the lab', { timeout: 60_000 }, () => {
  let lab: Lab
  let control: ReturnType<typeof createControlServer>
  let door = ''
  beforeAll(async () => {
    lab = await startLab({ preset: 'shop', seed: 1, now: () => startedAt })
    control = createControlServer([outageRoute(lab.setOutage), authorizerRoute(lab.mesh)])
    door = await control.listen()
  }, 60_000)
  afterAll(async () => {
    await control.close()
    await lab.stop()
    expect(existsSync(lab.kubeconfig)).toBe(false)
  })

  /** The Kubernetes API over TLS, trusting the lab's own authority only. */
  const ask = (path: string, token?: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      const headers = token ? { authorization: `Bearer ${token}` } : {}
      get(`${lab.kubernetes.url}${path}`, { ca: lab.kubernetes.authority, headers, agent: false }, response => {
        let body = ''
        response.on('data', (piece: Buffer) => (body += piece.toString()))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      }).on('error', reject)
    })
  const read = async (url: string): Promise<unknown> => (await fetch(url)).json()

  it('serves what the mesh counted as Prometheus', async () => {
    const query = 'sum(rate(istio_requests_total{source_workload="web-gateway-istio",reporter="source"}[1m]))'
    const reply = await read(
      `${lab.prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}&time=${startedAt / 1000}`,
    )
    const { data } = reply as { data: { result: { value: [number, string] }[] } }
    expect(Number(data.result[0]?.value[1])).toBeGreaterThan(200)
  })
  it('serves the objects the mesh lives by as Kubernetes', async () => {
    expect(readFileSync(lab.kubeconfig, 'utf8')).toContain(lab.kubernetes.url)
    const reply = await ask('/apis/apps/v1/namespaces/pay/deployments', 'lab-viewer')
    const { items } = JSON.parse(reply.body) as { items: { metadata: { name: string } }[] }
    expect(items.map(item => item.metadata.name)).toContain('ledger')
  })
  it('knows its users by their tokens, and lets strangers see the version only', async () => {
    expect(lab.kubernetes.developer).toEqual({ edits: 'shop', reads: 'logistics' })
    expect((await ask('/api/v1/namespaces/shop/pods', 'lab-shop-dev')).status).toBe(200)
    expect((await ask('/api/v1/namespaces/pay/pods', 'lab-shop-dev')).status).toBe(403)
    expect((await ask('/api/v1/namespaces/pay/secrets', 'lab-viewer')).status).toBe(403)
    expect((await ask('/api/v1/secrets', 'lab-mesh-admin')).status).toBe(200)
    expect((await ask('/version')).status).toBe(200)
    expect((await ask('/api/v1/pods')).status).toBe(403)
    await expect(fetch(`${lab.kubernetes.url}/version`)).rejects.toThrow()
  })
  it('lets those who may look into istiod and the proxies', async () => {
    const syncz = '/api/v1/namespaces/istio-system/services/istiod:15014/proxy/debug/syncz'
    const found = await ask(syncz, 'lab-mesh-admin')
    expect([found.status, found.body.includes('"proxy_type":"sidecar"')]).toEqual([200, true])
    expect((await ask(syncz, 'lab-viewer')).status).toBe(403)
    const pods = await ask('/api/v1/namespaces/shop/pods', 'lab-shop-dev')
    const { items } = JSON.parse(pods.body) as { items: { metadata: { name: string } }[] }
    const dump = `/api/v1/namespaces/shop/pods/${items[0]?.metadata.name}:15000/proxy/config_dump`
    expect((await ask(dump, 'lab-shop-dev')).status).toBe(200)
    expect((await ask(dump, 'lab-viewer')).status).toBe(403)
  })
  it('serves sampled requests as Jaeger', async () => {
    const { services } = (await read(`${lab.tracing.url}/api/v3/services`)) as { services: string[] }
    expect(services).toEqual(expect.arrayContaining(['checkout.shop', 'web-gateway-istio.gateways', 'ledger.pay']))
  })
  it.each(['kubernetes', 'prometheus', 'tracing'] as const)('takes %s away and gives it back', async server => {
    const say = (down: boolean) =>
      fetch(`${door}/lab/outage`, { method: 'POST', body: JSON.stringify({ server, down }) }).then(
        reply => reply.status,
      )
    const address = { kubernetes: '/version', prometheus: '/-/ready', tracing: '/api/v3/services' }[server]
    expect(await say(true)).toBe(200)
    const look = () => (server === 'kubernetes' ? ask(address) : fetch(lab[server].url + address))
    await expect(look()).rejects.toThrow()
    expect(await say(false)).toBe(200)
    expect((await look()).status).toBe(200)
  })
  it('says what an outage looks like when it is asked wrongly', async () => {
    const ask = (body: string) => fetch(`${door}/lab/outage`, { method: 'POST', body }).then(reply => reply.status)
    expect(await ask('{"server":"moon","down":true}')).toBe(400)
    expect(await ask('not json')).toBe(400)
    expect((await fetch(`${door}/lab/outage`)).status).toBe(405)
    expect((await fetch(`${door}/elsewhere`)).status).toBe(404)
  })
  it('turns its external authorizer by POST and tells by GET how it answers', async () => {
    const turn = (body: unknown) =>
      fetch(`${door}/lab/authorizer`, { method: 'POST', body: JSON.stringify(body) }).then(reply => reply.status)
    const told = () => read(`${door}/lab/authorizer`)
    expect(await told()).toEqual({ authorizers: [{ provider: 'lab-authorizer', answer: 'allow' }] })
    expect(await turn({ provider: 'lab-authorizer', answer: 'down' })).toBe(200)
    expect(await told()).toEqual({ authorizers: [{ provider: 'lab-authorizer', answer: 'down' }] })
    expect(await turn({ provider: 'lab-authorizer', answer: 'maybe' })).toBe(400)
    expect(await turn({ provider: 'another', answer: 'deny' })).toBe(400)
    expect(await turn(['deny'])).toBe(400)
  })
})

describe('a port that is taken', { timeout: 60_000 }, () => {
  it('is told, and nothing is left running', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as AddressInfo
    await expect(startLab({ preset: 'shop', seed: 1, ports: { tracing: port } })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port,
    })
    await new Promise(resolve => other.close(resolve))
  })
})
