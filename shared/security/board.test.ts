import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { boardOf, type Card, type Draft, enforcedBy, tellerOf, writtenBy } from './board.ts'
import type { Denial } from './denials.ts'
import { surroundingsOf } from './evaluate/attach.ts'
import { security, workload } from './matrix.fixture.ts'

const policy = (name: string, spec: Record<string, unknown> = {}, isStaged = false): MeshObject => {
  const made = security('AuthorizationPolicy', name, spec)
  return isStaged ? { ...made, metadata: { ...made.metadata, annotations: { 'istio.io/dry-run': 'true' } } } : made
}
const forApp = (app: string) => ({ selector: { matchLabels: { app } } })
const ambient = workload('logistics/parcels', { enforcedBy: 'ztunnel' })
const behind = workload('logistics/orders', { enforcedBy: 'waypoint' })
const workloads = [
  workload('shop/cart'),
  workload('shop/web'),
  workload('legacy/batch', { enforcedBy: 'none', guarded: 0 }),
  ambient,
  behind,
  workload('logistics/waypoint', { role: 'waypoint', enforcedBy: 'ztunnel' }),
]
const services: MeshObject[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'logistics', name: 'orders', labels: { 'istio.io/use-waypoint': 'waypoint' } },
    spec: { selector: { app: 'orders' } },
  },
]
const toOrders = { targetRefs: [{ group: '', kind: 'Service', name: 'orders' }] }
const board = (objects: MeshObject[], drafts: Draft[] = []): Card[] =>
  boardOf({
    objects: [...objects, ...services],
    workloads,
    drafts,
    around: surroundingsOf([...objects, ...services], 'istio-system'),
  })
const only = (objects: MeshObject[], drafts: Draft[] = []): Card => board(objects, drafts)[0] as Card
const draftOf = (manifest: MeshObject, isNew = false): Draft => ({
  object: {
    group: 'security.istio.io',
    kind: 'AuthorizationPolicy',
    namespace: manifest.metadata.namespace ?? '',
    name: `${isNew ? 'new:' : ''}${manifest.metadata.name}`,
  },
  manifest,
})

describe('a card', () => {
  it.each<[string, MeshObject, string, string[]]>([
    ['a policy that selects', policy('shop/a', forApp('cart')), 'selector', ['cart']],
    ['a policy of a namespace', policy('shop/a'), 'namespace', ['cart', 'web']],
    ['a policy of the root namespace', policy('istio-system/a'), 'mesh', ['cart', 'web', 'parcels', 'orders']],
    ['a policy attached to a Service', policy('logistics/a', toOrders), 'target', ['orders']],
    ['a policy before a workload without a proxy', policy('legacy/a'), 'namespace', []],
    ['a policy that selects nobody', policy('shop/a', forApp('gone')), 'selector', []],
  ])('says whom %s reaches', (_, object, reach, names) => {
    const card = only([object])
    expect(card.reach).toBe(reach)
    expect(card.workloads.map(({ name }) => name)).toEqual(names)
  })

  it('lies in the column that its annotation says; a draft in its own, beside what it is a draft of', () => {
    const there = policy('shop/a', forApp('cart'))
    const cards = board(
      [there, policy('shop/b', {}, true)],
      [draftOf(policy('shop/a', forApp('web'))), { ...draftOf(policy('shop/c')), manifest: null }],
    )
    expect(cards.map(({ stage, ref }) => `${stage} ${ref.name}`)).toEqual([
      'draft a',
      'draft c',
      'enforced a',
      'staged b',
    ])
    expect(cards[0]?.base).toEqual(there)
  })

  it('of something new has the name that is typed, and is kept under its own', () => {
    const card = only([], [draftOf(policy('shop/fresh'), true)])
    expect(card.ref.name).toBe('fresh')
    expect(card.typed.name).toBe('new:fresh')
  })

  it('names whose proxies count: the workload’s own, or its waypoint’s', () => {
    expect(only([policy('shop/a', forApp('cart'))]).counters).toEqual(['shop/cart'])
    expect(only([policy('logistics/a', toOrders)]).counters).toEqual(['logistics/waypoint'])
  })
})

describe('what cannot be staged, and why', () => {
  // Istio 1.29 upgrade notes, "dry-run AuthorizationPolicy" in ambient: istiod keeps them from ztunnels, older ones enforce them.
  it.each<[string, MeshObject, string | null]>([
    ['before a sidecar it can', policy('shop/a'), null],
    ['at a waypoint it can', policy('logistics/a', toOrders), null],
    ['before a ztunnel', policy('logistics/a', forApp('parcels')), 'ztunnel'],
    [
      'before a workload behind a waypoint, when it is not attached to that',
      policy('logistics/a', forApp('orders')),
      'ztunnel',
    ],
    ['in a namespace of which one workload is ztunnel’s', policy('logistics/a'), 'ztunnel'],
    ['in the whole mesh, when a part of it is ztunnel’s', policy('istio-system/a'), 'ztunnel'],
    // Istio docs, "External Authorization" and "Dry Run".
    ['what asks an authorizer', policy('shop/a', { action: 'CUSTOM', provider: { name: 'x' }, rules: [{}] }), 'action'],
    ['what audits', policy('shop/a', { action: 'AUDIT', rules: [{}] }), 'action'],
    ['what Istio would refuse', policy('shop/a', { action: 'DENY', provider: { name: 'x' } }), 'broken'],
  ])('%s', (_, object, obstacle) => {
    expect(only([], [draftOf(object)]).obstacle?.is ?? null).toBe(obstacle)
  })

  it('a draft of what is enforced: it would lift that', () => {
    expect(only([policy('shop/a')], [draftOf(policy('shop/a'))]).obstacle).toEqual({ is: 'enforced' })
    expect(only([policy('shop/a', {}, true)], [draftOf(policy('shop/a'))]).obstacle).toBeNull()
  })

  it('a draft that cannot be read', () => {
    const card = only([], [{ ...draftOf(policy('shop/a')), manifest: null }])
    expect(card.obstacle).toEqual({ is: 'unreadable' })
    expect(writtenBy(card, 'stage')).toBeNull()
    expect(enforcedBy(card)).toBeNull()
  })
})

describe('a step', () => {
  const annotationsOf = (object: MeshObject | null | undefined) => object?.metadata.annotations
  it('stages by the annotation and promotes by taking it away, whatever else is noted', () => {
    const noted = policy('shop/a', {}, true)
    const card = only([
      { ...noted, metadata: { ...noted.metadata, annotations: { own: 'x', 'istio.io/dry-run': 'true' } } },
    ])
    expect(annotationsOf(writtenBy(card, 'promote')?.after)).toEqual({ own: 'x' })
    expect(writtenBy(only([noted]), 'promote')?.after?.metadata).not.toHaveProperty('annotations')
    expect(annotationsOf(writtenBy(only([policy('shop/b')]), 'stage')?.after)).toEqual({ 'istio.io/dry-run': 'true' })
  })

  it('withdraws by deleting, and is replayed as if it were enforced', () => {
    const card = only([policy('shop/a', {}, true)])
    expect(writtenBy(card, 'withdraw')).toEqual({ before: card.object, after: null })
    expect(annotationsOf(enforcedBy(card)?.after)).toBeUndefined()
    expect(enforcedBy(only([policy('shop/b')]))).toBeNull()
  })
})

describe('what proxies count of a card', () => {
  const denial = (more: Partial<Denial>): Denial => ({
    namespace: 'shop',
    workload: 'cart',
    kind: 'staged',
    action: 'DENY',
    rate: 1,
    denied: 9,
    lastSeen: 50,
    since: 10,
    ...more,
  })
  const deny = { action: 'DENY', rules: [{}] }

  it('is that of its action at its workloads', () => {
    const cards = board([policy('shop/a', { ...forApp('cart'), ...deny }, true)])
    const tell = tellerOf(cards, [
      denial({}),
      denial({ action: 'ALLOW', rate: 7 }),
      denial({ kind: 'enforced', action: null, rate: 7 }),
      denial({ workload: 'web', rate: 7 }),
    ])
    expect(tell(cards[0] as Card)).toEqual({
      rate: 1,
      denied: 9,
      lastSeen: 50,
      since: 10,
      silent: 0,
      sharedWith: 0,
      besides: 0,
    })
  })

  it('is told to be others’ too, where several are staged: Envoy counts them together', () => {
    const cards = board([policy('shop/a', deny, true), policy('shop/b', { ...forApp('web'), ...deny }, true)])
    const tell = tellerOf(cards, [denial({}), denial({ workload: 'web', lastSeen: null, since: 30 })])
    expect(cards.map(card => tell(card))).toMatchObject([
      { rate: 2, sharedWith: 1, since: 30, lastSeen: 50 },
      { rate: 1, sharedWith: 1, lastSeen: null },
    ])
  })

  it('of a staged ALLOW does not know what enforced ones let pass', () => {
    const cards = board([policy('shop/a', forApp('cart'), true), policy('shop/b', forApp('cart'))])
    const tell = tellerOf(cards, [])
    expect(tell(cards[0] as Card)).toMatchObject({ besides: 1, silent: 1, since: null })
    expect(tell(cards[1] as Card)).toMatchObject({ besides: 0 })
  })

  it('is nothing of a draft', () => {
    const cards = board([], [draftOf(policy('shop/a'))])
    expect(tellerOf(cards, [denial({})])(cards[0] as Card)).toBeNull()
  })
})
