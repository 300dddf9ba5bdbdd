import { describe, expect, it } from 'vitest'
import { isOfLimits, limitsBack } from './limits-back.ts'

const service = { group: '', kind: 'Service', namespace: 'shop', name: 'cart' }
const now = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'cart',
    namespace: 'shop',
    resourceVersion: '7',
    annotations: { team: 'carts', 'weft/health': 'new' },
  },
  spec: { selector: { app: 'cart' } },
}
const kept = (annotations?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart', namespace: 'shop', ...(annotations && { annotations }) },
})

describe('limits of health in the history', () => {
  it.each([
    [service, ['metadata.annotations["weft/health"]'], true],
    [{ ...service, kind: 'Namespace' }, ['metadata.annotations'], true],
    [{ ...service, kind: 'Namespace' }, ['metadata.annotations', 'metadata.labels["istio-injection"]'], false],
    [{ ...service, group: 'networking.istio.io', kind: 'VirtualService' }, ['metadata.annotations'], false],
    [service, [], false],
  ])('of %j with %j: %s', (object, fields, is) => {
    expect(isOfLimits(object, fields)).toBe(is)
  })

  it('come back as they were, or go, and nothing else of the object is meant', () => {
    const annotationsOf = (then: ReturnType<typeof kept>) => {
      const [wish] = limitsBack(now, then).apply
      if (wish === undefined) throw new Error('Nothing is wanted.')
      expect(wish).toMatchObject({ annotations: ['weft/health'], resourceVersion: '7' })
      return (wish.manifest as unknown as typeof now).metadata.annotations
    }
    expect(annotationsOf(kept({ 'weft/health': 'old' }))).toEqual({ team: 'carts', 'weft/health': 'old' })
    expect(annotationsOf(kept())).toEqual({ team: 'carts' })
  })
})
