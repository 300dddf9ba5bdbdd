import type { Access } from '#shared/logs/access.ts'

/** Traces are looked for this long around a line: their clock is another one. */
const around = 300_000

/** The trace of a request by its id, or a search for the span that carries the request's id. */
export function traceHref(access: Pick<Access, 'traceId' | 'requestId'>, at: number | null): string | null {
  if (access.traceId !== null) return `/traces/${encodeURIComponent(access.traceId)}`
  if (access.requestId === null) return null
  const words = new URLSearchParams({ tags: `guid:x-request-id=${access.requestId}` })
  if (at !== null) {
    words.set('from', String(at - around))
    words.set('to', String(at + around))
  }
  return `/traces?${words.toString()}`
}

export const policyHref = ({ namespace, name }: { namespace: string; name: string }): string =>
  `/config/security.istio.io/AuthorizationPolicy/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`

/** The policies of a namespace, where none of them let somebody in. */
export const policiesHref = (namespace: string): string =>
  `/config?${new URLSearchParams({ ns: namespace, kind: 'security.istio.io/AuthorizationPolicy' }).toString()}`

/** `outbound|8080|v1|cart.shop.svc.cluster.local` as a person says it; what is none stays as it is. */
export function upstreamText(cluster: string | null, host: string | null): string {
  const [direction = '', port = '', subset = '', name = ''] = (cluster ?? '').split('|')
  if (direction === 'outbound' && name !== '') {
    const short = name.replace(/\.svc\.cluster\.local$/, '')
    return `${short}:${port}${subset === '' ? '' : ` · ${subset}`}`
  }
  return host ?? cluster ?? ''
}
