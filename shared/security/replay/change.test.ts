import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { type Change, changed, reachOf, relabelled, type Scenery } from './change.ts'
import { security, workload } from '#shared/security/matrix.fixture.ts'

const namespace = (name: string, labels: Record<string, string> = {}): MeshObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
})
const deployment = (name: string, labels: Record<string, string>): MeshObject => {
  const [place = '', own = ''] = name.split('/')
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: place, name: own },
    spec: { template: { metadata: { labels } } },
  }
}
const scene = (more: Partial<Scenery> = {}): Scenery => ({
  objects: [security('AuthorizationPolicy', 'pay/deny-all', {}), namespace('pay')],
  workloads: [workload('pay/ledger'), workload('shop/cart', { enforcedBy: 'ztunnel' })],
  ...more,
})

describe('a mesh after changes', () => {
  it('has what is made, another of what is changed, and nothing of what goes', () => {
    const [denyAll = security('AuthorizationPolicy', 'pay/deny-all', {})] = scene().objects
    const made = security('AuthorizationPolicy', 'pay/callers', { rules: [{}] })
    const other = security('AuthorizationPolicy', 'pay/deny-all', { action: 'DENY', rules: [{}] })
    expect(changed(scene(), [{ after: made }]).objects).toContain(made)
    const then = changed(scene(), [{ before: denyAll, after: other }]).objects
    expect(then).toContain(other)
    expect(then).not.toContain(denyAll)
    expect(changed(scene(), [{ before: denyAll }]).objects).not.toContain(denyAll)
  })

  it('takes a draft for as old as what it changes, and what is made now for the youngest: the older PeerAuthentication holds', () => {
    const old = security('PeerAuthentication', 'pay/default', { mtls: { mode: 'STRICT' } })
    const { creationTimestamp, ...undated } = old.metadata
    const draft = (name: string): MeshObject => ({ ...old, metadata: { ...undated, name } })
    const [, , ...then] = changed({ ...scene(), objects: [...scene().objects, old] }, [
      { before: old, after: draft('default') },
      { after: draft('another') },
    ]).objects
    const [changedNow, madeNow] = then.map(({ metadata }) => String(metadata.creationTimestamp))
    expect(changedNow).toBe(creationTimestamp)
    expect(madeNow && madeNow > String(creationTimestamp)).toBe(true)
  })

  it('has the labels that pods would get', () => {
    const then = changed(scene(), [
      { before: deployment('pay/ledger', { app: 'ledger' }), after: deployment('pay/ledger', { app: 'books' }) },
    ])
    expect(then.workloads[0]?.labels).toEqual({ app: 'books' })
  })

  it.each(['Deployment', 'Pod', 'Rollout'])('follows another label of a %s, and back', kind => {
    const own = workload('pay/ledger', { kind })
    const now = scene({ workloads: [own] })
    const { before = null, after = null } = relabelled(own, { app: 'books' })
    const then = changed(now, [{ before, after }])
    expect(then.workloads[0]?.labels).toEqual({ app: 'books' })
    expect(changed(then, [{ before: after, after: before }])).toEqual(now)
  })

  const ambient = { 'istio.io/dataplane-mode': 'ambient' }
  it.each([
    ['joins ambient', {}, ambient, 'none', 'ztunnel', 2],
    ['joins ambient with a waypoint', {}, { ...ambient, 'istio.io/use-waypoint': 'waypoint' }, 'none', 'waypoint', 2],
    ['leaves ambient', ambient, {}, 'ztunnel', 'none', 0],
    ['gets a waypoint', ambient, { ...ambient, 'istio.io/use-waypoint': 'waypoint' }, 'ztunnel', 'waypoint', 2],
    ['loses its waypoint', { ...ambient, 'istio.io/use-waypoint': 'w' }, ambient, 'waypoint', 'ztunnel', 2],
    [
      'is told to use none',
      { ...ambient, 'istio.io/use-waypoint': 'w' },
      { ...ambient, 'istio.io/use-waypoint': 'none' },
      'waypoint',
      'ztunnel',
      2,
    ],
    ['is marked for injection, which waits for new pods', {}, { 'istio-injection': 'enabled' }, 'none', 'none', 0],
  ] as const)('has other proxies where a namespace %s', (_, was, is, enforcedBy, then, guarded) => {
    const now = scene({ workloads: [workload('shop/cart', { enforcedBy, guarded: enforcedBy === 'none' ? 0 : 2 })] })
    const change: Change = { before: namespace('shop', was), after: namespace('shop', is) }
    expect(changed(now, [change]).workloads[0]).toMatchObject({ enforcedBy: then, guarded })
  })

  it('keeps sidecars, whatever its namespace is called', () => {
    const change: Change = { before: namespace('pay'), after: namespace('pay', ambient) }
    expect(changed(scene(), [change]).workloads[0]).toMatchObject({ enforcedBy: 'sidecar' })
  })
})

const policy = fc
  .record({
    kind: fc.constantFrom('AuthorizationPolicy' as const, 'PeerAuthentication' as const),
    place: fc.constantFrom('pay', 'shop', 'istio-system'),
    name: fc.constantFrom('a', 'b', 'c'),
    spec: fc.constantFrom({}, { mtls: { mode: 'STRICT' } }, { rules: [{}] }),
  })
  .map(({ kind, place, name, spec }) => security(kind, `${place}/${name}`, spec))
const objects = fc.uniqueArray(policy, { maxLength: 5, selector: object => keyOf(refOf(object)) })
const byName = (all: readonly MeshObject[]) => [...all].map(object => JSON.stringify(object)).toSorted()

describe('laws', () => {
  it('nothing changed is the same mesh; what is done and undone, too', () => {
    fc.assert(
      fc.property(objects, objects, (has, made) => {
        const now = scene({ objects: has })
        expect(byName(changed(now, []).objects)).toEqual(byName(has))
        const changes = made.map(
          (after): Change => ({
            before: has.find(object => keyOf(refOf(object)) === keyOf(refOf(after))) ?? null,
            after,
          }),
        )
        const undo = changes.map(({ before, after }): Change => ({ before: after ?? null, after: before ?? null }))
        expect(byName(changed(changed(now, changes), undo).objects)).toEqual(byName(has))
      }),
    )
  })
})

describe('the reach of a change', () => {
  it.each([
    ['a policy: its namespace', [{ after: security('AuthorizationPolicy', 'pay/x', {}) }], ['pay']],
    ['a policy of the root namespace: all', [{ after: security('AuthorizationPolicy', 'istio-system/x', {}) }], null],
    ['a namespace: its own workloads', [{ after: namespace('shop') }], ['shop']],
    [
      'a DestinationRule: whomever its hosts are',
      [
        {
          after: {
            ...security('AuthorizationPolicy', 'pay/x', {}),
            apiVersion: 'networking.istio.io/v1',
            kind: 'DestinationRule',
          },
        },
      ],
      null,
    ],
    [
      'what decides nothing: none',
      [{ after: { ...security('AuthorizationPolicy', 'pay/x', {}), apiVersion: 'v1', kind: 'Secret' } }],
      [],
    ],
  ])('is, of %s', (_, changes, reach) => {
    const found = reachOf(changes, 'istio-system')
    expect(found === null ? null : [...found]).toEqual(reach)
  })
})
