import { describe, expect, it } from 'vitest'
import { effectiveMode } from '#lab/mesh/snapshot/peer-authentications.ts'
import { destinationRule, namespace, peerAuthentication } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decide } from './decide.ts'

const mtls = (mode: string) => ({ mtls: { mode } })
const ofBack = { selector: { matchLabels: { app: 'back' } } }

// https://istio.io/latest/docs/reference/config/security/peer_authentication/
describe('the effective mode', () => {
  it.each<[claim: string, policies: ReturnType<typeof peerAuthentication>[], expected: string]>([
    ['is PERMISSIVE where nothing is said', [], 'PERMISSIVE'],
    ['is that of the mesh', [peerAuthentication('istio-system', 'default', mtls('STRICT'))], 'STRICT'],
    [
      'of the namespace before the mesh',
      [
        peerAuthentication('istio-system', 'default', mtls('STRICT')),
        peerAuthentication('shop', 'default', mtls('DISABLE')),
      ],
      'DISABLE',
    ],
    [
      'of the workload before the namespace',
      [
        peerAuthentication('shop', 'default', mtls('STRICT')),
        peerAuthentication('shop', 'back', { ...ofBack, ...mtls('PERMISSIVE') }),
      ],
      'PERMISSIVE',
    ],
    [
      'of the port before the workload',
      [
        peerAuthentication('shop', 'back', {
          ...ofBack,
          ...mtls('PERMISSIVE'),
          portLevelMtls: { 9080: { mode: 'STRICT' } },
        }),
      ],
      'STRICT',
    ],
    [
      'not of another port',
      [
        peerAuthentication('shop', 'back', {
          ...ofBack,
          ...mtls('PERMISSIVE'),
          portLevelMtls: { 8080: { mode: 'STRICT' } },
        }),
      ],
      'PERMISSIVE',
    ],
    [
      'UNSET asks the next wider scope',
      [
        peerAuthentication('shop', 'back', { ...ofBack, ...mtls('UNSET') }),
        peerAuthentication('shop', 'default', mtls('STRICT')),
      ],
      'STRICT',
    ],
    [
      'not of another workload',
      [peerAuthentication('shop', 'x', { selector: { matchLabels: { app: 'x' } }, ...mtls('STRICT') })],
      'PERMISSIVE',
    ],
    ['not of another namespace', [peerAuthentication('data', 'default', mtls('STRICT'))], 'PERMISSIVE'],
    [
      'of the oldest among several of one scope',
      [
        peerAuthentication('shop', 'a', mtls('PERMISSIVE'), '2026-02-01T00:00:00Z'),
        peerAuthentication('shop', 'b', mtls('STRICT'), '2026-01-01T00:00:00Z'),
      ],
      'STRICT',
    ],
  ])('%s', (_, policies, expected) => {
    const snapshot = snapshotWith(...policies)
    const workload = snapshot.workloads.get('shop/back-v1')
    if (!workload) throw new Error('no back-v1')
    expect(effectiveMode(snapshot.peerAuthentications, workload, 9080, 'istio-system')).toBe(expected)
  })
})

type Told = { code: number | null; mtls: boolean; reporters: string[]; flags: string | undefined }

function told(from: string, host: string, port: number, objects: ReturnType<typeof peerAuthentication>[]): Told {
  const snapshot = snapshotWith(...objects)
  const [outcome] = decide(snapshot, flowFrom(snapshot, from, host, port))
  if (!outcome) throw new Error('no outcome')
  return {
    code: outcome.answer?.code ?? null,
    mtls: outcome.mtls,
    reporters: outcome.reports.map(report => `${report.reporter}:${report.security}`),
    flags: outcome.reports.find(report => report.reporter === 'source')?.flags,
  }
}

const strict = peerAuthentication('shop', 'default', mtls('STRICT'))
const disable = peerAuthentication('shop', 'default', mtls('DISABLE'))
const client = (mode: string, host = 'back') =>
  destinationRule('shop', 'client', { host, trafficPolicy: { tls: { mode } } })

describe('a connection', () => {
  it.each<
    [claim: string, from: string, host: string, objects: ReturnType<typeof peerAuthentication>[], expected: Told]
  >([
    [
      'between two proxies is mutual TLS by itself',
      'shop/front',
      'back.shop',
      [],
      { code: null, mtls: true, reporters: ['source:unknown', 'destination:mutual_tls'], flags: '-' },
    ],
    [
      'without a proxy at the caller is plaintext where that is allowed',
      'legacy/batch',
      'back.shop',
      [],
      { code: null, mtls: false, reporters: ['destination:none'], flags: undefined },
    ],
    [
      'in plaintext to STRICT is closed, and nobody counts a request',
      'legacy/batch',
      'back.shop',
      [strict],
      { code: 503, mtls: false, reporters: [], flags: undefined },
    ],
    [
      'with DISABLE at the client is plaintext',
      'shop/front',
      'back.shop',
      [client('DISABLE')],
      { code: null, mtls: false, reporters: ['source:unknown', 'destination:none'], flags: '-' },
    ],
    [
      'with DISABLE at the client is closed by a STRICT server; only the caller reports',
      'shop/front',
      'back.shop',
      [strict, client('DISABLE')],
      { code: 503, mtls: false, reporters: ['source:unknown'], flags: 'UC' },
    ],
    [
      'follows a server that disables mutual TLS',
      'shop/front',
      'back.shop',
      [disable],
      { code: null, mtls: false, reporters: ['source:unknown', 'destination:none'], flags: '-' },
    ],
    [
      'forced to mutual TLS fails at a server that disables it',
      'shop/front',
      'back.shop',
      [disable, client('ISTIO_MUTUAL')],
      { code: 503, mtls: false, reporters: ['source:unknown'], flags: 'UF,URX' },
    ],
    [
      'to a workload without a proxy is plaintext',
      'shop/front',
      'crm.legacy',
      [],
      { code: null, mtls: false, reporters: ['source:unknown'], flags: '-' },
    ],
    [
      'forced to mutual TLS fails at a workload without a proxy',
      'shop/front',
      'crm.legacy',
      [client('ISTIO_MUTUAL', 'crm.legacy.svc.cluster.local')],
      { code: 503, mtls: false, reporters: ['source:unknown'], flags: 'UF,URX' },
    ],
    [
      'with TLS of its own fails at a sidecar',
      'shop/front',
      'back.shop',
      [client('SIMPLE')],
      { code: 503, mtls: false, reporters: ['source:unknown'], flags: 'UF,URX' },
    ],
  ])('%s', (_, from, host, objects, expected) => {
    expect(told(from, host, 8080, objects)).toEqual(expected)
  })
  it('to ztunnel is mutual TLS even where a policy says DISABLE', () => {
    const off = peerAuthentication('amb', 'default', mtls('DISABLE'))
    expect(told('amb/stock', 'bare.amb', 9090, [off])).toMatchObject({ code: null, mtls: true })
  })
  it('is ambient at once when the namespace is labelled', () => {
    const snapshot = snapshotWith(namespace('legacy', { 'istio.io/dataplane-mode': 'ambient' }))
    const [outcome] = decide(snapshot, flowFrom(snapshot, 'legacy/batch', 'back.shop', 8080))
    expect(outcome?.mtls).toBe(true)
    expect(outcome?.reports.map(report => [report.reporter, report.ztunnel, report.sourcePrincipal])).toEqual([
      ['source', true, 'cluster.local/ns/legacy/sa/batch'],
      ['destination', false, 'cluster.local/ns/legacy/sa/batch'],
    ])
  })
})
