import { attribute, type Span } from '#shared/mesh/span.ts'
import { serviceParts } from '#shared/traces/service.ts'
import { type ScopeSearch, scopeIn, scopeSearch } from '#web/api/scope.ts'

/** Addresses of this room and of the rooms beside it. The words of the scope are kept. */

type Words = Readonly<Record<string, string | undefined>>

function href(path: string, words: Words): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(words)) if (value !== undefined && value !== '') params.set(name, value)
  return params.size === 0 ? path : `${path}?${params.toString()}`
}
const kept = (scope: ScopeSearch): ScopeSearch => scopeSearch(scopeIn(scope))

export const searchHref = (words: Words, scope: ScopeSearch): string => href('/traces', { ...kept(scope), ...words })
export const traceHref = (id: string, scope: ScopeSearch, words: Words = {}): string =>
  href(`/traces/${encodeURIComponent(id)}`, { ...kept(scope), ...words })
/** Without the first: the second against the median of its operation. */
export const compareHref = (a: string | null, b: string, scope: ScopeSearch): string =>
  href('/traces/compare', { ...kept(scope), a: a ?? undefined, b })

/** Null where a service names no namespace: then it is none that the mesh knows. */
export function serviceHref(service: string, scope: ScopeSearch): string | null {
  const { app, namespace } = serviceParts(service)
  if (namespace === '') return null
  return href(`/services/${encodeURIComponent(namespace)}/${encodeURIComponent(app)}`, { ...kept(scope) })
}

export function configHref(service: string, scope: ScopeSearch): string | null {
  const { app, namespace } = serviceParts(service)
  return namespace === '' ? null : href('/config', { ...kept(scope), ns: namespace, q: app })
}

/** As much as the map's search field takes. */
const mostFind = 500

/** The map with the services of a trace lit: its search field says them by namespace and name. */
export function mapHref(services: readonly string[], scope: ScopeSearch): string | null {
  const parts = services.map(serviceParts).filter(({ namespace }) => namespace !== '')
  const { at, window } = kept(scope)
  let find = ''
  for (const { app, namespace } of parts) {
    const next = `${find === '' ? '' : `${find} or `}(ns = ${quoted(namespace)} and name = ${quoted(app)})`
    if (next.length > mostFind) break
    find = next
  }
  return find === '' ? null : href('/topology', { at, window, level: 'service', find })
}
const quoted = (text: string): string => JSON.stringify(text)

/**
 * The log of the pod that wrote a span, at its moment, looked through for its request: Istio's access log names requests
 * by `x-request-id` (Istio documentation, "Envoy Access Logs", default format), as Envoy's spans do, and no trace. What
 * else writes logs names traces, if anything.
 */
export function logsHref(span: Span, traceId: string, scope: ScopeSearch): string | null {
  const pod = podOf(span)
  if (pod === null) return null
  return href('/logs', {
    ...kept(scope),
    namespace: pod.namespace,
    pod: pod.name,
    container: attribute(span, 'component') === 'proxy' ? 'istio-proxy' : undefined,
    at: String(Math.round(span.start / 1000)),
    text: attribute(span, 'guid:x-request-id') ?? traceId,
  })
}

const podKeys = ['k8s.pod.name', 'pod', 'POD_NAME']

/** The pod that wrote a span: as its process says, or as Envoy's node id does (`sidecar~ip~pod.namespace~domain`). */
export function podOf(span: Span): { namespace: string; name: string } | null {
  const [, , node = ''] = (attribute(span, 'node_id') ?? '').split('~')
  const dot = node.lastIndexOf('.')
  if (dot > 0) return { name: node.slice(0, dot), namespace: node.slice(dot + 1) }
  const said = (keys: readonly string[]) =>
    [...span.process, ...span.attributes].find(({ key }) => keys.includes(key))?.value
  const name = said(podKeys)
  const namespace = said(['k8s.namespace.name', 'istio.namespace']) ?? serviceParts(span.service).namespace
  return name === undefined || namespace === '' ? null : { name: String(name), namespace: String(namespace) }
}
