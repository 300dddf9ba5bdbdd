import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { type Change, moved } from './change.ts'
import { given, security, seen } from '#shared/security/matrix.fixture.ts'
import { createReplayer, type Given } from './replayer.ts'

const flows = [
  seen('pay/payments', 'pay/ledger', { passed: 900 }),
  seen('legacy/batch', 'pay/ledger', { refused: 40 }, true),
  seen('shop/web', 'shop/cart', { passed: 500 }),
  seen('legacy/batch', 'shop/cart', { passed: 20 }, true),
]
const replayer = (more: Partial<Given> = {}) => createReplayer({ ...given({ flows }), ...more })
const [, , ledgerCallers] = given().objects
const only = (principal: string): MeshObject =>
  security('AuthorizationPolicy', 'shop/cart-callers', {
    selector: { matchLabels: { app: 'cart' } },
    rules: [{ from: [{ source: { principals: [principal] } }] }],
  })

describe('a replay', () => {
  it('counts what would be refused, by requests and by callers, and names who decides', () => {
    const { totals, rows, cut } = replayer().replay([{ after: only('cluster.local/ns/shop/sa/web') }])
    expect(totals.newlyRefused).toEqual({ requests: 20, callers: 1, calls: 1 })
    expect(totals.unchanged).toEqual({ requests: 1400, callers: 2, calls: 2 })
    expect(totals.stillRefused).toEqual({ requests: 40, callers: 1, calls: 1 })
    expect(rows).toMatchObject([
      {
        effect: 'newlyRefused',
        source: { workload: 'batch' },
        destination: { workload: 'cart' },
        before: { verdict: 'allow' },
        after: { verdict: 'deny' },
      },
    ])
    expect(cut).toEqual([{ workload: 'shop/cart', requests: 20 }])
  })

  it('tells calls of one flow apart by what they asked for where they fare differently, and only there', () => {
    const facet = (path: string, requests: number) => ({ method: 'GET', path, sightings: 40, requests })
    const faceted = replayer({
      flows: [
        { ...seen('shop/web', 'shop/cart', { passed: 500 }), facets: [facet('/items', 300), facet('/admin', 200)] },
      ],
    })
    const paths = security('AuthorizationPolicy', 'shop/items', {
      selector: { matchLabels: { app: 'cart' } },
      rules: [{ to: [{ operation: { paths: ['/items'] } }] }],
    })
    expect(faceted.replay([{ after: paths }]).rows).toMatchObject([
      { effect: 'newlyRefused', requests: 200, http: { method: 'GET', path: '/admin' } },
    ])
    expect(faceted.replay([{ after: only('cluster.local/ns/shop/sa/nobody') }]).rows).toMatchObject([
      { effect: 'newlyRefused', requests: 500, http: null },
    ])
  })

  it('tells that an empty ALLOW policy refuses everybody', () => {
    const empty = security('AuthorizationPolicy', 'shop/nothing', {})
    expect(replayer().replay([{ after: empty }]).totals.newlyRefused).toEqual({ requests: 520, callers: 2, calls: 2 })
  })

  it('tells what a deletion lets in, and whom it cuts off', () => {
    const denyAll = security('AuthorizationPolicy', 'pay/deny-all', {})
    // STRICT still stands before whoever has no identity.
    expect(replayer().replay([{ before: denyAll }, { before: ledgerCallers ?? null }]).totals).toMatchObject({
      newlyAllowed: { requests: 0 },
      stillRefused: { requests: 40 },
    })
    expect(replayer().replay([{ before: ledgerCallers ?? null }]).totals.newlyRefused.requests).toBe(900)
  })

  it('tells what STRICT closes', () => {
    const strict = security('PeerAuthentication', 'shop/default', { mtls: { mode: 'STRICT' } })
    expect(replayer().replay([{ after: strict }]).rows).toMatchObject([
      { effect: 'newlyRefused', requests: 20, after: { decidedBy: { kind: 'PeerAuthentication', name: 'default' } } },
    ])
  })

  it('is uncertain where a rule asks for what metrics do not tell, and says what', () => {
    const posts = security('AuthorizationPolicy', 'shop/posts', {
      rules: [{ to: [{ operation: { methods: ['POST'] } }] }],
    })
    const { totals, missing } = replayer().replay([{ after: posts }])
    expect(totals.uncertain.requests).toBe(520)
    expect(missing).toEqual([{ fact: 'http.method', requests: 520 }])
  })

  describe('of a workload that moves to another namespace', () => {
    const place = (name: string, labels: Record<string, string>): MeshObject => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    })
    const places = [place('shop', { 'istio-injection': 'enabled' }), place('legacy', {})]
    const movedTo = (name: string, to: string) => {
      const { workloads, objects } = given()
      const workload = workloads.find(one => `${one.namespace}/${one.name}` === name)
      if (workload === undefined) throw new Error(`There is no ${name}.`)
      return replayer({ objects: [...objects, ...places] }).replay([moved(workload, to)])
    }

    it('cuts it off where policies know its old name', () => {
      expect(movedTo('pay/payments', 'shop').rows).toMatchObject([
        { effect: 'newlyRefused', requests: 900, source: { workload: 'payments' }, after: { verdict: 'deny' } },
        { effect: 'stillRefused' },
      ])
    })

    it('puts it under the policies of where it goes', () => {
      const { rows, totals } = movedTo('pay/ledger', 'shop')
      expect(totals.newlyRefused.requests).toBe(0)
      expect(rows).toMatchObject([{ effect: 'newlyAllowed', requests: 40, source: { workload: 'batch' } }])
    })

    it('leaves nothing before it where its new namespace asks for no proxy', () => {
      expect(movedTo('pay/ledger', 'legacy').totals.newlyAllowed.requests).toBe(40)
      expect(movedTo('pay/payments', 'legacy').totals.newlyRefused.requests).toBe(900)
    })
  })

  it('follows labels: a workload that is called otherwise leaves a policy', () => {
    const labelled = (app: string): MeshObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'pay', name: 'ledger' },
      spec: { template: { metadata: { labels: { app } } } },
    })
    expect(replayer().replay([{ before: labelled('ledger'), after: labelled('books') }]).totals.newlyRefused).toEqual({
      requests: 900,
      callers: 1,
      calls: 1,
    })
  })

  it('follows a DestinationRule that takes the callers’ certificate away', () => {
    const plain: MeshObject = {
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { namespace: 'pay', name: 'ledger' },
      spec: { host: 'ledger.pay.svc.cluster.local', trafficPolicy: { tls: { mode: 'DISABLE' } } },
    }
    const service: MeshObject = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'pay', name: 'ledger' },
      spec: { selector: { app: 'ledger' }, ports: [{ port: 8080 }] },
    }
    const objects = [...given().objects, service]
    expect(replayer({ objects }).replay([{ after: plain }]).rows).toMatchObject([
      { effect: 'newlyRefused', requests: 900, after: { decidedBy: { kind: 'PeerAuthentication' } } },
      { effect: 'stillRefused' },
    ])
  })

  it('knows nothing for certain where policies may not be read', () => {
    const readable = { mesh: false, namespaces: ['shop'] }
    const { totals } = replayer({ readable }).replay([{ after: only('cluster.local/ns/shop/sa/web') }])
    // A refusal that others cannot lift is still one: no ALLOW of the root namespace is known.
    expect(totals.newlyAllowed.requests).toBe(0)
    expect(totals.newlyRefused.requests).toBe(0)
  })

  it('names a policy that Istio would refuse', () => {
    const wrong = security('AuthorizationPolicy', 'shop/wrong', { action: 'MAYBE', rules: [{}] })
    expect(replayer().replay([{ after: wrong }]).refused).toMatchObject([{ name: 'AuthorizationPolicy shop/wrong' }])
  })

  it('tells the story of a call, now and then', () => {
    const changes: Change[] = [{ after: only('cluster.local/ns/shop/sa/web') }]
    const one = replayer()
    const [row] = one.replay(changes).rows
    const story = one.explain(changes, row?.id ?? '')
    expect(story?.before.verdict).toBe('allow')
    expect(story?.after.verdict).toBe('deny')
    expect(story?.after.trail.length).toBeGreaterThan(1)
    expect(one.explain(changes, 'nobody')).toBeNull()
  })
})

describe('laws', () => {
  const place = fc.constantFrom('pay', 'shop', 'istio-system')
  const policy = fc
    .record({
      place,
      name: fc.constantFrom('a', 'b'),
      action: fc.constantFrom('ALLOW', 'DENY'),
      app: fc.constantFrom(undefined, 'cart', 'ledger'),
      who: fc.constantFrom(undefined, 'cluster.local/ns/shop/sa/web', 'cluster.local/ns/pay/sa/payments', '*'),
    })
    .map(({ place: namespace, name, action, app, who }) =>
      security('AuthorizationPolicy', `${namespace}/${name}`, {
        action,
        ...(app === undefined ? {} : { selector: { matchLabels: { app } } }),
        rules: [who === undefined ? {} : { from: [{ source: { principals: [who] } }] }],
      }),
    )

  it('looking only where a change reaches finds what looking everywhere finds', () => {
    // A change of the root namespace that does nothing makes it look at all calls.
    const idle = security('PeerAuthentication', 'istio-system/idle', { selector: { matchLabels: { app: 'nobody' } } })
    fc.assert(
      fc.property(fc.array(policy, { minLength: 1, maxLength: 3 }), policies => {
        const changes = policies.map((after): Change => ({ after }))
        const one = replayer()
        const { looked: few, rows, ...found } = one.replay(changes)
        const { looked: all, rows: allRows, ...everywhere } = one.replay([...changes, { after: idle }])
        const turned = (each: typeof rows) => each.filter(({ effect }) => effect !== 'stillRefused')
        expect(found).toEqual(everywhere)
        expect(turned(rows)).toEqual(turned(allRows))
        expect(few).toBeLessThanOrEqual(all)
      }),
      { numRuns: 200 },
    )
  })

  it('every request is in one of the five', () => {
    fc.assert(
      fc.property(fc.array(policy, { maxLength: 3 }), policies => {
        const { totals } = replayer().replay(policies.map(after => ({ after })))
        expect(Object.values(totals).reduce((sum, { requests }) => sum + requests, 0)).toBe(1460)
      }),
      { numRuns: 100 },
    )
  })
})
