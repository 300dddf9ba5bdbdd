import { describe, expect, it } from 'vitest'
import type { Edit } from '#shared/config/finding.ts'
import { edited } from './edits.ts'

const object = { spec: { hosts: ['a', 'b'], http: [{ weight: 1 }] } }

describe('edits', () => {
  it.each<[string, Edit[], unknown]>([
    [
      'set a field',
      [{ op: 'set', path: ['spec', 'hosts', 1], value: 'c' }],
      { hosts: ['a', 'c'], http: [{ weight: 1 }] },
    ],
    [
      'make what is missing on the way',
      [{ op: 'set', path: ['spec', 'tls', 'mode'], value: 'SIMPLE' }],
      { ...object.spec, tls: { mode: 'SIMPLE' } },
    ],
    [
      'insert before an item',
      [{ op: 'insert', path: ['spec', 'hosts', 0], value: 'z' }],
      { ...object.spec, hosts: ['z', 'a', 'b'] },
    ],
    ['remove an item', [{ op: 'remove', path: ['spec', 'hosts', 0] }], { ...object.spec, hosts: ['b'] }],
    ['remove a field', [{ op: 'remove', path: ['spec', 'http', 0, 'weight'] }], { ...object.spec, http: [{}] }],
    ['leave alone what is not there to be removed', [{ op: 'remove', path: ['spec', 'tls', 'mode'] }], object.spec],
    [
      'follow each other',
      [
        { op: 'remove', path: ['spec', 'hosts', 0] },
        { op: 'set', path: ['spec', 'hosts', 0], value: 'x' },
      ],
      { ...object.spec, hosts: ['x'] },
    ],
  ])('%s', (_, edits, spec) => {
    const before = structuredClone(object)
    expect(edited(object, edits)).toEqual({ spec })
    expect(object).toEqual(before)
  })
})
