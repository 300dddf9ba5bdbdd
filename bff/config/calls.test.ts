import { describe, expect, it, vi } from 'vitest'
import { callsIn } from './calls.ts'
import { consoleOn, type Json, wholeLab } from './lab.fixture.ts'

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
  }, 60_000)
})
