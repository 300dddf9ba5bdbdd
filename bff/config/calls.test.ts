import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Finding } from '#shared/config/finding.ts'
import { callsIn } from './calls.ts'
import { cluster, consoleOn, type Json, pod, wholeLab } from './lab.fixture.ts'

const sample = (reporter: string, policy: string, more: Record<string, string> = {}, value = 1) => ({
  metric: {
    reporter,
    source_workload: 'a',
    source_workload_namespace: 'shop',
    destination_workload: 'b',
    destination_workload_namespace: 'shop',
    destination_service: 'b.shop.svc.cluster.local',
    connection_security_policy: policy,
    ...more,
  },
  value,
})
const labels = (namespace: string, workload: string) => ({ app: `${namespace}-${workload}` })
const call = { host: 'b.shop.svc.cluster.local', namespace: 'shop', workload: 'b', labels: { app: 'shop-b' } }

describe('measured calls', () => {
  it.each([
    ['as the destination tells them', [sample('source', 'unknown'), sample('destination', 'mutual_tls')], [true]],
    ['in plaintext', [sample('destination', 'none')], [false]],
    [
      'both ways, where both were measured',
      [sample('destination', 'none'), sample('destination', 'mutual_tls')],
      [false, true],
    ],
    ['of unknown safety, where only the caller tells', [sample('source', 'unknown')], [null]],
    ['none, where nothing is called any more', [sample('destination', 'none', {}, 0)], []],
  ])('are %s', (_, samples, mutual) => {
    const calls = callsIn(samples, labels)
    expect(calls.map(({ isMutual }) => isMutual)).toEqual(mutual)
    for (const each of calls) expect(each.destination).toEqual(call)
  })
})

describe('on the whole lab', () => {
  it('what is measured now speaks when a change would cut it off', async () => {
    const { kubeconfig, prometheus } = await wholeLab()
    const { as } = await consoleOn(kubeconfig, undefined, prometheus)
    const sidecar = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Sidecar',
      metadata: { name: 'narrow', namespace: 'shop' },
      spec: { egress: [{ hosts: ['istio-system/*'] }] },
    }
    const findings = async (apply: Json[]) =>
      (await as('mesh-admin')('/analyze', { apply, delete: [] })).body['findings'] as {
        code: string
        message: string
      }[]
    // An old batch job calls the ledger in plaintext: the lab's mesh lets it, for that.
    const strict = {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'ledger', namespace: 'pay' },
      spec: { selector: { matchLabels: { app: 'ledger' } }, mtls: { mode: 'STRICT' } },
    }
    await vi.waitFor(
      async () => {
        const codes = (await findings([sidecar, strict])).map(({ code }) => code)
        expect(codes).toEqual(expect.arrayContaining(['WEFT0504', 'WEFT0212']))
      },
      { timeout: 30_000, interval: 500 },
    )
    // Whom they call is for those who may list something there.
    const told = await as('shop-dev')('/analyze', { apply: [sidecar, strict], delete: [] })
    const calls = (told.body['findings'] as Finding[]).filter(({ code }) => code === 'WEFT0504' || code === 'WEFT0212')
    expect(calls.map(({ code }) => code).toSorted()).toEqual(['WEFT0212', 'WEFT0504'])
    expect(JSON.stringify(calls.map(({ message, evidence }) => [message, evidence]))).not.toMatch(
      /\bpay\b|ledger|batch/,
    )
  }, 60_000)
})

describe('callers of namespaces that somebody may not see', () => {
  it('are named to nobody who may not list there: of the object, of a draft, in its history', async () => {
    const calls = [
      { source_workload: 'batch', source_workload_namespace: 'pay' },
      { source_workload: 'robot', source_workload_namespace: 'abroad' },
      { source_workload: 'cron', source_workload_namespace: 'logistics' },
    ].map(source => sample('destination', 'none', { ...source, destination_workload: 'web' }))
    const prometheus = await answering(calls)
    const policy = {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { name: 'strict', namespace: 'shop' },
      spec: { mtls: { mode: 'STRICT' } },
    }
    const given = await cluster([pod('shop', 'web', 'web-1'), pod('pay', 'batch', 'batch-1')])
    const { as } = await consoleOn(given.kubeconfig, undefined, prometheus)
    const draft = () => as('mesh-admin')('/analyze', { apply: [policy], delete: [] })
    await vi.waitFor(async () => expect(JSON.stringify((await draft()).body)).toContain('pay/batch to shop/web'), soon)
    given.put(policy)
    const object = '/objects/security.istio.io/PeerAuthentication/shop/strict'
    const found = '?object=security.istio.io/PeerAuthentication/shop/strict'
    await vi.waitFor(async () => {
      expect((await as('shop-dev')(object)).body['findings']).toMatchObject([{ code: 'WEFT0212' }])
      expect((await as('shop-dev')(`/history${found}`)).body['entries']).toHaveLength(1)
    }, soon)
    const { body } = await as('shop-dev')(`/history${found}`)
    const [{ id }] = body['entries'] as [{ id: string }]
    const roads: [string, unknown?][] = [
      [object],
      ['/analyze', { apply: [policy], delete: [] }],
      [`/history/${id}`],
      ['/world'],
      ['/objects'],
    ]
    for (const [path, change] of roads) {
      // oxlint-disable-next-line no-await-in-loop -- one road after the other
      const [own, all] = await Promise.all(['shop-dev', 'mesh-admin'].map(user => as(user)(path, change)))
      expect([path, own?.status, all?.status]).toEqual([path, 200, 200])
      expect(JSON.stringify(own?.body)).not.toMatch(/batch|robot|abroad/)
      const finding = (reply: typeof own) => (reply?.body['findings'] as Finding[] | undefined)?.[0]?.evidence
      if (path === '/world' || path === '/objects') continue
      expect([path, finding(own)]).toEqual([path, ['(hidden) to shop/web', 'logistics/cron to shop/web']])
      expect(finding(all)).toEqual(['abroad/robot to shop/web', 'logistics/cron to shop/web', 'pay/batch to shop/web'])
    }
  }, 60_000)
})

const soon = { timeout: 30_000, interval: 100 }

/** A Prometheus that says the same to whoever asks for requests. */
async function answering(samples: readonly ReturnType<typeof sample>[]): Promise<string> {
  const result = samples.map(({ metric, value }) => ({ metric, value: [1, String(value)] }))
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
