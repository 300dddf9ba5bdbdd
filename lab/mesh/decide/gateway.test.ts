import { describe, expect, it } from 'vitest'
import { createGatewayCertificates } from '#lab/certificates/gateway.ts'
import type { KubeObject } from '#lab/contract.ts'
import { made, virtualService } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decide } from './decide.ts'
import type { Flow } from './outcome.ts'

const back = 'back.shop.svc.cluster.local'
const route = [{ destination: { host: back } }]
const server = (number: number, protocol: string, hosts: string[], tls?: unknown) => ({
  port: { number, name: `p${number}`, protocol },
  hosts,
  ...(tls ? { tls } : {}),
})
const gateway = (servers: unknown[], selector: Record<string, string> = { app: 'edge' }): KubeObject =>
  made('networking.istio.io/v1', 'Gateway', 'gates', 'public', { selector, servers })
const shop = (more: Record<string, unknown> = {}, where = 'shop', name = 'shop'): KubeObject =>
  virtualService(where, name, { hosts: ['shop.example'], gateways: ['gates/public'], http: [{ route }], ...more })
const pem = (what: string) => Buffer.from(`-----BEGIN ${what}-----\nx\n-----END ${what}-----\n`).toString('base64')
const secret = (data: Record<string, string>, where = 'gates'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'cert', namespace: where },
  data,
})
const now = Date.UTC(2026, 10, 25)
const day = 86_400_000
const { expired } = createGatewayCertificates({ seed: 1, startedAt: now })
const certificate = secret({ 'tls.crt': pem('CERTIFICATE'), 'tls.key': pem('PRIVATE KEY') })

/** Where it ends: a workload, a code with its flags, or a connection that never was. */
function ends(objects: KubeObject[], more: Partial<Flow> = {}): string {
  const snapshot = { ...snapshotWith(...objects), now }
  const flow = flowFrom(snapshot, 'gates/edge', more.host ?? 'shop.example', more.port ?? 80, more)
  const [outcome] = decide(snapshot, flow)
  if (outcome?.answer == null) return outcome?.destination?.name ?? '?'
  if (outcome.reports.length === 0) return `closed: ${outcome.details}`
  return `${outcome.answer.code} ${outcome.reports[0]?.flags}${outcome.location ? ` → ${outcome.location}` : ''}`
}

const plain = server(80, 'HTTP', ['shop.example'])
const https = (tls: unknown, protocol = 'HTTPS') => server(443, protocol, ['shop.example'], tls)
const overTls = { port: 443, sni: 'shop.example' }

// https://istio.io/latest/docs/reference/config/networking/gateway/
describe('an Istio Gateway', () => {
  it.each<[claim: string, objects: KubeObject[], more: Partial<Flow>, expected: string]>([
    ['passes on what a VirtualService says', [gateway([plain]), shop()], {}, 'back-v1'],
    ['answers 404 for a Host that no server has', [gateway([plain]), shop()], { host: 'other.example' }, '404 NR'],
    ['answers 404 for a Host that no VirtualService has', [gateway([plain])], {}, '404 NR'],
    ['takes a Host with its port', [gateway([plain]), shop()], { host: 'shop.example:80' }, 'back-v1'],
    [
      'refuses connections to a port that no server has',
      [gateway([plain]), shop()],
      { port: 8081 },
      'closed: connection_refused',
    ],
    [
      'of other workloads says nothing',
      [gateway([plain], { app: 'other' }), shop()],
      { port: 81 },
      'closed: connection_refused',
    ],
    [
      'takes a VirtualService of a namespace it names',
      [gateway([server(80, 'HTTP', ['shop/shop.example'])]), shop()],
      {},
      'back-v1',
    ],
    ['takes none of another namespace', [gateway([server(80, 'HTTP', ['data/shop.example'])]), shop()], {}, '404 NR'],
    ['takes only its own by a dot', [gateway([server(80, 'HTTP', ['./shop.example'])]), shop()], {}, '404 NR'],
    [
      'meets a wildcard of its own with a host',
      [gateway([server(80, 'HTTP', ['*.example.com'])]), shop({ hosts: ['a.example.com'] })],
      { host: 'a.example.com' },
      'back-v1',
    ],
    [
      'meets a host of its own with a wildcard',
      [gateway([server(80, 'HTTP', ['a.example.com'])]), shop({ hosts: ['*.example.com'] })],
      { host: 'b.example.com' },
      '404 NR',
    ],
    [
      'is not told of a VirtualService that is kept from it',
      [gateway([plain]), shop({ exportTo: ['.'] })],
      {},
      '404 NR',
    ],
    [
      'reads rules of several VirtualServices for one host, the oldest first',
      [
        gateway([plain]),
        shop({ http: [{ match: [{ uri: { prefix: '/a' } }], directResponse: { status: 451 } }] }, 'shop', 'a'),
        shop({}, 'shop', 'b'),
      ],
      {},
      'back-v1',
    ],
    [
      'asks only the most specific of the hosts that fit',
      [
        gateway([server(80, 'HTTP', ['*'])]),
        shop({ http: [{ match: [{ uri: { prefix: '/a' } }], route }] }),
        shop({ hosts: ['*.example'] }, 'shop', 'wide'),
      ],
      {},
      '404 NR',
    ],
    [
      'redirects to https where it is told to',
      [gateway([server(80, 'HTTP', ['shop.example'], { httpsRedirect: true })]), shop()],
      {},
      '301 - → https://shop.example/items',
    ],
    [
      'sends matches for other gateways on',
      [
        gateway([plain]),
        shop({ http: [{ match: [{ gateways: ['gates/x'] }], directResponse: { status: 451 } }, { route }] }),
      ],
      {},
      'back-v1',
    ],
  ])('%s', (_, objects, more, expected) => {
    expect(ends(objects, more)).toBe(expected)
  })
  it.each<[claim: string, objects: KubeObject[], more: Partial<Flow>, expected: string]>([
    [
      'ends TLS with the certificate of its Secret',
      [gateway([https({ mode: 'SIMPLE', credentialName: 'cert' })]), shop(), certificate],
      overTls,
      'back-v1',
    ],
    [
      'without that Secret cannot shake hands',
      [gateway([https({ mode: 'SIMPLE', credentialName: 'cert' })]), shop()],
      overTls,
      'closed: tls_error:no_certificate',
    ],
    [
      'with a Secret it cannot read, neither',
      [
        gateway([https({ mode: 'SIMPLE', credentialName: 'cert' })]),
        shop(),
        secret({ 'tls.crt': 'x', 'tls.key': 'y' }),
      ],
      overTls,
      'closed: tls_error:no_certificate',
    ],
    [
      'reads no Secret of another namespace',
      [
        gateway([https({ mode: 'SIMPLE', credentialName: 'cert' })]),
        shop(),
        secret({ 'tls.crt': pem('CERTIFICATE'), 'tls.key': pem('PRIVATE KEY') }, 'shop'),
      ],
      overTls,
      'closed: tls_error:no_certificate',
    ],
    [
      'is left by its clients once its certificate is over',
      [gateway([https({ mode: 'SIMPLE', credentialName: 'cert' })]), shop(), secret(expired(['shop.example'], now))],
      overTls,
      'closed: tls_error:certificate_expired',
    ],
    [
      'is taken on the last day of its certificate',
      [
        gateway([https({ mode: 'SIMPLE', credentialName: 'cert' })]),
        shop(),
        secret(expired(['shop.example'], now + 3 * day + 1000)),
      ],
      overTls,
      'back-v1',
    ],
    [
      'has no filter chain for another server name',
      [gateway([https({ mode: 'SIMPLE', credentialName: 'cert' })]), shop(), certificate],
      { port: 443, sni: 'x.example' },
      'closed: filter_chain_not_found',
    ],
    [
      'has no filter chain for plaintext on a TLS port',
      [gateway([https({ mode: 'SIMPLE', credentialName: 'cert' })]), shop(), certificate],
      { port: 443 },
      'closed: filter_chain_not_found',
    ],
    [
      'has no filter chain for TLS on a plaintext port',
      [gateway([plain]), shop()],
      { sni: 'shop.example' },
      'closed: filter_chain_not_found',
    ],
    [
      'asks in mode MUTUAL for a certificate that clients lack',
      [gateway([https({ mode: 'MUTUAL', credentialName: 'cert' })]), shop(), certificate],
      overTls,
      'closed: tls_error:client_certificate_required',
    ],
    [
      'does without in mode OPTIONAL_MUTUAL',
      [gateway([https({ mode: 'OPTIONAL_MUTUAL', credentialName: 'cert' })]), shop(), certificate],
      overTls,
      'back-v1',
    ],
    [
      'takes mesh traffic in mode ISTIO_MUTUAL',
      [gateway([https({ mode: 'ISTIO_MUTUAL' })]), shop()],
      { port: 443, passedOn: true },
      'back-v1',
    ],
    [
      'takes nobody else in mode ISTIO_MUTUAL',
      [gateway([https({ mode: 'ISTIO_MUTUAL' })]), shop()],
      overTls,
      'closed: tls_error:client_certificate_required',
    ],
    [
      'passes TLS through by its server name',
      [
        gateway([https({ mode: 'PASSTHROUGH' }, 'TLS')]),
        shop({ http: [], tls: [{ match: [{ sniHosts: ['shop.example'], port: 443 }], route }] }),
      ],
      overTls,
      'back-v1',
    ],
    [
      'passes no TLS through that no rule names',
      [gateway([https({ mode: 'PASSTHROUGH' }, 'TLS')]), shop()],
      overTls,
      'closed: filter_chain_not_found',
    ],
    [
      'passes TLS through to the cluster it names',
      [gateway([server(15443, 'TLS', ['*.local'], { mode: 'AUTO_PASSTHROUGH' })])],
      { port: 15443, sni: `outbound_.8080_._.${back}` },
      'back-v1',
    ],
    [
      'passes connections on',
      [
        gateway([server(5432, 'TCP', ['*'])]),
        shop({ hosts: ['*'], http: [], tcp: [{ match: [{ port: 5432 }], route }] }),
      ],
      { port: 5432, protocol: 'tcp' },
      'back-v1',
    ],
    [
      'closes connections that no rule is for',
      [gateway([server(5432, 'TCP', ['*'])])],
      { port: 5432, protocol: 'tcp' },
      'closed: filter_chain_not_found',
    ],
  ])('%s', (_, objects, more, expected) => {
    expect(ends(objects, more)).toBe(expected)
  })
  it('shows the destination plain HTTP once it ended TLS', () => {
    const snapshot = snapshotWith(
      gateway([https({ mode: 'SIMPLE', credentialName: 'cert' })]),
      certificate,
      shop({ http: [{ match: [{ scheme: { exact: 'https' } }], route }] }),
    )
    const [outcome] = decide(snapshot, flowFrom(snapshot, 'gates/edge', 'shop.example', 443, { sni: 'shop.example' }))
    expect(outcome).toMatchObject({ arriving: { sni: null, protocol: 'http' }, destination: { name: 'back-v1' } })
  })
})
