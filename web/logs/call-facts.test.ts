import { describe, expect, it } from 'vitest'
import { lineOf } from '#shared/logs/line.ts'
import { callFactsOf } from './call-facts.ts'

const pod = { namespace: 'shop', name: 'cart-7d9f8c6b5-x2x4z' }
const facts = (text: string) => {
  const { access } = lineOf(text)
  if (access === null) throw new Error('This is no line of a proxy.')
  return callFactsOf(access, pod)
}
const envoy = (code: string, details: string, upstream: string, cluster: string) =>
  `[2026-11-25T14:21:00.120Z] "GET /items?id=7 HTTP/1.1" ${code} - ${details} - "-" 20 19 39 - "-" "curl" "0aa3-id" "cart.shop:8080" "${upstream}" ${cluster} - 10.40.1.9:9080 10.40.1.7:51123 - default`
const request = { method: 'GET', path: '/items', host: 'cart.shop:8080' }
const denied = 'rbac_access_denied_matched_policy[none]'

describe('the call of a log line', () => {
  it.each([
    [
      'refused where it arrives: from an address, to the pod, at the port of its listener',
      envoy('403', denied, '-', 'inbound|9080||'),
      { from: 'ip:10.40.1.7', to: 'shop/cart-7d9f8c6b5-x2x4z', port: '9080', ...request },
    ],
    [
      'refused before a cluster was chosen',
      envoy('403', denied, '-', '-'),
      { from: 'ip:10.40.1.7', to: 'shop/cart-7d9f8c6b5-x2x4z', ...request },
    ],
    [
      'by the pod: to a service, at the port of who answered',
      envoy('403', 'via_upstream', '10.40.2.3:9080', 'outbound|8080|v1|catalog.other.svc.cluster.local'),
      { from: 'shop/cart-7d9f8c6b5-x2x4z', to: 'other/catalog', port: '9080', ...request },
    ],
    [
      'at a waypoint: to the service behind it',
      envoy('403', denied, '-', 'inbound-vip|80|http|quotes.logistics.svc.cluster.local'),
      { from: 'ip:10.40.1.7', to: 'logistics/quotes', ...request },
    ],
    ['to nobody of the mesh', envoy('200', 'via_upstream', '1.2.3.4:443', 'PassthroughCluster'), null],
  ])('%s', (_, line, wanted) => {
    expect(facts(line)).toEqual(wanted)
  })

  it('is told by the identity that was proven, where the format has it', () => {
    const line = JSON.stringify({
      response_code: 403,
      response_flags: '-',
      response_code_details: denied,
      method: 'POST',
      path: '/a',
      upstream_cluster: 'inbound|9080||',
      downstream_remote_address: '10.40.1.7:51123',
      downstream_peer_uri_san: 'spiffe://cluster.local/ns/legacy/sa/batch',
    })
    expect(facts(line)).toMatchObject({ from: 'id:cluster.local/ns/legacy/sa/batch', method: 'POST', path: '/a' })
  })

  it.each([
    [
      'with a proof',
      'src.identity="spiffe://cluster.local/ns/amb/sa/stock"',
      'id:cluster.local/ns/amb/sa/stock',
      undefined,
    ],
    ['without', 'src.workload="batch-7d9f-4" src.namespace="legacy"', 'legacy/batch-7d9f-4', 'no'],
  ])('names both ends at ztunnel, %s', (_, source, from, mtls) => {
    const line = `2026-11-18T11:06:40.04Z\terror\taccess\tconnection complete\tsrc.addr=10.64.0.4:5 ${source} dst.addr=10.64.0.6:15008 dst.hbone_addr=10.64.0.6:9080 dst.workload="bare-7d9f-6" dst.namespace="amb" direction="inbound" bytes_sent=1 bytes_recv=0 duration="1ms" error="connection closed due to policy rejection: allow policies exist, but none allowed"`
    expect(facts(line)).toEqual({
      from,
      to: 'amb/bare-7d9f-6',
      port: '9080',
      protocol: 'tcp',
      ...(mtls === undefined ? {} : { mtls }),
    })
  })
})
