import { describe, expect, it } from 'vitest'
import type { FailingScrape } from '#bff/mesh/empty/scrapes.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { Statement } from '#shared/mesh/statement.ts'
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

const refused = (by: string): Statement => ({ says: 'scrapeRefused', facts: { ports: [8080], policies: [by] } })
const governed = (by: string): Statement => ({ says: 'scrapeGoverned', facts: { ports: [8080], policies: [by] } })
const unjudged: Statement = { says: 'scrapeUnjudged', facts: {} }

describe('a scrape that fails', () => {
  it.each<[string, MeshObject[], Partial<FailingScrape>, Statement, string[]]>([
    ['STRICT, in plain text', [strict], {}, refused('PeerAuthentication shop/strict'), ['strict']],
    ['STRICT, over TLS', [strict], { isPlain: false }, governed('PeerAuthentication shop/strict'), ['strict']],
    ['nobody is allowed', [nobody], {}, refused('AuthorizationPolicy shop/nobody'), ['nobody']],
    ['identities alone are allowed', [known], {}, refused('AuthorizationPolicy shop/callers'), ['callers']],
    ['an address decides', [byAddress], {}, governed('AuthorizationPolicy shop/addresses'), ['addresses']],
    ['nothing stands against it', [], {}, { says: 'scrapeAllowed', facts: { ports: [8080] } }, []],
    // Istio docs, "Securing Prometheus Scraping for Istio Sidecar and Gateway".
    [
      'the agent’s own port',
      [strict, nobody],
      { port: 15020 },
      { says: 'scrapeUncaptured', facts: { ports: [15020] } },
      [],
    ],
    [
      'Envoy’s own port',
      [strict, nobody],
      { port: 15090 },
      { says: 'scrapeUncaptured', facts: { ports: [15090] } },
      [],
    ],
    ['no pod is known', [strict], { pod: '' }, unjudged, []],
    ['no port is known', [strict], { port: null }, unjudged, []],
  ])('%s', async (_, objects, more, statement, names) => {
    const { detail, objects: named } = await judge(objects, [scrape(more)])
    expect(detail).toEqual([statement])
    expect(named.map(({ name }) => name)).toEqual(names)
  })

  it('where no proxy stands before the pods is refused by no policy', async () => {
    const deps = landscapeDeps()
    const mesh = deps.kubernetes.objects()
    if (mesh === null) throw new Error('The fixture has a mesh.')
    const bare = { ...mesh, pods: mesh.pods.map(pod => ({ ...pod, hasSidecar: false })) }
    const kubernetes = { ...deps.kubernetes, objects: () => bare }
    const { detail } = await scrapeJudge({ ...deps, kubernetes, objectsOf: () => [strict] })('mesh-admin', [scrape()])
    expect(detail).toEqual([{ says: 'scrapeUnguarded', facts: {} }])
  })

  it('is not judged before Kubernetes has told what runs', async () => {
    const deps = landscapeDeps()
    const kubernetes = { ...deps.kubernetes, objects: () => null }
    const { detail } = await scrapeJudge({ ...deps, kubernetes })('mesh-admin', [scrape()])
    expect(detail).toEqual([unjudged, { says: 'podsUntold', facts: {} }])
  })

  it('what is known for certain goes before what is not', async () => {
    const { detail } = await judge([strict], [scrape({ port: null }), scrape()])
    expect(detail).toEqual([refused('PeerAuthentication shop/strict')])
  })

  it('names no policy that whoever asks may not list, and calls nothing certain that it may change', async () => {
    const told = await judge([nobody], [scrape()], 'viewer')
    expect(JSON.stringify(told)).not.toContain('nobody')
    expect(told.detail).toEqual([unjudged])
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
    expect((await scrapeJudge(deps)('mesh-admin', [scrape()])).detail).toEqual([
      unjudged,
      {
        says: 'failing',
        facts: { source: 'kubernetes', words: expect.stringContaining('Connection refused.') as string },
      },
    ])
  })
})
