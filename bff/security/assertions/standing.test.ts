import { describe, expect, it } from 'vitest'
import type { Standing } from '#shared/security/assert/assertions.ts'
import { withEarlier } from './standing.ts'

const object = (namespace: string) => ({
  group: 'security.istio.io',
  kind: 'AuthorizationPolicy',
  namespace,
  name: 'x',
})
const standing = (more: Partial<Standing>): Standing => ({
  outcome: 'broken',
  example: null,
  missing: [],
  since: 9,
  isTurnSeen: false,
  turnedBy: [],
  ...more,
})
const console = standing({
  since: 3,
  isTurnSeen: true,
  turnedBy: ['shop', 'pay'].map(namespace => ({ object: object(namespace), manager: null })),
})
const sees = ({ namespace }: { namespace: string }) => namespace === 'shop'

describe('whoever looks for the first time', () => {
  it('is told since when it has been so, and only what they may read of what changed then', () => {
    expect(withEarlier(standing({}), console, sees)).toMatchObject({
      since: 3,
      isTurnSeen: true,
      turnedBy: [{ object: { namespace: 'shop' } }],
    })
  })

  it('is told what is true for them, where the console knows more', () => {
    const own = standing({ outcome: 'uncertain' })
    expect(withEarlier(own, console, sees)).toEqual(own)
  })

  it('keeps what they saw turn themselves', () => {
    const own = standing({ since: 8, isTurnSeen: true })
    expect(withEarlier(own, console, sees)).toEqual(own)
  })
})
