import { defaultSettings } from '#shared/config/world/settings.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { allAnalyzers } from './all.ts'
import { createAnalysis } from './engine.ts'
import { indexes } from './indexes.ts'

export interface AnalysisFigures {
  objects: number
  findings: number
  full: Spent
  /** Of one change each, the median and the worst of fifty. */
  change: { median: Spent; worst: Spent }
}

/** Milliseconds by the clock on the wall, and of this process' CPU: on a busy machine the second says what it costs. */
export interface Spent {
  wall: number
  cpu: number
}

/** A mesh of `services` with two pods each, and `configs` objects over them. */
export function aLargeMesh(services: number, configs: number): MeshObject[] {
  const objects: MeshObject[] = []
  const spaces = Math.ceil(services / 25)
  const place = (index: number) => `team-${index % spaces}`
  for (let space = 0; space < spaces; space++)
    objects.push({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `team-${space}`, labels: { 'istio-injection': 'enabled' } },
    })
  for (let index = 0; index < services; index++) {
    const namespace = place(index)
    const name = `service-${index}`
    objects.push({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 8080 }] },
    })
    for (const version of ['v1', 'v2'])
      objects.push({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: `${name}-${version}`, namespace, labels: { app: name, version } },
        spec: {
          containers: [
            { name: 'app', image: 'x' },
            { name: 'istio-proxy', image: 'istio/proxyv2:1.29.0' },
          ],
        },
      })
  }
  for (let index = 0; index < configs; index++) {
    const target = index % services
    const namespace = place(target)
    const host = `service-${target}.${namespace}.svc.cluster.local`
    const metadata = { name: `object-${index}`, namespace }
    switch (index % 3) {
      case 0:
        objects.push({
          apiVersion: 'networking.istio.io/v1',
          kind: 'VirtualService',
          metadata,
          spec: {
            hosts: [host],
            http: [
              { match: [{ uri: { prefix: '/a' } }], route: [{ destination: { host, subset: 'v1' } }] },
              { route: [{ destination: { host, subset: index % 30 === 0 ? 'v9' : 'v2' } }] },
            ],
          },
        })
        break
      case 1:
        objects.push({
          apiVersion: 'networking.istio.io/v1',
          kind: 'DestinationRule',
          metadata,
          spec: { host, subsets: ['v1', 'v2'].map(version => ({ name: version, labels: { version } })) },
        })
        break
      default:
        objects.push({
          apiVersion: 'security.istio.io/v1',
          kind: 'AuthorizationPolicy',
          metadata,
          spec: {
            selector: { matchLabels: { app: `service-${target}` } },
            rules: [{ from: [{ source: { namespaces: [place(target + 1)] } }] }],
          },
        })
    }
  }
  objects.push(...meshWide)
  return objects
}

/** What speaks of everybody, and so may have to be asked again whoever changes. */
const meshWide: readonly MeshObject[] = [
  { name: 'deny', action: 'DENY', rules: [{ to: [{ operation: { methods: ['TRACE'], paths: ['/admin*'] } }] }] },
  { name: 'token', action: 'DENY', rules: [{ from: [{ source: { notRequestPrincipals: ['*'] } }] }] },
]
  .map(
    ({ name, ...spec }): MeshObject => ({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name, namespace: 'istio-system' },
      spec,
    }),
  )
  .concat(
    ['PeerAuthentication', 'RequestAuthentication'].map(kind => ({
      apiVersion: 'security.istio.io/v1',
      kind,
      metadata: { name: 'mesh', namespace: 'istio-system' },
      spec: { mtls: { mode: 'STRICT' }, jwtRules: [{ issuer: 'x' }] },
    })),
  )
  .concat(
    Array.from({ length: 20 }, (_, index) => ({
      apiVersion: 'networking.istio.io/v1alpha3',
      kind: 'EnvoyFilter',
      metadata: { name: `filter-${index}`, namespace: 'istio-system' },
      spec: {
        configPatches: [
          { applyTo: 'HTTP_FILTER', match: { proxy: { proxyVersion: '^1.29.*' } }, patch: { operation: 'ADD' } },
        ],
      },
    })),
  )

/** @param now clocks that measure. */
export function measureAnalysis(services: number, configs: number, now: () => Spent): AnalysisFigures {
  const objects = aLargeMesh(services, configs)
  const spentOn = <T>(work: () => T): { spent: Spent; result: T } => {
    const before = now()
    const result = work()
    const after = now()
    return { spent: { wall: after.wall - before.wall, cpu: after.cpu - before.cpu }, result }
  }
  const { spent: full, result: analysis } = spentOn(() =>
    createAnalysis(allAnalyzers, indexes, defaultSettings, objects),
  )
  const times: Spent[] = []
  for (let index = 0; index < 50; index++) {
    // Some of every kind, those that speak of everybody among them.
    const object = index < 4 ? objects.at(-1 - index * 7) : objects[Math.floor((index / 50) * objects.length)]
    if (object === undefined) continue
    const metadata = { ...object.metadata, labels: { ...object.metadata.labels, changed: String(index) } }
    times.push(spentOn(() => analysis.update({ put: [{ ...object, metadata }] })).spent)
  }
  const at = (share: number): Spent => {
    const of = (clock: keyof Spent) =>
      times.map(spent => spent[clock]).sort((a, b) => a - b)[Math.floor(share * (times.length - 1))] ?? Number.NaN
    return { wall: of('wall'), cpu: of('cpu') }
  }
  return {
    objects: objects.length,
    findings: analysis.findings().length,
    full,
    change: { median: at(0.5), worst: at(1) },
  }
}
