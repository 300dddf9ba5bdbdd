import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf } from '#shared/mesh/object.ts'
import { paramsOfRef, refOfParams } from './address.ts'
import type { ConfigState } from './api.ts'
import { apply, diff, inOrder } from './list.ts'
import { listOf, row } from './list.fixture.ts'

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'ä', '日本')
const rows = fc
  .uniqueArray(
    fc
      .record({
        kind: fc.constantFrom('VirtualService', 'Sidecar'),
        namespace: fc.constantFrom('shop', 'pay', ''),
        name,
        rest: fc.record({
          resourceVersion: fc.constantFrom('1', '2', '3'),
          changedBy: fc.option(name),
          hosts: fc.array(name, { maxLength: 2 }),
          pods: fc.option(fc.nat(3)),
        }),
      })
      .map(each => row(`${each.kind} ${each.namespace}/${each.name}`, each.rest)),
    { selector: each => keyOf(each.ref) },
  )
  .map(inOrder)
const kinds = fc.array(
  fc.record({
    group: fc.constant('networking.istio.io'),
    kind: fc.constantFrom('VirtualService', 'Sidecar'),
    version: fc.constant('v1'),
    namespaced: fc.constant(true),
    state: fc.constantFrom('ok', 'forbidden'),
    because: fc.constant(null),
  }),
  { maxLength: 2 },
)
const states = fc.record({ rows, kinds }) as fc.Arbitrary<ConfigState>
const overTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

describe('the change of a list', () => {
  it('turns the one into the other, order included, through JSON', () => {
    fc.assert(
      fc.property(states, states, (before, after) => {
        const change = diff(before, after)
        expect(change === null ? before : apply(before, overTheWire(change))).toEqual(after)
      }),
      { numRuns: 500 },
    )
  })

  it('is nothing between equal lists', () => {
    fc.assert(
      fc.property(states, state => {
        expect(diff(state, overTheWire(state))).toBeNull()
      }),
    )
  })

  it('names only what is another, and leaves the other rows as they are', () => {
    const before = listOf(inOrder([row('Sidecar shop/a'), row('Sidecar shop/b'), row('Sidecar shop/c')]))
    const after = listOf(inOrder([row('Sidecar shop/a'), row('Sidecar shop/b', { resourceVersion: '2' })]))
    const change = diff(before, after)
    expect(change).toEqual({ put: [after.rows[1]], gone: [keyOf(row('Sidecar shop/c').ref)] })
    expect(apply(before, change ?? { put: [], gone: [] }).rows[0]).toBe(before.rows[0])
  })
})

describe('the address of an object', () => {
  it('writes what has no namespace and no group, and reads it back', () => {
    const root = { group: '', kind: 'Namespace', namespace: '', name: 'shop' }
    expect(paramsOfRef(root)).toEqual({ group: 'core', kind: 'Namespace', namespace: '-', name: 'shop' })
    expect(refOfParams(paramsOfRef(root))).toEqual(root)
  })
})
