import { describe, expect, it } from 'vitest'
import type { FailingScrape } from '#bff/mesh/empty/scrapes.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { landscapeDeps } from './rights.fixture.ts'
import { scrapeJudge } from './scrapes.ts'

const policy = (kind: string, namespace: string, name: string, spec: MeshObject['spec'] = {}): MeshObject => ({
  apiVersion: 'security.istio.io/v1',
  kind,
  metadata: { namespace, name },
  spec,
})
const strict = policy('PeerAuthentication', 'shop', 'strict', { mtls: { mode: 'STRICT' } })
const nobody = policy('AuthorizationPolicy', 'shop', 'nobody')
const known = policy('AuthorizationPolicy', 'shop', 'callers', {
  rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }],
})
const byAddress = policy('AuthorizationPolicy', 'shop', 'addresses', {
  action: 'DENY',
  rules: [{ from: [{ source: { ipBlocks: ['10.9.0.0/16'] } }] }],
})
const scrape = (more: Partial<FailingScrape> = {}): FailingScrape => ({
  namespace: 'shop',
  pod: 'cart-1',
  port: 8080,
  isPlain: true,
  path: '/metrics',
  error: 'connection reset by peer',
  ...more,
})
const judge = (objects: MeshObject[], failing: FailingScrape[], user = 'mesh-admin') =>
  scrapeJudge({
    ...landscapeDeps(),
    objectsOf: (_, kind) => objects.filter(object => object.kind === kind),
  })(user, failing)

describe('a scrape that fails', () => {
  it.each<[string, MeshObject[], Partial<FailingScrape>, RegExp, string[]]>([
    ['STRICT, in plain text', [strict], {}, /At port 8080 PeerAuthentication shop\/strict refuses/, ['strict']],
    ['STRICT, over TLS', [strict], { isPlain: false }, /strict governs port 8080: whether it refuses/, ['strict']],
    ['nobody is allowed', [nobody], {}, /At port 8080 AuthorizationPolicy shop\/nobody refuses/, ['nobody']],
    ['identities alone are allowed', [known], {}, /AuthorizationPolicy shop\/callers refuses/, ['callers']],
    [
      'an address decides',
      [byAddress],
      {},
      /AuthorizationPolicy shop\/addresses governs port 8080: whether/,
      ['addresses'],
    ],
    ['nothing stands against it', [], {}, /No policy refuses a scrape at port 8080/, []],
    // Istio docs, "Securing Prometheus Scraping for Istio Sidecar and Gateway".
    ['the agent’s own port', [strict, nobody], { port: 15020 }, /No policy governs port 15020/, []],
    ['Envoy’s own port', [strict, nobody], { port: 15090 }, /No policy governs port 15090/, []],
    ['no pod is known', [strict], { pod: '' }, /Whether a policy refuses them is not known/, []],
    ['no port is known', [strict], { port: null }, /Whether a policy refuses them is not known/, []],
  ])('%s', async (_, objects, more, words, names) => {
    const { detail, objects: named } = await judge(objects, [scrape(more)])
    expect(detail).toMatch(words)
    expect(named.map(({ name }) => name)).toEqual(names)
  })

  it('what is known for certain goes before what is not', async () => {
    const { detail } = await judge([strict], [scrape({ port: null }), scrape()])
    expect(detail).toContain('strict refuses')
  })

  it('names no policy that whoever asks may not list, and calls nothing certain that it may change', async () => {
    const told = await judge([nobody], [scrape()], 'viewer')
    expect(JSON.stringify(told)).not.toContain('nobody')
    expect(told.detail).toBe('Whether a policy refuses them is not known.')
  })

  it('is not judged before the cluster has told its policies', async () => {
    const deps = {
      ...landscapeDeps(),
      kinds: () => [
        {
          group: 'security.istio.io',
          kind: 'PeerAuthentication',
          state: 'failing' as const,
          because: 'Connection refused.',
        },
      ],
    }
    expect((await scrapeJudge(deps)('mesh-admin', [scrape()])).detail).toContain('Connection refused.')
  })
})
