import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { placeName, readPlace } from './place.ts'

describe('where a store is', () => {
  it.each([
    ['memory', { kind: 'memory' }, 'in memory'],
    ['data/history.db', { kind: 'file', path: resolve('data/history.db') }, resolve('data/history.db')],
    [
      'postgres://weft:word@db.example:5433/weft?sslmode=verify-full',
      { kind: 'postgres', url: 'postgres://weft:word@db.example:5433/weft?sslmode=verify-full' },
      'postgres://db.example:5433/weft',
    ],
    ['postgresql://db/weft', { kind: 'postgres', url: 'postgresql://db/weft' }, 'postgres://db/weft'],
  ])('%s', (text, place, name) => {
    const read = readPlace(text)
    expect(read).toEqual(place)
    expect('wrong' in read ? '' : placeName(read)).toBe(name)
  })

  it.each([
    ['mysql://root:word@db/weft', 'is neither a postgres:// address nor the path of a file'],
    ['postgres://user:word@[::1', 'is no address such as postgres://host/database'],
  ])('is not %s, which is said without its password', (text, wrong) => {
    expect(readPlace(text)).toEqual({ wrong })
  })
})
