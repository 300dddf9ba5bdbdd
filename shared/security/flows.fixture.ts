import fc from 'fast-check'
import type { Flow } from './flow.ts'

/** Calls over the words of the generated policies: everything about them is known. */

const text = (...values: string[]) => fc.constantFrom(...values)
const each = <A, B, R>(as: readonly A[], bs: readonly B[], make: (a: A, b: B) => R): R[] =>
  as.flatMap(a => bs.map(b => make(a, b)))

const identities = each(
  ['cluster.local', 'mesh.example', 'old.example', 'z'],
  each(
    ['shop', 'amb', 'gates', 'data', 'istio-system', 'legacy', 'xb', 'x'],
    ['front', 'back', 'db', 'stock', 'edge', 'x'],
    (ns, sa) => ({
      ns,
      sa,
    }),
  ),
  (domain, { ns, sa }) => `${domain}/ns/${ns}/sa/${sa}`,
)
const addresses = ['10.1.3.4', '10.1.200.1', '10.2.0.1', '203.0.113.5', '203.0.113.9', '192.0.2.1', '::1']
const tokens = each(
  each(
    ['https://login.example', 'https://other.example', 'https://unknown.example'],
    ['ada', 'bob', 'x'],
    (issuer, subject) => ({ issuer, subject }),
  ),
  each(
    each([['web'], ['app'], ['w'], [], ['app', 'web']], ['cli', 'page'], (audiences, presenter) => ({
      audiences,
      presenter,
    })),
    each(
      ['admin', 'dev-a', 'x', ['admin', 'dev-a'], null],
      each([null, 'reader', 'x'], [null, 'read', 'write', 'read write'], (role, scope) => ({ role, scope })),
      (group, { role, scope }) => ({
        ...(group === null ? {} : { group }),
        ...(role === null ? {} : { realm: { roles: [role] } }),
        ...(scope === null ? {} : { scope }),
      }),
    ),
    (rest, claims) => ({ ...rest, claims }),
  ),
  (name, rest) => ({ ...name, ...rest }),
)

/** Values that the generated policies tell apart. */
export const values = {
  'source.principal': identities,
  'source.ip': addresses,
  'source.remoteIp': addresses,
  'destination.ip': addresses,
  'destination.port': [9080, 9090, 10_090, 8080, 80, 6432, 1],
  mtls: [true, false],
  'http.method': ['GET', 'PUT', 'POST', 'PATCH', 'GAT', 'PAT', 'DELETE', 'PX'],
  'http.path': [
    '/items',
    '/a/b',
    '/a',
    '/a/s',
    '/as',
    '/admin',
    '/items/',
    '/~a',
    '/',
    '/a/b/c',
    '/a/b/d/c',
    '/x/c',
    '/xs',
    '/x',
    '/a/bs',
    '/a/b/s',
  ],
  'http.host': ['back.shop:8080', 'back.shop:9', 'x.amb:9090', 'www.example.com', 'x:8080', 'x'],
  'http.headers': [null, '', 'admin', 'abc', 'an', 'xn', 'x'].map(role => (role === null ? {} : { 'X-Role': role })),
  jwt: [null, ...tokens],
  sni: [null, 'outbound_.8080_._.back.shop.svc.cluster.local', 'www.example.com', 'x.local', 'x', 'outbound_.8080_x'],
} as const
export type Fact = keyof typeof values

const destinations = fc.constantFrom<Flow['destination']>(
  { namespace: 'shop', workload: 'back-v1', labels: { app: 'back', version: 'v1' }, enforcedBy: 'sidecar' },
  { namespace: 'shop', workload: 'back-v2', labels: { app: 'back', version: 'v2' }, enforcedBy: 'sidecar' },
  { namespace: 'data', workload: 'db', labels: { app: 'db' }, enforcedBy: 'sidecar' },
  { namespace: 'amb', workload: 'bare', labels: { app: 'bare' }, enforcedBy: 'ztunnel' },
  {
    namespace: 'amb',
    workload: 'stock',
    labels: { app: 'stock', 'istio.io/use-waypoint': 'waypoint' },
    enforcedBy: 'waypoint',
  },
  { namespace: 'gates', workload: 'edge', labels: { app: 'edge' }, enforcedBy: 'gateway' },
)

export const known: fc.Arbitrary<Flow> = fc
  .record({
    destination: destinations,
    protocol: fc.constantFrom('http' as const, 'http' as const, 'http' as const, 'tcp' as const),
    picks: fc.record({
      'source.principal': text(...identities.slice(0, 96)),
      'source.ip': text(...addresses),
      'source.remoteIp': text(...addresses),
      'destination.ip': text(...addresses),
      'destination.port': fc.constantFrom(...values['destination.port']),
      mtls: fc.constantFrom(true, true, false),
      'http.method': text(...values['http.method']),
      'http.path': text(...values['http.path']),
      'http.host': text(...values['http.host']),
      'http.headers': fc.constantFrom(...values['http.headers']),
      jwt: fc.oneof(fc.constant(null), fc.constantFrom(...tokens)),
      sni: fc.constantFrom(...values.sni),
    }),
  })
  .map(({ destination, protocol, picks }) =>
    Object.entries(picks).reduce<Flow>((flow, [fact, value]) => withFact(flow, fact, value), {
      id: 'flow',
      source: {},
      destination,
      protocol,
      http: protocol === 'tcp' ? null : {},
    }),
  )

/** @param value undefined: nobody knows it. */
export function withFact(flow: Flow, fact: string, value: unknown): Flow {
  const [first = '', second] = fact.split('.')
  const part = flow[first as keyof Flow]
  if (second === undefined) return { ...flow, [first]: value }
  // What TCP does not have stays none.
  if (part === null) return flow
  return { ...flow, [first]: { ...(part as object), [second]: value } }
}
