import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { effectiveMode } from '#lab/mesh/snapshot/peer-authentications.ts'
import { meshConfigMap } from '#lab/mesh/testing/mesh-config-map.ts'
import { destinationRule, peerAuthentication } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decide } from './decide.ts'

const docs = 'https://istio.io/latest/docs'
const modes = `${docs}/reference/config/security/peer_authentication/#PeerAuthentication-MutualTLS-Mode`
const auto = `${docs}/ops/configuration/traffic-management/tls-configuration/#auto-mtls`
const settings = `${docs}/reference/config/networking/destination-rule/#ClientTLSSettings`
const ambient = `${docs}/ambient/usage/verify-mtls-enabled/`

const mtls = (mode: string) => ({ mtls: { mode } })
const server = (mode: string, where = 'shop') => peerAuthentication(where, 'default', mtls(mode))
const client = (mode: string, where = 'shop', host = 'back.shop.svc.cluster.local') =>
  destinationRule(where, 'client', { host, trafficPolicy: { tls: { mode } } })

/** How the first of a caller's requests fares: `mtls`, `plaintext`, or why its connection fails. */
function fares(from: string, host: string, objects: KubeObject[]): string {
  const snapshot = snapshotWith(...objects)
  const [outcome] = decide(snapshot, flowFrom(snapshot, from, host, host === 'back.shop' ? 8080 : 9090))
  if (!outcome) throw new Error('no outcome')
  if (outcome.answer === null) return outcome.mtls ? 'mtls' : 'plaintext'
  const reports = outcome.reports.map(report => `${report.reporter} ${report.flags}`)
  return [String(outcome.answer.code), ...reports].join(', ')
}

type Row = [client: string, doc: string, from: string, objects: KubeObject[], expected: string]

describe('to a sidecar', () => {
  it.each<Row>([
    ['a sidecar to PERMISSIVE', auto, 'shop/front', [server('PERMISSIVE')], 'mtls'],
    ['a sidecar to STRICT', auto, 'shop/front', [server('STRICT')], 'mtls'],
    ['a sidecar to DISABLE', auto, 'shop/front', [server('DISABLE')], 'plaintext'],
    ['a captured workload to PERMISSIVE', ambient, 'amb/stock', [server('PERMISSIVE')], 'mtls'],
    ['a captured workload to STRICT', ambient, 'amb/stock', [server('STRICT')], 'mtls'],
    ['a captured workload to DISABLE', ambient, 'amb/stock', [server('DISABLE')], 'plaintext'],
    ['a caller without a proxy to PERMISSIVE', modes, 'legacy/batch', [server('PERMISSIVE')], 'plaintext'],
    [
      'a caller without a proxy to STRICT: closed, and nobody reports',
      modes,
      'legacy/batch',
      [server('STRICT')],
      '503',
    ],
    ['a caller without a proxy to DISABLE', modes, 'legacy/batch', [server('DISABLE')], 'plaintext'],
    ['DISABLE to PERMISSIVE', settings, 'shop/front', [server('PERMISSIVE'), client('DISABLE')], 'plaintext'],
    ['DISABLE to STRICT', settings, 'shop/front', [server('STRICT'), client('DISABLE')], '503, source UC'],
    ['ISTIO_MUTUAL to PERMISSIVE', settings, 'shop/front', [server('PERMISSIVE'), client('ISTIO_MUTUAL')], 'mtls'],
    [
      'ISTIO_MUTUAL to DISABLE',
      settings,
      'shop/front',
      [server('DISABLE'), client('ISTIO_MUTUAL')],
      '503, source UF,URX',
    ],
    [
      'SIMPLE to PERMISSIVE: the application gets TLS it does not speak',
      settings,
      'shop/front',
      [server('PERMISSIVE'), client('SIMPLE')],
      '503, source UF,URX',
    ],
    [
      'MUTUAL to STRICT: a certificate that the mesh did not issue',
      settings,
      'shop/front',
      [server('STRICT'), client('MUTUAL')],
      '503, source UF,URX',
    ],
    [
      'a captured workload reads no DestinationRule',
      ambient,
      'amb/stock',
      [server('STRICT'), client('DISABLE', 'amb')],
      'mtls',
    ],
    [
      'with auto mTLS off nothing said is plaintext',
      auto,
      'shop/front',
      [meshConfigMap({ enableAutoMtls: false })],
      'plaintext',
    ],
    [
      'which a STRICT server closes',
      auto,
      'shop/front',
      [meshConfigMap({ enableAutoMtls: false }), server('STRICT')],
      '503, source UC',
    ],
    [
      'and ISTIO_MUTUAL asks for by name',
      auto,
      'shop/front',
      [meshConfigMap({ enableAutoMtls: false }), server('STRICT'), client('ISTIO_MUTUAL')],
      'mtls',
    ],
  ])('%s (%s)', (_, __, from, objects, expected) => {
    expect(fares(from, 'back.shop', objects)).toBe(expected)
  })
})

describe('to a port of a captured workload: what istiod makes of the policies for ztunnel', () => {
  const source =
    'https://github.com/istio/istio/blob/master/pilot/pkg/serviceregistry/kube/controller/ambient/authorization.go'
  const own = (mode: string, port: string) =>
    peerAuthentication('amb', 'bare', {
      selector: { matchLabels: { app: 'bare' } },
      ...mtls(mode),
      portLevelMtls: { 10090: mtls(port).mtls },
    })
  const refused = '503, destination DENY'
  it.each<[says: string, objects: KubeObject[], expected: string]>([
    [
      'DISABLE of a workload without a mode, mesh STRICT',
      [server('STRICT', 'istio-system'), own('UNSET', 'DISABLE')],
      refused,
    ],
    ['namespace STRICT', [server('STRICT', 'amb'), own('UNSET', 'DISABLE')], refused],
    ['PERMISSIVE instead', [server('STRICT', 'istio-system'), own('UNSET', 'PERMISSIVE')], 'plaintext'],
    ['STRICT of a PERMISSIVE workload', [own('PERMISSIVE', 'STRICT')], refused],
    ['mesh STRICT', [server('STRICT', 'istio-system'), own('PERMISSIVE', 'STRICT')], 'plaintext'],
    [
      'mesh STRICT, namespace UNSET',
      [server('STRICT', 'istio-system'), server('UNSET', 'amb'), own('PERMISSIVE', 'STRICT')],
      'plaintext',
    ],
    [
      'mesh STRICT, namespace PERMISSIVE',
      [server('STRICT', 'istio-system'), server('PERMISSIVE', 'amb'), own('PERMISSIVE', 'STRICT')],
      refused,
    ],
  ])(`%s (${source})`, (_, objects, expected) => {
    expect(fares('legacy/batch', 'bare.amb', objects)).toBe(expected)
  })
})

describe('to a captured workload', () => {
  it.each<Row>([
    ['a sidecar to STRICT', ambient, 'shop/front', [server('STRICT', 'amb')], 'mtls'],
    ['a sidecar to DISABLE, which ztunnel does not honour', modes, 'shop/front', [server('DISABLE', 'amb')], 'mtls'],
    ['a captured workload', ambient, 'amb/stock', [server('PERMISSIVE', 'amb')], 'mtls'],
    ['auto mTLS off does not touch HBONE', ambient, 'shop/front', [meshConfigMap({ enableAutoMtls: false })], 'mtls'],
    ['a caller without a proxy to PERMISSIVE', modes, 'legacy/batch', [server('PERMISSIVE', 'amb')], 'plaintext'],
    [
      'a caller without a proxy to STRICT: ztunnel refuses it and tells',
      modes,
      'legacy/batch',
      [server('STRICT', 'amb')],
      '503, destination DENY',
    ],
    [
      'STRICT on the port of the pod only',
      modes,
      'legacy/batch',
      [
        peerAuthentication('amb', 'bare', {
          selector: { matchLabels: { app: 'bare' } },
          ...mtls('PERMISSIVE'),
          portLevelMtls: { 10090: mtls('STRICT').mtls },
        }),
      ],
      '503, destination DENY',
    ],
    [
      'STRICT but on the port of the pod',
      modes,
      'legacy/batch',
      [
        peerAuthentication('amb', 'bare', {
          selector: { matchLabels: { app: 'bare' } },
          ...mtls('STRICT'),
          portLevelMtls: { 10090: mtls('PERMISSIVE').mtls },
        }),
      ],
      'plaintext',
    ],
  ])('%s (%s)', (_, __, from, objects, expected) => {
    expect(fares(from, 'bare.amb', objects)).toBe(expected)
  })
})

describe('a gateway as a client', () => {
  it.each<[claim: string, objects: KubeObject[], expected: string]>([
    ['speaks mutual TLS by itself', [], 'mtls'],
    ['also to STRICT', [server('STRICT')], 'mtls'],
    [
      'unless its DestinationRule says otherwise',
      [server('STRICT'), client('DISABLE', 'gates', 'front.shop.svc.cluster.local')],
      '503, source UC',
    ],
  ])('%s', (_, objects, expected) => {
    const snapshot = snapshotWith(...objects)
    const [outcome] = decide(snapshot, flowFrom(snapshot, 'gates/edge', 'www.example.com', 80))
    const flags = outcome?.reports.map(report => `${report.reporter} ${report.flags}`) ?? []
    expect(
      outcome?.answer ? [String(outcome.answer.code), ...flags].join(', ') : outcome?.mtls ? 'mtls' : 'plaintext',
    ).toBe(expected)
  })
})

// https://istio.io/latest/docs/reference/config/security/peer_authentication/
describe('the scope of a PeerAuthentication', () => {
  const back = { selector: { matchLabels: { app: 'back' } } }
  it.each<[claim: string, policies: KubeObject[], expected: string]>([
    [
      'port-level settings need a selector',
      [peerAuthentication('shop', 'default', { portLevelMtls: { 9080: mtls('STRICT').mtls } })],
      'PERMISSIVE',
    ],
    [
      'a port that is UNSET asks its workload',
      [peerAuthentication('shop', 'back', { ...back, ...mtls('STRICT'), portLevelMtls: { 9080: mtls('UNSET').mtls } })],
      'STRICT',
    ],
    ['all UNSET is PERMISSIVE', [peerAuthentication('istio-system', 'default', mtls('UNSET'))], 'PERMISSIVE'],
    [
      'with a selector in the root namespace it is nobody’s',
      [peerAuthentication('istio-system', 'back', { ...back, ...mtls('STRICT') })],
      'PERMISSIVE',
    ],
    [
      'an empty selector is none',
      [peerAuthentication('shop', 'default', { selector: {}, ...mtls('STRICT') })],
      'STRICT',
    ],
  ])('%s', (_, policies, expected) => {
    const snapshot = snapshotWith(...policies)
    const workload = snapshot.workloads.get('shop/back-v1')
    if (!workload) throw new Error('no back')
    expect(effectiveMode(snapshot.peerAuthentications, workload, 9080, 'istio-system')).toBe(expected)
  })
  it('tells of what fails in the words of Envoy and ztunnel', () => {
    const details = (from: string, host: string, ...objects: KubeObject[]) => {
      const snapshot = snapshotWith(...objects)
      return decide(snapshot, flowFrom(snapshot, from, host, host === 'back.shop' ? 8080 : 9090))[0]?.details
    }
    expect(details('shop/front', 'back.shop', server('STRICT'), client('DISABLE'))).toBe(
      'upstream_reset_before_response_started{connection_termination}',
    )
    expect(details('legacy/batch', 'back.shop', server('STRICT'))).toBe('filter_chain_not_found')
    expect(details('legacy/batch', 'bare.amb', server('STRICT', 'amb'))).toBe(
      'connection closed due to policy rejection: explicitly denied by: istio-system/istio_converted_static_strict',
    )
  })
})
