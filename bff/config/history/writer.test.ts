import { describe, expect, it } from 'vitest'
import type { ManagedFields } from '#shared/mesh/object.ts'
import { momentOf, writerOf } from './writer.ts'

const by = (manager: string, second: number, more: Partial<ManagedFields> = {}): ManagedFields => ({
  manager,
  operation: 'Update',
  time: new Date(second * 1000).toISOString(),
  fieldsV1: {},
  ...more,
})

describe('the writer of a version', () => {
  it.each([
    ['the newest of an object nobody knew', [], [by('kubectl', 1), by('helm', 5)], 'helm'],
    ['whose entry is new', [by('kubectl', 1)], [by('kubectl', 1), by('weft', 1)], 'weft'],
    [
      'whose entry changed, within one second too',
      [by('a', 1), by('b', 1)],
      [by('a', 1, { fieldsV1: { x: {} } }), by('b', 1)],
      'a',
    ],
    ['who took a field from another', [by('a', 1, { fieldsV1: { x: {} } })], [by('a', 1), by('b', 2)], 'b'],
    [
      'who took a field from another within one second',
      [by('a', 1, { fieldsV1: { 'f:spec': { 'f:x': {}, 'f:y': {} } } })],
      [by('b', 1, { fieldsV1: { 'f:spec': { 'f:x': {} } } }), by('a', 1, { fieldsV1: { 'f:spec': { 'f:y': {} } } })],
      'b',
    ],
    ['not who wrote the status', [by('a', 1)], [by('a', 2), by('istiod', 3, { subresource: 'status' })], 'a'],
    ['the last one where no entry says so', [by('a', 1), by('b', 2)], [by('b', 2)], 'b'],
  ])('is %s', (_, before, after, manager) => {
    expect(writerOf(before, after)?.manager).toBe(manager)
  })

  it('is nobody where the server tells none', () => {
    expect(writerOf([], [])).toBeNull()
  })
})

describe('the moment of a write', () => {
  it.each([
    ['when it was seen, where the server does not say', null, 12_345, 12_345],
    ['when it was seen, within the second the server tells', 12_000, 12_345, 12_345],
    ['the end of that second, where it was seen later', 12_000, 99_000, 12_999],
    ['that second, where our clock is behind', 12_000, 3000, 12_000],
  ])('is %s', (_, told, seen, moment) => {
    expect(momentOf(told, seen)).toBe(moment)
  })
})
