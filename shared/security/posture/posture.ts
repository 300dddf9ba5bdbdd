import type { MeshObject, ObjectRef } from '#shared/mesh/object.ts'
import { groupOf, refOf } from '#shared/mesh/object.ts'
import { lifeLeft } from '#shared/mesh/certificate.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import type { CertificateFact } from '#shared/security/api.ts'
import { explained } from '#shared/security/judge.ts'
import { type SeenFlow, type Workload, workloadKey } from '#shared/security/landscape.ts'
import { flowsTo, type Matrix } from '#shared/security/matrix.ts'
import { destinationOf } from '#shared/security/party.ts'
import {
  type AuthorizationPolicy,
  type MtlsMode,
  policiesIn,
  type PolicyRef,
  type Rule,
} from '#shared/security/policy.ts'
import { covers, record, records, text, texts } from '#shared/security/read.ts'

/** What stands between callers and workloads of a namespace, as facts that each name their objects. */

export interface Mode {
  workload: string
  /** Null: all others. */
  port: number | null
  mode: MtlsMode
  /** Null: Istio's default. */
  policy: PolicyRef | null
}

export interface OpenRule {
  policy: PolicyRef
  rule: number
  /** Even without an identity, or any that has one. */
  who: 'anyone' | 'anyIdentity'
}

export interface OpenRoute {
  object: ObjectRef
  host: string
  gateway: string
  /** For all requests, or for some paths or methods. */
  isWhole: boolean
}

export interface Posture {
  namespace: string
  workloads: number
  /** Calls whose transport somebody told, and those of them over mTLS. */
  calls: number
  overMtls: number
  /** Who sent plaintext: names of workloads, empty where nobody knows. */
  plainCallers: readonly string[]
  modes: readonly Mode[]
  defaultDeny: PolicyRef | null
  /** Guarded, and no policy that decides anything applies to it. */
  bare: readonly string[]
  /** Nothing stands before it. */
  open: readonly string[]
  openRules: readonly OpenRule[]
  shared: readonly { account: string; workloads: readonly string[] }[]
  openRoutes: readonly OpenRoute[]
  /** Calls that left the mesh for hosts no ServiceEntry names. */
  unknownEgress: readonly { workload: string; protocol: SeenFlow['protocol']; calls: number }[]
  /** Of gateways in it; `isFine`: it holds and is not about to end. */
  certificates: readonly { name: string; secret: string; until: EpochMilliseconds | null; isFine: boolean }[]
}

export interface PostureGiven {
  matrix: Matrix
  objects: readonly MeshObject[]
  workloads: readonly Workload[]
  flows: readonly SeenFlow[]
  /** Where they were told. */
  certificates?: readonly CertificateFact[]
  now?: EpochMilliseconds
}

export function postureOf({ matrix, objects, workloads, flows, certificates = [], now = 0 }: PostureGiven): Posture[] {
  const policies = policiesIn(objects).authorization
  const { rootNamespace } = matrix.reading
  const meshDeny = policies.find(policy => policy.namespace === rootNamespace && isDenyAll(policy))
  const routes = openRoutesIn(matrix, objects, workloads)
  const namespaces = Map.groupBy(
    workloads.filter(({ role }) => role !== 'waypoint'),
    ({ namespace }) => namespace,
  )
  const into = Map.groupBy(flows, ({ destination }) => destination.namespace)
  const outOf = Map.groupBy(
    flows.filter(({ destination }) => passthrough.has(destination.service)),
    ({ source }) => source.namespace,
  )
  return [...namespaces].map(([namespace, own]) => {
    // Who comes from outside by a gateway speaks whatever the gateway's own port wants: no call of the mesh.
    const doors = new Set(own.filter(({ role }) => role === 'gateway').map(workloadKey))
    const isIngress = ({ source, destination }: SeenFlow) =>
      source.workload === '' &&
      source.principal == null &&
      doors.has(`${destination.namespace}/${destination.workload}`)
    const told = (into.get(namespace) ?? []).filter(flow => flow.mtls !== undefined && !isIngress(flow))
    const sum = (some: readonly SeenFlow[]) => some.reduce((total, { passed, refused }) => total + passed + refused, 0)
    const deny = policies.find(policy => policy.namespace === namespace && isDenyAll(policy)) ?? meshDeny ?? null
    const guarded = own.filter(({ enforcedBy }) => enforcedBy !== 'none')
    return {
      namespace,
      workloads: own.length,
      calls: sum(told),
      overMtls: sum(told.filter(({ mtls }) => mtls === true)),
      plainCallers: [
        ...new Set(
          told
            .filter(({ mtls }) => mtls === false)
            .map(({ source }) => (source.workload === '' ? '' : `${source.namespace}/${source.workload}`)),
        ),
      ],
      modes: guarded.filter(({ role }) => role === null).flatMap(workload => modesOf(workload, matrix)),
      defaultDeny: deny && refOfPolicy(deny),
      bare: guarded.filter(workload => isBare(workload, matrix)).map(workloadKey),
      open: own.filter(({ enforcedBy }) => enforcedBy === 'none').map(workloadKey),
      openRules: policies.filter(policy => policy.namespace === namespace).flatMap(openRulesOf),
      shared: sharedAccounts(own),
      openRoutes: routes.filter(({ object }) => object.namespace === namespace),
      unknownEgress: egressOf(outOf.get(namespace) ?? []),
      certificates: certificates
        .filter(({ object, use }) => use !== 'root' && object.namespace === namespace)
        .map(one => certificateOf(one, now)),
    }
  })
}

/** Istio documentation, "Accessing External Services": what Envoy calls traffic to hosts it knows nothing of. */
const passthrough = new Set(['PassthroughCluster', 'BlackHoleCluster'])

function egressOf(flows: readonly SeenFlow[]): Posture['unknownEgress'] {
  const found = new Map<string, Posture['unknownEgress'][number]>()
  for (const { source, protocol, passed = 0, refused } of flows) {
    const key = `${source.workload} ${protocol}`
    const one = found.get(key) ?? { workload: source.workload, protocol, calls: 0 }
    found.set(key, { ...one, calls: one.calls + passed + refused })
  }
  return [...found.values()].sort((a, b) => b.calls - a.calls)
}

function certificateOf(
  { names, hosts, object, from, until }: CertificateFact,
  now: EpochMilliseconds,
): Posture['certificates'][number] {
  const isFine = until !== null && lifeLeft(from ?? until, until, now).health === 'healthy'
  return { name: names[0] ?? hosts[0] ?? object.name, secret: object.name, until, isFine }
}

const refOfPolicy = ({ kind, namespace, name }: PolicyRef): PolicyRef => ({ kind, namespace, name })

/** `spec: {}`: an ALLOW without rules, for everything in its reach, refuses what no other policy allows. */
const isDenyAll = (policy: AuthorizationPolicy): boolean =>
  counts(policy) &&
  policy.selector === null &&
  policy.targets.length === 0 &&
  ((policy.action === 'ALLOW' && policy.rules.length === 0) || (policy.action === 'DENY' && policy.rules.some(isEmpty)))

const counts = ({ isDryRun, problems }: AuthorizationPolicy): boolean => !isDryRun && problems.length === 0
const isEmpty = ({ from, to, when }: Rule): boolean => from.length === 0 && to.length === 0 && when.length === 0

const outside = { kind: 'outside' } as const

/** The mode of each port that has its own, and of the others; several where it is not settled. */
export function modesOf(workload: Workload, matrix: Matrix): Mode[] {
  const name = workloadKey(workload)
  const found = new Map<string, Mode>()
  for (const flow of flowsTo(outside, workload, matrix)) {
    const { trail } = explained(matrix.reading, flow, workload)
    for (const step of trail) {
      if (step.step !== 'mtls') continue
      const { mode, policy, port } = step
      found.set(JSON.stringify([mode, policy, port]), { workload: name, port, mode, policy })
    }
  }
  return [...found.values()]
}

function isBare(workload: Workload, matrix: Matrix): boolean {
  return flowsTo(outside, workload, matrix).every(flow =>
    explained(matrix.reading, flow, workload).trail.every(step => step.step !== 'policy' || step.idle !== null),
  )
}

/** Rules of ALLOW policies that ask nothing of who calls. Conditions may ask: such a rule is not told. */
function openRulesOf(policy: AuthorizationPolicy): OpenRule[] {
  if (policy.action !== 'ALLOW' || !counts(policy)) return []
  return policy.rules.flatMap(({ from, when }, rule): OpenRule[] => {
    if (when.length > 0) return []
    if (from.length === 0 || from.some(source => Object.keys(source).length === 0))
      return [{ policy: refOfPolicy(policy), rule, who: 'anyone' }]
    const isWild = from.some(source => {
      const fields = Object.keys(source)
      const [field] = fields
      return (
        fields.length === 1 &&
        (field === 'principals' || field === 'namespaces') &&
        texts(source[field]).some(value => value === '*')
      )
    })
    return isWild ? [{ policy: refOfPolicy(policy), rule, who: 'anyIdentity' }] : []
  })
}

function sharedAccounts(workloads: readonly Workload[]): Posture['shared'] {
  const accounts = Map.groupBy(
    workloads.flatMap(workload => workload.serviceAccounts.map(account => ({ account, name: workload.name }))),
    ({ account }) => account,
  )
  return [...accounts]
    .map(([account, own]) => ({ account, workloads: own.map(({ name }) => name) }))
    .filter(({ account, workloads: names }) => names.length > 1 || account === 'default')
}

/** Routes of gateways that let a request without a token through, as far as the gateway itself decides. */
function openRoutesIn(
  { reading }: Matrix,
  objects: readonly MeshObject[],
  workloads: readonly Workload[],
): OpenRoute[] {
  const gateways = workloads.filter(({ role }) => role === 'gateway')
  return objects.flatMap(object =>
    routesOf(object, objects, gateways).flatMap(({ gateway, hosts }) =>
      hosts.flatMap((host): OpenRoute[] => {
        const flow = {
          id: '',
          source: { principal: null, namespace: null, serviceAccount: null },
          destination: destinationOf(gateway),
          protocol: 'http' as const,
          http: host === '*' || host.startsWith('*.') ? {} : { host },
          jwt: null,
        }
        const { verdict } = explained(reading, flow, gateway)
        return verdict === 'deny'
          ? []
          : [{ object: refOf(object), host, gateway: workloadKey(gateway), isWhole: verdict === 'allow' }]
      }),
    ),
  )
}

/** Which gateways a route is attached to. Gateway API, `parentRefs`; Istio docs, VirtualService, `gateways`. */
function routesOf(
  object: MeshObject,
  objects: readonly MeshObject[],
  gateways: readonly Workload[],
): { gateway: Workload; hosts: string[] }[] {
  const { kind, metadata, apiVersion } = object
  const own = metadata.namespace ?? 'default'
  const spec = record(object.spec)
  const group = groupOf(apiVersion)
  if (kind === 'HTTPRoute' && group === 'gateway.networking.k8s.io') {
    const hosts = texts(spec['hostnames'])
    return records(spec['parentRefs'])
      .filter(parent => (text(parent['kind']) || 'Gateway') === 'Gateway')
      .flatMap(parent => {
        const place = text(parent['namespace']) || own
        return gateways
          .filter(
            ({ namespace, labels }) =>
              namespace === place && labels['gateway.networking.k8s.io/gateway-name'] === text(parent['name']),
          )
          .map(gateway => ({ gateway, hosts: hosts.length === 0 ? ['*'] : hosts }))
      })
  }
  if (kind !== 'VirtualService' || group !== 'networking.istio.io') return []
  return texts(spec['gateways'])
    .filter(name => name !== 'mesh')
    .flatMap(name => {
      const [place, gatewayName] = name.includes('/') ? name.split('/') : [own, name]
      const found = objects.find(
        one =>
          one.kind === 'Gateway' &&
          groupOf(one.apiVersion) === 'networking.istio.io' &&
          one.metadata.name === gatewayName &&
          (one.metadata.namespace ?? 'default') === place,
      )
      const selector = Object.fromEntries(
        Object.entries(record(record(found?.spec)['selector'])).map(([key, value]) => [key, String(value)]),
      )
      return Object.keys(selector).length === 0
        ? []
        : gateways
            .filter(({ labels }) => covers(selector, labels))
            .map(gateway => ({ gateway, hosts: texts(spec['hosts']) }))
    })
}
