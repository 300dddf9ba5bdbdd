import { isSeen, type Sight } from '#bff/http/sight.ts'
import { quote } from '#bff/sources/promql.ts'
import type { Series } from '#bff/sources/source.ts'

/**
 * Envoy's own metrics name what a proxy may call by its host, `outbound|80||cart.shop.svc.cluster.local`: so the series of
 * a namespace that is seen name services of namespaces that are not.
 */
const namespaceInHost = /\.([a-z0-9][-a-z0-9]*)\.svc(?![-a-z0-9])/g

/** Labels with such names: Envoy's own, and as Istio's bootstrap calls it. */
const labels = ['cluster_name', 'envoy_cluster_name'] as const

/** A text without `.svc`, which a regular expression of Prometheus cannot say by a negation. */
const withoutService = '(?:[^.]|\\.(?:\\.|s\\.|sv\\.)*(?:[^.s]|s[^.v]|sv[^.c]))*(?:\\.(?:\\.|s\\.|sv\\.)*(?:s|sv)?)?'

/** Matchers that leave out what names a service of another namespace than these. */
export function hostMatchers(seen: readonly string[]): string[] {
  const hosts = seen.length === 0 ? '' : `|.*\\.(?:${seen.join('|')})\\.svc(?:[.:|_].*)?`
  return labels.map(label => `${label}=~${quote(`${withoutService}${hosts}`)}`)
}

/** Whether a value names a host of a namespace that is not seen. */
export function namesUnseen(value: string, sight: Sight): boolean {
  if (sight === 'everything' || !value.includes('.svc')) return false
  return [...value.matchAll(namespaceInHost)].some(([, namespace = '']) => !isSeen(sight, namespace))
}

export const seenWords = (words: readonly string[], sight: Sight): string[] =>
  words.filter(word => !namesUnseen(word, sight))

const hidden = '(of another namespace)'

/** What an expression may have copied into other labels is not told either. */
export function seenSeries(series: readonly Series[], sight: Sight): Series[] {
  if (sight === 'everything') return [...series]
  return series.map(line => {
    const entries = Object.entries(line.metric)
    if (!entries.some(([, value]) => namesUnseen(value, sight))) return line
    return {
      ...line,
      metric: Object.fromEntries(entries.map(([label, value]) => [label, namesUnseen(value, sight) ? hidden : value])),
    }
  })
}
