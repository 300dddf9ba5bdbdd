import { describe, expect, it } from 'vitest'
import { served } from '#bff/http/server.fixture.ts'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'
import { SourceError } from '#bff/sources/source.ts'
import { openServices } from './feature.ts'

const objects = cluster([
  { name: 'shop/cart-v2', app: 'cart' },
  { name: 'shop/cart-v1', app: 'cart' },
])

describe('what stands behind a service', () => {
  it.each([
    ['services/shop/cart', 200, { related: ['cart-v1', 'cart-v2'] }],
    ['workloads/shop/cart-v1', 200, { related: ['cart'] }],
    ['services/shop/nothing', 200, { related: [] }],
    ['services/pay/ledger', 404, { status: 404 }],
  ])('is told while Prometheus is down, as far as the caller may see: %s', async (path, status, body) => {
    const deps = sourcesOf({
      objects,
      answer: () => {
        throw new SourceError('prometheus', 'unreachable', 'Prometheus is down.')
      },
    })
    const { url } = await served(router =>
      openServices({ ...deps, seers: { of: async () => new Set(['shop']) } }).routes(router),
    )
    const reply = await fetch(`${url}/api/services/${path}/related`)
    expect(reply.status).toBe(status)
    expect(await reply.json()).toMatchObject(body)
    expect(deps.asked).toEqual([])
  })
})
