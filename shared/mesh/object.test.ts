import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathIn, pathText } from './object.ts'

const key = fc.oneof(
  fc.constantFrom('spec', 'http', 'app.kubernetes.io/name', 'a-b', '', '0', '"', ']["', '\\', '日本'),
  fc.string(),
)
const paths = fc.array(fc.oneof(key, fc.nat(1000)))

describe('a path as text', () => {
  it('is read back as it was', () => {
    fc.assert(
      fc.property(paths, path => {
        expect(pathIn(pathText(path))).toEqual(path)
      }),
    )
  })

  it.each(['spec..http', 'spec[', 'spec[x]', 'spec.http[0', '["a', '["\\x"]', 'a b', 'spec[0]http'])(
    'is none: %s',
    text => {
      expect(pathIn(text)).toBeNull()
    },
  )
})
