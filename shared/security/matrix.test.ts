import { describe, expect, it } from 'vitest'
import { type CellState, type Given, matrixOf } from './matrix.ts'
import { given, ledgerCallers, security, seen, workload } from './matrix.fixture.ts'
import { unreadFact, unreadMesh } from './judge.ts'
import { callerKey } from './party.ts'
import { grantOf } from './matrix.ts'

function cell(from: string, to: string, what: Given = given()) {
  const matrix = matrixOf(what)
  const caller = matrix.callers.find(one => 'name' in one && `${one.namespace}/${one.name}` === from)
  const destination = matrix.workloads.find(({ namespace, name }) => `${namespace}/${name}` === to)
  if (!caller || !destination) throw new Error(`There is no ${from} > ${to}.`)
  return { ...matrix.cell(caller, destination), missing: grantOf(matrix, caller, destination).missing }
}

describe('a cell of the access matrix', () => {
  it.each<[string, string, string, CellState]>([
    ['a call that is granted and was seen', 'pay/payments', 'pay/ledger', 'used'],
    ['a call that was refused', 'legacy/batch', 'pay/ledger', 'refused'],
    ['a grant nobody used', 'shop/web', 'shop/cart', 'granted'],
    ['a grant for some paths', 'shop/web', 'pay/payments', 'granted'],
    ['what is neither granted nor tried', 'shop/web', 'pay/ledger', 'neither'],
    ['plaintext into STRICT', 'legacy/batch', 'pay/payments', 'neither'],
  ])('says %s', (_, from, to, state) => {
    expect(cell(from, to).state).toBe(state)
  })

  it.each<[string, string, number, CellState]>([
    ['pay/payments', 'pay/ledger', 0, 'used'],
    ['shop/web', 'pay/ledger', 0, 'refused'],
    ['shop/web', 'pay/ledger', 5, 'used'],
  ])('says of answers that may be a policy’s what policies say: %s > %s, %d beside it', (from, to, more, state) => {
    const doubted = { ...seen(from, to, { passed: 20 }), id: '403', isUnsettled: true as const, refusedShare: 0.6 }
    const flows = [doubted, ...(more > 0 ? [seen(from, to, { passed: more })] : [])]
    expect(cell(from, to, given({ flows })).state).toBe(state)
  })

  it('is refused where some were refused and some passed', () => {
    const flows = [seen('pay/payments', 'pay/ledger', { passed: 900, refused: 1 })]
    expect(cell('pay/payments', 'pay/ledger', given({ flows }))).toMatchObject({
      state: 'refused',
      passed: 900,
      refused: 1,
    })
  })

  it('is uncertain where a DestinationRule says of some ports only how they are spoken to', () => {
    const rule = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { namespace: 'pay', name: 'ledger' },
      spec: {
        host: 'ledger.pay.svc.cluster.local',
        trafficPolicy: { portLevelSettings: [{ port: { number: 8080 }, tls: { mode: 'DISABLE' } }] },
      },
    }
    const what = given({ objects: [...given().objects, rule], flows: [] })
    expect(cell('pay/payments', 'pay/ledger', what).state).toBe('uncertain')
  })

  it('is a grant for some requests where a port may carry either protocol and the answers differ', () => {
    const ports = [{ service: 'ledger', name: 'main', port: 8080, protocol: 'unknown' as const }]
    const rule = security('AuthorizationPolicy', 'pay/ledger-callers', {
      selector: { matchLabels: { app: 'ledger' } },
      rules: [{ to: [{ operation: { methods: ['*'] } }] }],
    })
    const objects = [...given().objects.filter(object => object !== ledgerCallers), rule]
    const workloads = [...given().workloads.filter(({ name }) => name !== 'ledger'), workload('pay/ledger', { ports })]
    const told = cell('shop/web', 'pay/ledger', given({ objects, workloads, flows: [] }))
    expect([told.verdict, told.isPartly]).toEqual(['uncertain', true])
  })

  it('is uncertain where some pods have no proxy that would refuse', () => {
    const workloads = [
      ...given().workloads.filter(({ name }) => name !== 'ledger'),
      workload('pay/ledger', { guarded: 1 }),
    ]
    const told = cell('shop/web', 'pay/ledger', given({ workloads }))
    expect([told.state, told.missing]).toEqual(['uncertain', ['destination.proxy']])
  })

  // https://istio.io/latest/docs/ops/configuration/traffic-management/tls-configuration/#auto-mtls
  it('knows that nobody has a name where the server takes no mTLS', () => {
    const off = security('PeerAuthentication', 'pay/ledger', {
      selector: { matchLabels: { app: 'ledger' } },
      mtls: { mode: 'DISABLE' },
    })
    const objects = [...given().objects, off]
    expect(cell('pay/payments', 'pay/ledger', given({ flows: [] })).verdict).toBe('allow')
    expect(cell('pay/payments', 'pay/ledger', given({ objects, flows: [] })).verdict).toBe('deny')
  })

  // https://istio.io/latest/docs/ambient/usage/waypoint/
  it('is ztunnel’s where a caller goes past the waypoint: one without a proxy, a gateway, the waypoint itself', () => {
    const attached = { targetRefs: [{ group: '', kind: 'Service', name: 'stock' }], action: 'DENY', rules: [{}] }
    const workloads = [
      workload('amb/stock', { enforcedBy: 'waypoint' }),
      workload('amb/way', { role: 'waypoint', enforcedBy: 'ztunnel' }),
      workload('gates/edge', { role: 'gateway', enforcedBy: 'gateway' }),
      workload('legacy/batch', { guarded: 0, enforcedBy: 'none' }),
      workload('shop/web'),
    ]
    const objects = [security('AuthorizationPolicy', 'amb/nobody', attached)]
    const of = (from: string) => cell(from, 'amb/stock', given({ workloads, objects, flows: [] })).verdict
    expect(['shop/web', 'legacy/batch', 'gates/edge', 'amb/way'].map(of)).toEqual(['deny', 'allow', 'allow', 'allow'])
  })

  it('is uncertain where a token decides, which nobody can choose', () => {
    const rule = security('AuthorizationPolicy', 'shop/tokens', {
      rules: [{ from: [{ source: { requestPrincipals: ['*'] } }] }],
    })
    const issuer = security('RequestAuthentication', 'shop/issuer', { jwtRules: [{ issuer: 'https://id.example' }] })
    expect(cell('shop/web', 'shop/cart', given({ objects: [...given().objects, rule, issuer] })).state).toBe(
      'uncertain',
    )
  })

  it('tells a grant for some requests from one for all', () => {
    expect([cell('shop/web', 'pay/payments').isPartly, cell('shop/web', 'shop/cart').isPartly]).toEqual([true, false])
  })

  it('leaves out workloads that nothing stands before, and tells them', () => {
    const matrix = matrixOf(given())
    expect(matrix.workloads.map(({ name }) => name)).not.toContain('batch')
    expect(matrix.open.map(({ name }) => name)).toEqual(['batch'])
  })

  it('has a row for who calls without a name, and for who may not be named', () => {
    const unknown = { ...seen('/', 'pay/ledger', { refused: 3 }, true), id: 'u' }
    const hidden = { ...seen('/', 'shop/cart', { passed: 3 }), source: { namespace: '', workload: '', isHidden: true } }
    const { callers } = matrixOf(given({ flows: [unknown, hidden] }))
    expect(callers.map(callerKey).filter(key => !key.includes(':'))).toEqual(['hidden', 'outside'])
  })
})

describe('verdicts of who may not read every policy', () => {
  const mesh = { mesh: false, namespaces: ['pay', 'shop'] }
  it('are uncertain wherever a mesh-wide policy may say otherwise', () => {
    const told = cell('shop/web', 'shop/cart', given({ readable: mesh, flows: [] }))
    expect([told.state, told.missing]).toEqual(['uncertain', [unreadMesh]])
    expect(cell('shop/web', 'pay/ledger', given({ readable: mesh, flows: [] })).state).toBe('uncertain')
  })

  it('stand where a DENY or the namespace’s own STRICT refuses', () => {
    const objects = [
      ...given().objects,
      security('AuthorizationPolicy', 'shop/no-cart', { action: 'DENY', rules: [{}] }),
    ]
    expect(cell('shop/web', 'shop/cart', given({ objects, readable: mesh })).verdict).toBe('deny')
    expect(cell('legacy/batch', 'pay/payments', given({ readable: mesh })).verdict).toBe('deny')
  })

  it('name the namespace whose policies are not read', () => {
    const readable = { mesh: true, namespaces: ['pay'] }
    expect(cell('shop/web', 'shop/cart', given({ readable })).missing).toEqual([unreadFact('shop')])
  })
})
