import type { MeshObject } from '#shared/mesh/object.ts'
import type { SeenFlow, Workload } from './landscape.ts'
import type { Given } from './matrix.ts'
import { istioDefaults } from './world.ts'

/** A small mesh for tests of what is made of verdicts. */

export const workload = (name: string, more: Partial<Workload> = {}): Workload => {
  const [namespace = '', own = ''] = name.split('/')
  return {
    namespace,
    name: own,
    kind: 'Deployment',
    labels: { app: own },
    serviceAccounts: [own],
    pods: 2,
    guarded: 2,
    enforcedBy: 'sidecar',
    role: null,
    ports: [{ service: own, name: 'http', port: 8080, protocol: 'http' }],
    ...more,
  }
}

export const security = (
  kind: 'AuthorizationPolicy' | 'PeerAuthentication' | 'RequestAuthentication',
  name: string,
  spec: Record<string, unknown>,
): MeshObject => {
  const [namespace = '', own = ''] = name.split('/')
  return {
    apiVersion: 'security.istio.io/v1',
    kind,
    metadata: { namespace, name: own, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec,
  }
}

export const seen = (
  from: string,
  to: string,
  counts: { passed?: number; refused?: number },
  isPlain = false,
): SeenFlow => {
  const [namespace = '', name = ''] = from.split('/')
  const [place = '', own = ''] = to.split('/')
  return {
    id: `${from} > ${to}`,
    source: {
      namespace,
      workload: name,
      principal: isPlain ? null : `cluster.local/ns/${namespace}/sa/${name}`,
      isHidden: false,
    },
    destination: { namespace: place, workload: own, service: own },
    protocol: 'http',
    mtls: !isPlain,
    port: 8080,
    passed: counts.passed ?? 0,
    refused: counts.refused ?? 0,
  }
}

export const ledgerCallers = security('AuthorizationPolicy', 'pay/ledger-callers', {
  selector: { matchLabels: { app: 'ledger' } },
  rules: [{ from: [{ source: { principals: ['cluster.local/ns/pay/sa/payments'] } }] }],
})

export const given = (more: Partial<Given> = {}): Given => ({
  objects: [
    security('AuthorizationPolicy', 'pay/deny-all', {}),
    security('PeerAuthentication', 'pay/default', { mtls: { mode: 'STRICT' } }),
    ledgerCallers,
    security('AuthorizationPolicy', 'pay/payments-callers', {
      selector: { matchLabels: { app: 'payments' } },
      rules: [{ from: [{ source: { namespaces: ['shop'] } }], to: [{ operation: { paths: ['/v1/*'] } }] }],
    }),
  ],
  workloads: [
    workload('legacy/batch', { guarded: 0, enforcedBy: 'none' }),
    workload('pay/ledger'),
    workload('pay/payments'),
    workload('shop/cart'),
    workload('shop/web'),
  ],
  settings: istioDefaults,
  readable: { mesh: true, namespaces: null },
  flows: [
    seen('legacy/batch', 'pay/ledger', { refused: 40 }, true),
    seen('pay/payments', 'pay/ledger', { passed: 900 }),
  ],
  ...more,
})
