import fc from 'fast-check'
import type { Token } from '#lab/contract.ts'
import { policyOf } from '#lab/mesh/snapshot/destination-rules.ts'
import { type Snapshot, toldTo, type Workload } from '#lab/mesh/snapshot/facts.ts'
import { authenticate } from '#lab/mesh/decide/authenticate.ts'
import { connectionTo, type Door, gatewayDoor, podDoor, waypointDoor } from '#lab/mesh/decide/door.ts'
import { type Judgement, judgeAt } from '#lab/mesh/decide/judge.ts'
import type { Flow as LabFlow } from '#lab/mesh/decide/outcome.ts'
import { factsOf } from '#lab/mesh/decide/verdict.ts'
import { flowFrom } from '#lab/mesh/testing/small-mesh.ts'
import type { Flow } from '#shared/security/flow.ts'

/** Requests through the small mesh, and what the lab decides of them at each door they come to. */

const text = (...values: string[]) => fc.constantFrom(...values)
const token: fc.Arbitrary<Token> = fc.record({
  issuer: text('https://login.example', 'https://login.example', 'https://other.example', 'https://unknown.example'),
  subject: text('ada', 'bob'),
  audiences: fc.constantFrom<string[]>([], ['web'], ['app', 'web'], ['x']),
  presenter: text('cli', 'page'),
  claims: fc.constantFrom<Record<string, unknown>>(
    {},
    { group: 'admin' },
    { group: ['dev-a', 'ops'], scope: 'read write' },
    { realm: { roles: ['reader'] }, group: 7 },
  ),
  state: fc.constant('valid' as const),
})

export const methods = ['GET', 'PUT', 'POST', 'DELETE']
export const paths = [
  '/items',
  '/a/b',
  '/admin',
  '/a/b/c',
  '/x/../admin',
  '/~a',
  '/items?x=/admin',
  '/items/',
  '/',
  '/a//c',
]
export const headers: Record<string, string>[] = [
  {},
  { 'x-role': 'admin' },
  { 'X-Role': '' },
  { 'x-forwarded-for': '203.0.113.9' },
]

export const request = fc.record({
  way: fc.constantFrom(
    ...(['shop/front', 'data/db', 'legacy/batch', 'amb/stock'] as const).flatMap(source =>
      (['back.shop', 'back.shop', 'stock.amb', 'bare.amb', 'db.data'] as const).map(host => ({ source, host })),
    ),
    { source: 'gates/edge', host: 'www.example.com' },
    { source: 'gates/edge', host: 'www.example.com' },
  ),
  protocol: fc.constantFrom('http' as const, 'http' as const, 'grpc' as const, 'tcp' as const),
  method: text(...methods),
  path: text(...paths),
  headers: fc.constantFrom(...headers),
  token: fc.option(token),
  pick: fc.nat(),
})
export type Request = typeof request extends fc.Arbitrary<infer T> ? T : never

const ports: Record<string, number> = { 'back.shop': 8080, 'db.data': 5432, 'www.example.com': 80 }

/** One door: what the lab says of it, and the same call as the evaluator is told it. */
export interface Pair {
  lab: Pick<Judgement, 'verdict' | 'policy' | 'rule' | 'by'>
  flow: Flow
}

export function pairsOf(snapshot: Snapshot, asked: Request): Pair[] {
  const { way, pick, ...more } = asked
  const port = ports[way.host] ?? 9090
  const method = asked.protocol === 'grpc' ? 'POST' : asked.method
  const flow = flowFrom(snapshot, way.source, way.host, port, {
    ...more,
    method,
    ...(way.source === 'gates/edge' ? { remoteAddress: '203.0.113.5' } : {}),
  })
  if (way.source === 'gates/edge') return [pairAt(snapshot, gatewayDoor(flow), flow, flow.source, false)]
  const service = snapshot.services.get(`${way.host}.svc.cluster.local`)
  const endpoints = service?.endpoints[pick % service.endpoints.length]
  if (service === undefined || endpoints === undefined) return []
  const { workload } = endpoints
  const targetPort = service.ports[0]?.targetPort ?? 0
  if (service.waypoint && flow.source.proxy !== 'none') {
    const door = waypointDoor(flow, service.waypoint, { kind: 'service', known: true, service, name: service }, port)
    return [pairAt(snapshot, door, flow, workload, true)]
  }
  const rule =
    flow.source.proxy === 'sidecar'
      ? toldTo(snapshot, flow.source).destinationRules.find(service.host, service.namespace, flow.source)
      : undefined
  const mode = policyOf(rule, undefined, port).tls?.mode ?? null
  const connection = connectionTo(snapshot, flow.source, workload, targetPort, mode)
  // A handshake that fails is no call: nobody sees an identity, and no policy says a word.
  if (connection.kind === 'handshake-failed') return []
  const mtls = connection.kind === 'open' && connection.mtls
  const door = podDoor(flow.source, workload, endpoints.pods, {
    mtls,
    upstreamCluster: `outbound|${port}||${service.host}`,
    port: targetPort,
  })
  if (door === null) return []
  const pair = pairAt(snapshot, door, flow, workload, mtls)
  return connection.kind === 'open'
    ? [pair]
    : [{ ...pair, lab: { verdict: 'deny', policy: null, rule: null, by: 'mtls' } }]
}

function pairAt(snapshot: Snapshot, { point, arrival }: Door, flow: LabFlow, workload: Workload, mtls: boolean): Pair {
  const { flow: seen, refusal } = authenticate(snapshot, point, flow)
  const facts = factsOf(snapshot, seen, arrival)
  const lab: Pair['lab'] = refusal
    ? { verdict: 'deny', policy: null, rule: null, by: 'token' }
    : judgeAt(snapshot, point, facts)
  const before = factsOf(snapshot, flow, arrival)
  return { lab, flow: told(flow, before, arrival, point.kind, workload, mtls) }
}

function told(
  { token: brought, protocol, path }: LabFlow,
  facts: ReturnType<typeof factsOf>,
  { principal, sni }: Door['arrival'],
  enforcedBy: Flow['destination']['enforcedBy'],
  workload: Workload,
  mtls: boolean,
): Flow {
  return {
    id: 'pair',
    source: { principal, ip: facts.address, remoteIp: facts.clientAddress },
    destination: {
      namespace: workload.namespace,
      workload: workload.name,
      labels: { ...workload.labels },
      ip: facts.destinationAddress,
      port: facts.port,
      enforcedBy,
    },
    mtls,
    protocol,
    http:
      facts.http === null
        ? null
        : { method: facts.http.method, path, host: facts.http.authority, headers: { ...facts.http.headers } },
    jwt:
      brought === null
        ? null
        : {
            issuer: brought.issuer,
            subject: brought.subject,
            audiences: [...brought.audiences],
            presenter: brought.presenter ?? null,
            claims: { ...brought.claims },
          },
    sni,
  }
}
