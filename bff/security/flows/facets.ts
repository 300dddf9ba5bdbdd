import type { Tracing } from '#bff/sources/source.ts'
import { attribute, type Span, type Trace } from '#shared/mesh/span.ts'
import type { Facets } from '#shared/security/facets.ts'
import type { Facet, SeenFlow } from '#shared/security/landscape.ts'
import { clusterPaths } from '#shared/security/learn/templates.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import type { PodNames } from '#bff/security/counter-owner.ts'

/** Fewer spans of a flow say nothing of how it is made up. */
const enough = 30
const mostFacets = 500
const bounds = { services: 40, perService: 40, traces: 300, time: 8000 as Milliseconds }

interface Called {
  key: string
  method: string
  path: string
  host: string
}

/**
 * Spans of the proxy that was called → what flows are made up of. The share that Good and Turing give to kinds never
 * seen stays without method and path, as does a flow that spans cannot tell from another. Pure.
 */
export function facetsOf(
  traces: readonly Trace[],
  { flows, workloadOfPod }: { flows: readonly SeenFlow[]; workloadOfPod: PodNames },
): Facets['flows'] {
  const byKey = new Map<string, Map<string, Called & { sightings: number }>>()
  for (const { spans } of traces) {
    const byId = new Map(spans.map(span => [`${span.spanId} ${span.kind}`, span]))
    for (const span of spans) {
      const called = calledIn(span, byId, workloadOfPod)
      if (called === null) continue
      const own = byKey.get(called.key) ?? new Map<string, Called & { sightings: number }>()
      byKey.set(called.key, own)
      const name = JSON.stringify([called.method, called.path, called.host])
      own.set(name, { ...called, sightings: (own.get(name)?.sightings ?? 0) + 1 })
    }
  }
  return facetsAmong(new Map([...byKey].map(([key, own]) => [key, [...own.values()]])), flows)
}

/** What was asked for between two ends, and how often. */
export type Kind = Pick<Called, 'method' | 'path' | 'host'> & { sightings: number }

/** @param byEnds as `endsOf` names them */
export function facetsAmong(byEnds: ReadonlyMap<string, readonly Kind[]>, flows: readonly SeenFlow[]): Facets['flows'] {
  const ends = Map.groupBy(
    flows.filter(({ protocol, passed, isUnsettled }) => protocol !== 'tcp' && passed > 0 && isUnsettled !== true),
    endsOf,
  )
  return [...ends].flatMap(([key, [flow, ...others]]) => {
    const seen = byEnds.get(key) ?? []
    const all = seen.reduce((sum, { sightings }) => sum + sightings, 0)
    // Spans prove no identity and name no transport: between two flows of the same ends they do not choose.
    if (flow === undefined || others.length > 0 || all < enough) return []
    const known = 1 - onceIn(seen) / all
    const facets = seen
      .toSorted((a, b) => b.sightings - a.sightings)
      .slice(0, mostFacets)
      .map(({ method, path, host, sightings }): Facet => {
        return {
          method,
          path,
          ...(host === '' ? {} : { host }),
          sightings,
          requests: (flow.passed * known * sightings) / all,
        }
      })
      .filter(({ requests }) => requests > 0)
    return facets.length === 0 ? [] : [{ id: flow.id, facets }]
  })
}

/** Kinds that were seen once only. That an id was is no news: it is its path template that counts. */
function onceIn(seen: readonly Kind[]): number {
  const templateOf = clusterPaths(seen)
  const kinds = Map.groupBy(seen, ({ method, path, host }) => JSON.stringify([method, templateOf(path) ?? path, host]))
  return [...kinds.values()].filter(own => own.reduce((sum, { sightings }) => sum + sightings, 0) === 1).length
}

export const endsOf = ({
  source,
  destination,
  protocol,
}: Pick<SeenFlow, 'source' | 'destination' | 'protocol'>): string =>
  JSON.stringify([source.namespace, source.workload, destination.namespace, destination.workload, protocol])

/** What a proxy let pass to its workload; null where the span does not tell it all. */
function calledIn(span: Span, byId: ReadonlyMap<string, Span>, workloadOfPod: PodNames): Called | null {
  if (span.kind !== 'server') return null
  const status = attribute(span, 'http.status_code') ?? ''
  // Refused, or not answered: what is learned and replayed is what passed.
  if (['401', '403', '', '0'].includes(status) || ['7', '16'].includes(attribute(span, 'grpc.status_code') ?? ''))
    return null
  const [namespace, workload] = ownerOf(span, workloadOfPod) ?? []
  const caller = span.parentId === null ? undefined : byId.get(`${span.parentId} client`)
  const source = caller === undefined ? ['', ''] : ownerOf(caller, workloadOfPod)
  if (namespace === undefined || workload === undefined || source === null) return null
  // A parent that is not in the trace may be anybody.
  if (caller === undefined && span.parentId !== null) return null
  const url = /^[a-z]+:\/\/([^/?#]*)(\/[^?#]*)?/i.exec(attribute(span, 'http.url') ?? '')
  const method = attribute(span, 'http.method') ?? ''
  if (url === null || method === '') return null
  const protocol = attribute(span, 'grpc.status_code') === undefined ? 'http' : 'grpc'
  return {
    key: JSON.stringify([source[0], source[1], namespace, workload, protocol]),
    method,
    path: (url[2] ?? '/').slice(0, 512),
    host: (url[1] ?? '').slice(0, 256),
  }
}

/** `sidecar~10.1.2.3~cart-7d9.shop~shop.svc.cluster.local` → the pod's workload. */
function ownerOf(span: Span, workloadOfPod: PodNames): string[] | null {
  const [, , place = ''] = (attribute(span, 'node_id') ?? '').split('~')
  const dot = place.lastIndexOf('.')
  const owner = workloadOfPod.get(`${place.slice(dot + 1)}/${place.slice(0, dot)}`)
  return owner === undefined ? null : owner.split('/')
}

export interface FacetDeps {
  tracing: Pick<Tracing, 'services' | 'search' | 'trace'>
  workloadOfPod: PodNames
  now: () => EpochMilliseconds
}

/** So many traces, evenly of the services that are called, within a time; what fails makes it less, and is said. */
export async function readFacetsOf(
  flows: readonly SeenFlow[],
  window: Milliseconds,
  { tracing, workloadOfPod, now }: FacetDeps,
  signal: AbortSignal,
): Promise<Facets> {
  const at = now()
  const either = AbortSignal.any([signal, AbortSignal.timeout(bounds.time)])
  const partial = new Set<string>()
  const or = async <T>(answer: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await answer
    } catch (error) {
      signal.throwIfAborted()
      partial.add(
        either.aborted
          ? `Traces were read for ${bounds.time / 1000} s only.`
          : error instanceof Error
            ? error.message
            : String(error),
      )
      return otherwise
    }
  }
  const called = new Set(flows.map(({ destination }) => destination.namespace))
  const services = (await or(tracing.services(either), [])).filter(name => called.has(name.split('.').at(-1) ?? ''))
  if (services.length > bounds.services)
    partial.add(`Traces of ${bounds.services} services were read, of ${services.length}.`)
  const found = await Promise.all(
    services
      .slice(0, bounds.services)
      .map(service =>
        or(tracing.search({ service, tags: {}, start: at - window, end: at, limit: bounds.perService }, either), []),
      ),
  )
  const ids = new Set<string>()
  for (let place = 0; place < bounds.perService; place++)
    for (const summaries of found) {
      const id = summaries[place]?.traceId
      if (id !== undefined && ids.size < bounds.traces) ids.add(id)
    }
  const traces = await Promise.all(
    [...ids].map(async id => {
      const trace = await or(tracing.trace(id, { start: at - window, end: at }, either), null)
      return trace === null ? [] : [slim(trace)]
    }),
  )
  return {
    at,
    flows: facetsOf(traces.flat(), { flows, workloadOfPod }),
    partial: [...partial],
  }
}

const asked = new Set(['node_id', 'http.method', 'http.url', 'http.status_code', 'grpc.status_code'])

/** Hundreds are held at a time, and each may be of many megabytes. */
const slim = ({ spans, ...trace }: Trace): Trace => ({
  ...trace,
  spans: spans
    .filter(({ kind }) => kind === 'server' || kind === 'client')
    .map(span => ({
      ...span,
      attributes: span.attributes.filter(({ key }) => asked.has(key)),
      events: [],
      links: [],
      process: [],
    })),
})

/** Of flows that are told as they are: what others do stays as unknown as they are themselves. */
export function cutFacets(told: Facets, flows: readonly SeenFlow[]): Facets {
  const open = new Set(flows.filter(({ source }) => !source.isHidden).map(({ id }) => id))
  return { ...told, flows: told.flows.filter(({ id }) => open.has(id)) }
}
