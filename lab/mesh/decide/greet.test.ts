import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { destinationRule, made, virtualService } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decide } from './decide.ts'

const host = 'api.partner.example'
const entry = (ports: Record<string, unknown>[]): KubeObject =>
  made('networking.istio.io/v1', 'ServiceEntry', 'gates', 'partner', { hosts: [host], resolution: 'DNS', ports })
const plain = { number: 80, name: 'http', protocol: 'HTTP' }
const secure = { number: 443, name: 'https', protocol: 'HTTPS' }
const tls = (mode: string, port?: number) =>
  destinationRule('gates', 'partner', {
    host,
    trafficPolicy:
      port === undefined ? { tls: { mode } } : { portLevelSettings: [{ port: { number: port }, tls: { mode } }] },
  })

/** `reached`, or code and flags. */
function told(objects: KubeObject[], port: number, from = 'shop/front'): string {
  const snapshot = snapshotWith(...objects)
  const [outcome] = decide(snapshot, flowFrom(snapshot, from, host, port))
  if (!outcome) throw new Error('no outcome')
  const flags = outcome.reports.find(report => report.reporter === 'source')?.flags
  return outcome.answer ? `${outcome.answer.code} ${flags}` : 'reached'
}

// https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/
describe('a host outside', () => {
  it.each<[claim: string, objects: KubeObject[], port: number, expected: string]>([
    ['is reached in plaintext where it speaks plaintext', [entry([plain])], 80, 'reached'],
    ['is reached by an application’s own TLS', [entry([secure])], 443, 'reached'],
    ['is reached by TLS that the proxy originates', [entry([secure]), tls('SIMPLE')], 443, 'reached'],
    ['is reached by mutual TLS with a certificate of its own', [entry([secure]), tls('MUTUAL')], 443, 'reached'],
    [
      'is reached on port 80 that leads to its 443, as the task has it',
      [entry([{ ...plain, targetPort: 443 }, secure]), tls('SIMPLE', 80)],
      80,
      'reached',
    ],
    ['knows no TLS on port 80', [entry([plain]), tls('SIMPLE')], 80, '503 UF,URX'],
    ['knows no certificates of the mesh', [entry([secure]), tls('ISTIO_MUTUAL')], 443, '503 UF,URX'],
    ['is not concerned by a setting for another port', [entry([plain, secure]), tls('SIMPLE', 443)], 80, 'reached'],
  ])('%s', (_, objects, port, expected) => {
    expect(told(objects, port)).toBe(expected)
  })
  it('answers 400 to what an egress gateway sends to 443 without TLS', () => {
    const gateway = made('networking.istio.io/v1', 'Gateway', 'gates', 'out', {
      selector: { app: 'edge' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [host] }],
    })
    const route = virtualService('gates', 'partner', {
      hosts: [host],
      gateways: ['out'],
      http: [{ route: [{ destination: { host, port: { number: 443 } } }] }],
    })
    const objects = [entry([plain, secure]), gateway, route]
    expect(told(objects, 80, 'gates/edge')).toBe('400 -')
    expect(told([...objects, tls('SIMPLE', 443)], 80, 'gates/edge')).toBe('reached')
  })
})
