import { describe, expect, it } from 'vitest'
import type { Plaintext } from '#shared/security/denials.ts'
import { matrixOf } from '#shared/security/matrix.ts'
import { security, workload } from '#shared/security/matrix.fixture.ts'
import { readinessOf, strictIn } from './readiness.ts'
import { istioDefaults } from '#shared/security/world.ts'

const minute = 60_000
const peer = (name: string, spec: Record<string, unknown>) => security('PeerAuthentication', name, spec)
const call = (from: string, to: string, more: Partial<Plaintext['calls'][number]> = {}): Plaintext['calls'][number] => {
  const [namespace = '', workloadName = ''] = from.split('/')
  const [place = '', name = ''] = to.split('/')
  return {
    source: { namespace, workload: workloadName, isHidden: false },
    destination: { namespace: place, workload: name },
    protocol: 'http',
    rate: 1,
    count: 10,
    lastSeen: 60 * minute,
    ...more,
  }
}
const workloads = [
  workload('pay/ledger'),
  workload('pay/old', { enforcedBy: 'none', guarded: 0 }),
  workload('legacy/batch', { enforcedBy: 'none', guarded: 0 }),
  workload('shop/cart'),
]
const read = (
  objects: Parameters<typeof readinessOf>[0]['objects'],
  calls: Plaintext['calls'] = [],
  told: Plaintext['told'] = [{ namespace: 'pay', since: 0, count: 9 }],
) => {
  const rows = readinessOf({
    objects,
    workloads,
    rootNamespace: 'istio-system',
    plaintext: { at: 60 * minute, step: 60, calls, told },
  })
  return rows.find(({ namespace }) => namespace === 'pay')
}

describe('the mode of a namespace', () => {
  // Istio docs, PeerAuthentication: namespace, then mesh, then PERMISSIVE; UNSET inherits; the oldest of one scope counts.
  const strict = { mtls: { mode: 'STRICT' } }
  it.each<[string, Parameters<typeof read>[0], string, string | null]>([
    ['is Istio’s default where nothing is said', [], 'PERMISSIVE', null],
    ['is its own', [peer('pay/default', strict)], 'STRICT', 'pay/default'],
    ['is the mesh’s where it has none', [peer('istio-system/default', strict)], 'STRICT', 'istio-system/default'],
    [
      'goes before the mesh’s',
      [peer('istio-system/default', strict), peer('pay/default', { mtls: { mode: 'DISABLE' } })],
      'DISABLE',
      'pay/default',
    ],
    [
      'inherits where it is UNSET',
      [peer('istio-system/default', strict), peer('pay/default', { mtls: { mode: 'UNSET' } })],
      'STRICT',
      'istio-system/default',
    ],
    [
      'is not what one workload has',
      [peer('pay/one', { ...strict, selector: { matchLabels: { app: 'ledger' } } })],
      'PERMISSIVE',
      null,
    ],
  ])('%s', (_, objects, mode, by) => {
    const row = read(objects)
    expect(row?.mode).toBe(mode)
    expect(row?.by === null ? null : `${row?.by.namespace}/${row?.by.name}`).toBe(by)
  })

  it('has exceptions where a workload or a port keeps plaintext', () => {
    const ledger = { selector: { matchLabels: { app: 'ledger' } } }
    const row = read([
      peer('pay/default', strict),
      peer('pay/loose', { ...ledger, mtls: { mode: 'PERMISSIVE' } }),
      peer('pay/port', { ...ledger, mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'DISABLE' } } }),
      peer('pay/tight', { ...ledger, mtls: { mode: 'STRICT' } }),
    ])
    expect(row?.exceptions.map(({ policy, mode }) => `${policy.name} ${mode}`)).toEqual([
      'loose PERMISSIVE',
      'port DISABLE',
    ])
  })
})

describe('callers that are left', () => {
  it('are told by who they are, with all they call', () => {
    const row = read(
      [],
      [
        call('legacy/batch', 'pay/ledger', { rate: 3 }),
        call('legacy/batch', 'pay/old', { rate: 1, lastSeen: 10 * minute }),
        call('shop/cart', 'pay/ledger', { rate: 0 }),
        call('/', 'pay/ledger', { rate: 2 }),
        call('shop/cart', 'shop/cart'),
      ],
    )
    expect(row?.callers.map(({ source, is, rate, destinations }) => [source.workload, is, rate, destinations])).toEqual(
      [
        ['batch', 'unmeshed', 4, ['ledger', 'old']],
        ['', 'outside', 2, ['ledger']],
        ['cart', 'meshed', 0, ['ledger']],
      ],
    )
    expect(row?.cleanSince).toBeNull()
    expect(row?.open).toBe(1)
  })

  it.each<[string, Plaintext['calls'], Plaintext['told'], number | null]>([
    [
      'never within the window: clean since somebody tells',
      [],
      [{ namespace: 'pay', since: 5 * minute, count: 1 }],
      5 * minute,
    ],
    [
      'no more: clean since the last',
      [call('legacy/batch', 'pay/ledger', { lastSeen: 20 * minute })],
      [{ namespace: 'pay', since: 0, count: 1 }],
      20 * minute,
    ],
    ['of which nobody tells: not known', [], [], null],
  ])('%s', (_, calls, told, clean) => {
    expect(read([], calls, told)?.cleanSince).toBe(clean)
  })
})

describe('callers that are refused as it is', () => {
  const batch = call('legacy/batch', 'pay/ledger', { rate: 3 })
  const only = (rule: unknown) => [
    security('AuthorizationPolicy', 'pay/known', { selector: { matchLabels: { app: 'ledger' } }, rules: [rule] }),
  ]
  const readBy = (objects: Parameters<typeof read>[0]) => {
    const settings = istioDefaults
    const matrix = matrixOf({ objects, workloads, settings, readable: { mesh: true, namespaces: null }, flows: [] })
    const plaintext = { at: 60 * minute, step: 60, calls: [batch], told: [{ namespace: 'pay', since: 0, count: 9 }] }
    return readinessOf({ objects, workloads, rootNamespace: 'istio-system', plaintext, matrix }).find(
      ({ namespace }) => namespace === 'pay',
    )
  }

  it.each([
    ['who must prove who they are', only({ from: [{ source: { principals: ['*'] } }] }), true],
    ['not if some of their requests may pass', only({ to: [{ operation: { methods: ['GET'] } }] }), false],
    ['nor if nothing is said', [], false],
  ])('%s', (_, objects, isRefused) => {
    const row = readBy(objects)
    expect(row?.callers).toMatchObject([{ source: { workload: 'batch' }, isRefused }])
    expect(row?.rate).toBe(isRefused ? 0 : 3)
    expect(row?.cleanSince).toBe(isRefused ? 0 : null)
  })
})

describe('the switch', () => {
  const ledger = { selector: { matchLabels: { app: 'ledger' } } }
  const switched = (objects: Parameters<typeof read>[0]) => {
    const row = read(objects)
    return row === undefined ? [] : strictIn(row, objects)
  }

  it('sets the namespace’s own policy, and keeps what else it says', () => {
    const own = peer('pay/mine', { mtls: { mode: 'PERMISSIVE' } })
    expect(switched([own])).toEqual([{ before: own, after: { ...own, spec: { mtls: { mode: 'STRICT' } } } }])
  })

  it('makes one where there is none, and leaves those of single workloads', () => {
    expect(switched([peer('pay/one', ledger)])).toMatchObject([
      {
        before: null,
        after: { metadata: { namespace: 'pay', name: 'default' }, spec: { mtls: { mode: 'STRICT' } } },
      },
    ])
  })

  it('is for the exceptions where the namespace has STRICT already', () => {
    const loose = peer('pay/loose', { ...ledger, portLevelMtls: { 8080: { mode: 'DISABLE' } } })
    expect(switched([peer('istio-system/default', { mtls: { mode: 'STRICT' } }), loose])).toEqual([
      {
        before: loose,
        after: {
          ...loose,
          spec: { ...ledger, mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'STRICT' } } },
        },
      },
    ])
  })
})
