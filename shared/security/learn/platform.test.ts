import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { isScrapedItself, platformOf, platformRules, prometheusIn } from './platform.ts'
import { workload } from '#shared/security/matrix.fixture.ts'

const here = { namespace: 'pay', workloads: ['ledger'], enforcedBy: 'sidecar' as const }
const asks = (annotations: Record<string, string>, containers: Record<string, unknown>[] = []) =>
  workload('pay/ledger', { asks: { annotations, containers } })
const scraped = asks({ 'prometheus.io/scrape': 'true', 'prometheus.istio.io/merge-metrics': 'false' })
const prometheus = 'cluster.local/ns/monitoring/sa/prometheus'
const rules = (
  one: Parameters<typeof platformOf>[0][number],
  objects: readonly MeshObject[] = [],
  who: string | null = prometheus,
) => platformRules(platformOf([one], objects, { trustDomain: 'cluster.local', prometheus: who }), here)

describe('who must get in, as the cluster tells it', () => {
  it('is nobody, where the agent answers probes and scrapes', () => {
    expect(rules(workload('pay/ledger'))).toEqual([])
  })
  it('is Prometheus, where it scrapes the application itself', () => {
    expect(rules(scraped)).toMatchObject([
      { why: 'prometheus', rule: { from: [{ source: { principals: [prometheus] } }] } },
    ])
    expect(isScrapedItself(scraped)).toBe(true)
  })
  it('is not Prometheus without an identity: no rule can name it', () => {
    expect(rules(scraped, [], null)).toEqual([])
  })
  it('is the kubelet, where it probes the application itself', () => {
    const probed = asks({ 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' }, [
      { ports: [{ name: 'web', containerPort: 8080 }], livenessProbe: { httpGet: { path: '/live', port: 'web' } } },
    ])
    expect(rules(probed)).toMatchObject([
      { why: 'probe', rule: { to: [{ operation: { ports: ['8080'], methods: ['GET'], paths: ['/live'] } }] } },
    ])
  })
  it('is a gateway whose routes lead there', () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'pay', name: 'ledger' },
      spec: { selector: { app: 'ledger' } },
    }
    const gateway = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { namespace: 'edge', name: 'public' },
      spec: { gatewayClassName: 'istio' },
    }
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { namespace: 'pay', name: 'ledger' },
      spec: { parentRefs: [{ name: 'public', namespace: 'edge' }], rules: [{ backendRefs: [{ name: 'ledger' }] }] },
    }
    expect(JSON.stringify(rules(workload('pay/ledger'), [service, gateway, route]))).toContain(
      'ns/edge/sa/public-istio',
    )
  })
})

describe('Prometheus', () => {
  it('is found by its name, if it has an identity', () => {
    const one = workload('monitoring/prometheus-server', { serviceAccounts: ['prometheus'] })
    expect(prometheusIn([workload('pay/ledger'), one], 'cluster.local')).toBe(prometheus)
    expect(prometheusIn([{ ...one, guarded: 0 }], 'cluster.local')).toBeNull()
  })
})
