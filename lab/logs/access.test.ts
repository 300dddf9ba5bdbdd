import { describe, expect, it } from 'vitest'
import type { RequestTree } from '#lab/contract.ts'
import { createPacker, type Packed } from '#lab/mesh/requests/pack.ts'
import { hop, marksOf, pod } from '#lab/tracing/fixtures.ts'
import { accessOf, type Directory } from './access.ts'
import { jsonFormat, textFormat, writeAccess } from './format.ts'
import { linesOf } from './lines.ts'
import { ztunnelLine } from './ztunnel.ts'

const directory: Directory = {
  trustDomain: 'cluster.local',
  addressOf: () => '10.96.0.7',
  targetPort: () => 9080,
}
const gateway = pod('edge', 'gates', 'gateway', 1)
const front = pod('front', 'shop', 'sidecar', 2)
const back = pod('back', 'shop', 'sidecar', 3)
const batch = pod('batch', 'legacy', 'none', 4)
const stock = pod('stock', 'amb', 'ztunnel', 5)
const bare = pod('bare', 'amb', 'ztunnel', 6)
const waypoint = pod('waypoint', 'amb', 'waypoint', 7)

/** All that proxies write of a request, ports and ids left out. */
function written(tree: RequestTree, before: RequestTree[] = [], format = textFormat('')): string[] {
  const lines: string[] = []
  const packed: Packed = createPacker().pack(tree, marksOf(1, { before }))
  linesOf(packed, (writer, at, told) => {
    if (writer === 'application' || writer === 'caller') return
    const text =
      writer === 'ztunnel-inbound' || writer === 'ztunnel-outbound'
        ? ztunnelLine(told, writer === 'ztunnel-inbound' ? 'inbound' : 'outbound', directory)
        : writeAccess(format, accessOf(told, writer, directory))
    lines.push(
      `${at.service}: ${text.replaceAll(/:(3[2-9]|[45]\d|60)\d{3}\b/g, ':*').replace(marksOf(1).requestId, 'ID')}`,
    )
  })
  return lines
}

const agent = '"Go-http-client/1.1" "ID" "back.shop.svc.cluster.local:8080"'
const name = 'outbound_.8080_._.back.shop.svc.cluster.local'
const out = '10.96.0.7:8080 10.64.0.2:*'
const call = (more: Partial<RequestTree> = {}) => hop(front, back, { requestBytes: 20, path: '/items', ...more })
const start = '[2026-11-18T11:06:40.000Z]'
const nowhere = 'outbound|8080||nowhere.shop.svc.cluster.local'

/** Envoy docs, "Access logging" and "Response code details"; Istio docs, "Envoy Access Logs". */
describe('Istio’s default access log tells of', () => {
  it.each<[string, RequestTree, string[]]>([
    [
      '200: the caller’s line and the destination’s',
      call(),
      [
        `front: ${start} "GET /items HTTP/1.1" 200 - via_upstream - "-" 20 1200 40 39 "-" ${agent} "10.64.0.3:9080" outbound|8080||back.shop.svc.cluster.local 10.64.0.2:* ${out} - default`,
        `back: ${start} "GET /items HTTP/1.1" 200 - via_upstream - "-" 20 1200 39 38 "-" ${agent} "10.64.0.3:9080" inbound|9080|| 127.0.0.6:* 10.64.0.3:9080 10.64.0.2:* ${name} default`,
      ],
    ],
    [
      '404 NR: no route, so neither upstream nor route name',
      hop(front, null, { code: 404, flags: 'NR', stage: 'source', path: '/items', duration: 0, responseBytes: 0 }),
      [
        `front: ${start} "GET /items HTTP/1.1" 404 NR route_not_found - "-" 0 0 0 - "-" "Go-http-client/1.1" "ID" "nowhere.shop.svc.cluster.local:8080" "-" ${nowhere} - ${out} - -`,
      ],
    ],
    [
      '503 UH: no healthy upstream',
      hop(front, null, { code: 503, flags: 'UH', stage: 'source', path: '/items', responseBytes: 19, duration: 0 }),
      [
        `front: ${start} "GET /items HTTP/1.1" 503 UH no_healthy_upstream - "-" 0 19 0 - "-" "Go-http-client/1.1" "ID" "nowhere.shop.svc.cluster.local:8080" "-" ${nowhere} - ${out} - default`,
      ],
    ],
    [
      '503 UF,URX: the handshake fails, the destination hears nothing',
      call({ code: 503, flags: 'UF,URX', stage: 'source', responseBytes: 95, mtls: false, duration: 2 }),
      [
        `front: ${start} "GET /items HTTP/1.1" 503 UF,URX upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end} - "TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end" 20 95 2 - "-" ${agent} "10.64.0.3:9080" outbound|8080||back.shop.svc.cluster.local 10.64.0.2:* ${out} - default`,
      ],
    ],
    [
      '503 UC: plaintext into STRICT, which the destination’s listener closes',
      call({ code: 503, flags: 'UC', stage: 'source', responseBytes: 95, mtls: false, duration: 2 }),
      [
        `front: ${start} "GET /items HTTP/1.1" 503 UC upstream_reset_before_response_started{connection_termination} - "-" 20 95 2 - "-" ${agent} "10.64.0.3:9080" outbound|8080||back.shop.svc.cluster.local 10.64.0.2:* ${out} - default`,
        `back: ${start} "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.64.0.3:9080 10.64.0.2:* - -`,
      ],
    ],
    [
      '503 UO: the circuit breaker, before any pod was chosen',
      call({ code: 503, flags: 'UO', stage: 'source', responseBytes: 81, destination: null, duration: 0 }),
      [
        `front: ${start} "GET /items HTTP/1.1" 503 UO upstream_reset_before_response_started{overflow} - "-" 20 81 0 - "-" ${agent} "-" outbound|8080||back.shop.svc.cluster.local - ${out} - default`,
      ],
    ],
    [
      '403: the destination’s policies refuse, and its line names the rule',
      call({ code: 403, stage: 'destination', refusedBy: 'shop/no-front rule 1', responseBytes: 19 }),
      [
        `front: ${start} "GET /items HTTP/1.1" 403 - via_upstream - "-" 20 19 40 39 "-" ${agent} "10.64.0.3:9080" outbound|8080||back.shop.svc.cluster.local 10.64.0.2:* ${out} - default`,
        `back: ${start} "GET /items HTTP/1.1" 403 - rbac_access_denied_matched_policy[ns[shop]-policy[no-front]-rule[1]] - "-" 20 19 39 - "-" ${agent} "-" inbound|9080|| - 10.64.0.3:9080 10.64.0.2:* ${name} default`,
      ],
    ],
    [
      '504 UT at the caller, 0 DC at the destination',
      call({ code: 504, flags: 'UT', destinationFlags: 'DC', responseBytes: 24 }),
      [
        `front: ${start} "GET /items HTTP/1.1" 504 UT response_timeout - "-" 20 24 40 - "-" ${agent} "10.64.0.3:9080" outbound|8080||back.shop.svc.cluster.local 10.64.0.2:* ${out} - default`,
        `back: ${start} "GET /items HTTP/1.1" 0 DC downstream_remote_disconnect - "-" 20 0 39 - "-" ${agent} "10.64.0.3:9080" inbound|9080|| 127.0.0.6:* 10.64.0.3:9080 10.64.0.2:* ${name} default`,
      ],
    ],
    [
      'gRPC: HTTP/2, and 200 beside whatever status',
      call({ protocol: 'grpc', method: 'POST', path: '/a.B/C', grpcStatus: 14 }),
      [
        `front: ${start} "POST /a.B/C HTTP/2" 200 - via_upstream - "-" 20 1200 40 39 "-" "grpc-go/1.76.0" "ID" "back.shop.svc.cluster.local:8080" "10.64.0.3:9080" outbound|8080||back.shop.svc.cluster.local 10.64.0.2:* ${out} - default`,
        `back: ${start} "POST /a.B/C HTTP/2" 200 - via_upstream - "-" 20 1200 39 38 "-" "grpc-go/1.76.0" "ID" "back.shop.svc.cluster.local:8080" "10.64.0.3:9080" inbound|9080|| 127.0.0.6:* 10.64.0.3:9080 10.64.0.2:* ${name} default`,
      ],
    ],
    [
      'TCP: connections, without request and route',
      call({ protocol: 'tcp', method: '', path: '', code: 0 }),
      [
        `front: ${start} "- - -" 0 - - - "-" 20 1200 40 - "-" "-" "-" "-" "10.64.0.3:9080" outbound|8080||back.shop.svc.cluster.local 10.64.0.2:* ${out} - -`,
        `back: ${start} "- - -" 0 - - - "-" 20 1200 39 - "-" "-" "-" "-" "10.64.0.3:9080" inbound|9080|| 127.0.0.6:* 10.64.0.3:9080 10.64.0.2:* ${name} -`,
      ],
    ],
    [
      'a caller without a proxy that STRICT does not let in',
      hop(batch, back, { code: 503, stage: 'source', mtls: false }),
      [
        `back: ${start} "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.64.0.3:9080 10.64.0.4:* - -`,
      ],
    ],
    [
      'a gateway: one line for what came in and went on',
      hop(null, gateway, {
        authority: 'www.shop.example',
        duration: 42,
        remoteAddress: '203.0.113.9',
        children: [
          hop(gateway, back, {
            authority: 'www.shop.example',
            path: '/items',
            remoteAddress: '203.0.113.9',
            routeName: 'shop.front.0',
          }),
        ],
      }),
      [
        `edge: ${start} "GET /items HTTP/1.1" 200 - via_upstream - "-" 0 1200 41 41 "203.0.113.9" "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0" "ID" "www.shop.example" "10.64.0.3:9080" outbound|8080||back.shop.svc.cluster.local 10.64.0.1:* 10.64.0.1:80 203.0.113.9:* - shop.front.0`,
        `back: ${start} "GET /items HTTP/1.1" 200 - via_upstream - "-" 0 1200 39 38 "203.0.113.9" "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0" "ID" "www.shop.example" "10.64.0.3:9080" inbound|9080|| 127.0.0.6:* 10.64.0.3:9080 10.64.0.1:* ${name} default`,
      ],
    ],
  ])('%s', (_, tree, lines) => {
    expect(written(tree)).toEqual(lines)
  })

  it('retries as one line of the caller, over all of their time, and one of each destination', () => {
    const failed = call({ code: 503, duration: 10 })
    const tree = call({ attempt: 1, start: failed.start + 12, duration: 10 })
    expect(
      written(tree, [failed]).map(line =>
        line
          .split(' ')
          .slice(5, 6)
          .concat(line.split(' ')[12] ?? '')
          .join(' '),
      ),
    ).toEqual(['200 22', '503 8', '200 8'])
  })

  it('a hostile header as words in the line it belongs to', () => {
    const tree = call({ headers: { 'user-agent': 'curl\n[2026] "GET /forged' } })
    expect(written(tree)[0]).toContain('"curl [2026] "GET /forged"')
    expect(written(tree)).toHaveLength(2)
  })
})

describe('the JSON encoding', () => {
  it('has Istio’s keys in order, numbers as numbers and null for nothing', () => {
    const [line = ''] = written(call({ code: 503, flags: 'UH', stage: 'source', destination: null }), [], jsonFormat())
    const value = JSON.parse(line.replace('front: ', '')) as Record<string, unknown>
    expect(Object.keys(value)).toEqual(Object.keys(value).toSorted())
    expect(value).toMatchObject({
      authority: 'back.shop.svc.cluster.local:8080',
      bytes_received: 20,
      duration: 40,
      method: 'GET',
      request_id: 'ID',
      response_code: 503,
      response_code_details: 'no_healthy_upstream',
      response_flags: 'UH',
      route_name: 'default',
      start_time: '2026-11-18T11:06:40.000Z',
      upstream_host: null,
      upstream_service_time: null,
      x_forwarded_for: null,
    })
  })
  it('takes a dictionary of one’s own, with the trace’s id', () => {
    const format = jsonFormat({
      trace: '%TRACE_ID%',
      call: { what: '%REQ(:METHOD)% %REQ(:PATH):3%' },
      who: '%REQ(X-USER?USER-AGENT)%',
    })
    expect(JSON.parse((written(call(), [], format)[0] ?? '').replace('front: ', ''))).toEqual({
      call: { what: 'GET /it' },
      trace: marksOf(1).traceId,
      who: 'Go-http-client/1.1',
    })
  })
})

/** Istio docs, "Verify mutual TLS is enabled" and "Troubleshoot connectivity issues with ztunnel". */
describe('ztunnel tells of', () => {
  const told = (tree: RequestTree) => written(tree).map(line => line.replaceAll('\t', ' '))
  const src = 'src.workload="stock-7d9f-5" src.namespace="amb" src.identity="spiffe://cluster.local/ns/amb/sa/stock"'
  const dst = 'dst.workload="bare-7d9f-6" dst.namespace="amb" dst.identity="spiffe://cluster.local/ns/amb/sa/bare"'
  const way = `dst.addr=10.64.0.6:15008 dst.hbone_addr=10.64.0.6:9080 dst.service="bare.amb.svc.cluster.local"`
  it('a connection at both ends, each with its own idea of sent and received', () => {
    expect(told(hop(stock, bare, { requestBytes: 84 }))).toEqual([
      `stock: 2026-11-18T11:06:40.040000Z info access connection complete src.addr=10.64.0.5:* ${src} ${way} ${dst} direction="outbound" bytes_sent=84 bytes_recv=1200 duration="40ms"`,
      `bare: 2026-11-18T11:06:40.040000Z info access connection complete src.addr=10.64.0.5:* ${src} ${way} ${dst} direction="inbound" bytes_sent=1200 bytes_recv=84 duration="40ms"`,
    ])
  })
  it.each<[string, string | null, string]>([
    ['an ALLOW that does not name the caller', 'amb/a: no rule matched', 'allow policies exist, but none allowed'],
    ['a DENY that does', 'amb/no-stock rule 0', 'explicitly denied by: amb/no-stock'],
  ])('a refusal by %s', (_, refusedBy, why) => {
    const [outbound, inbound] = told(
      hop(stock, bare, { code: 503, flags: 'CONNECT', destinationFlags: 'DENY', stage: 'destination', refusedBy }),
    )
    expect(outbound).toContain(' error access connection complete ')
    expect(outbound).toMatch(/bytes_sent=0 bytes_recv=0 duration="40ms" error="http status: 401 Unauthorized"$/)
    expect(inbound).toMatch(/direction="inbound" bytes_sent=0 bytes_recv=0/)
    expect(inbound?.endsWith(`error="connection closed due to policy rejection: ${why}"`)).toBe(true)
  })
  it('the waypoint as whom the caller reached, and as who called', () => {
    const lines = told(hop(stock, bare, { waypoint }))
    expect(lines.map(line => line.split(':')[0])).toEqual(['stock', 'waypoint', 'bare'])
    expect(lines[0]).toContain('dst.addr=10.64.0.7:15008 dst.hbone_addr=10.96.0.7:8080')
    expect(lines[1]).toContain('inbound-vip|8080|http|bare.amb.svc.cluster.local')
    expect(lines[2]).toContain('src.workload="waypoint-7d9f-7"')
  })
  it('plaintext that STRICT does not take, which no policy of anybody’s refused', () => {
    const why = 'explicitly denied by: istio-system/istio_converted_static_strict'
    const details = `connection closed due to policy rejection: ${why}`
    const [inbound] = told(hop(batch, bare, { code: 503, stage: 'destination', mtls: false, details }))
    expect(inbound).toContain(' error access connection complete ')
    expect(inbound?.endsWith(`error="${details}"`)).toBe(true)
  })
  it('no server name: the sidecar that it calls hears none', () => {
    expect(written(hop(front, back, {})).at(-1)).toContain(name)
    expect(written(hop(stock, back, {})).at(-1)).toContain(' - default')
  })
  it('plaintext without names', () => {
    expect(told(hop(batch, bare, { mtls: false }))).toEqual([
      'bare: 2026-11-18T11:06:40.040000Z info access connection complete src.addr=10.64.0.4:* src.workload="batch-7d9f-4" src.namespace="legacy" dst.addr=10.64.0.6:9080 dst.service="bare.amb.svc.cluster.local" dst.workload="bare-7d9f-6" dst.namespace="amb" direction="inbound" bytes_sent=1200 bytes_recv=0 duration="40ms"',
    ])
  })
})
