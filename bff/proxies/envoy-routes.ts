import { record } from '#bff/sources/kubernetes-raw.ts'
import { amount, few, field, inside, messages, type Row, short, word, words } from './message.ts'
import { origins } from './origin.ts'

export function routeRows(config: unknown, trouble: string | null): Row[] {
  const name = word(config, 'name')
  return messages(config, 'virtual_hosts').flatMap(host => {
    const domains = few(words(host, 'domains'))
    const routes = messages(host, 'routes')
    // A host without routes answers 404: that is worth a line.
    if (routes.length === 0) return [row({ config: name, domains, match: null, to: null, rules: null }, [], trouble)]
    return routes.map(route =>
      row(
        {
          config: name,
          domains,
          match: matchText(field(route, 'match')),
          to: targetText(route),
          rules: rulesText(route),
        },
        origins(route),
        trouble,
      ),
    )
  })
}

const row = (cells: Row['cells'], objects: Row['objects'], trouble: string | null): Row => ({ cells, objects, trouble })

/** `/api* · GET · x-user` (Envoy docs, RouteMatch). */
function matchText(match: unknown): string {
  const path =
    word(match, 'path') ||
    suffixed(word(match, 'path_separated_prefix'), '/*') ||
    suffixed(word(match, 'prefix'), '*') ||
    suffixed(word(match, 'safe_regex', 'regex'), ' (regex)') ||
    '*'
  const headers = messages(match, 'headers').map(header => {
    const invert = field(header, 'invert_match') === true ? '!' : ''
    return `${invert}${word(header, 'name')}${headerText(header)}`
  })
  const query = messages(match, 'query_parameters').map(parameter => `?${word(parameter, 'name')}`)
  return short([path, ...headers, ...query].join(' · '))
}

const suffixed = (text: string, suffix: string): string => (text === '' ? '' : text + suffix)

function headerText(header: unknown): string {
  const match = record(field(header, 'string_match'))
  for (const [kind, sign] of [
    ['exact', '='],
    ['prefix', '^='],
    ['suffix', '$='],
    ['contains', '*='],
  ] as const) {
    const value = word(match, kind)
    if (value !== '') return `${sign}${value}`
  }
  const regex = word(match, 'safe_regex', 'regex')
  return regex === '' ? '' : `~${regex}`
}

/** Where it goes, or what is answered at once. */
function targetText(route: unknown): string {
  const direct = field(route, 'direct_response')
  if (direct !== undefined) return `${amount(direct, 'status')}`
  const redirect = field(route, 'redirect')
  if (redirect !== undefined)
    return short(
      `→ ${word(redirect, 'host_redirect')}${word(redirect, 'path_redirect') || word(redirect, 'prefix_rewrite')}`,
    )
  const action = field(route, 'route')
  const weighted = messages(field(action, 'weighted_clusters'), 'clusters')
  if (weighted.length > 0)
    return few(
      weighted.map(cluster => `${word(cluster, 'name')} ${amount(cluster, 'weight')}`),
      6,
    )
  return word(action, 'cluster') || word(action, 'cluster_header')
}

/** What it does beside forwarding, in Envoy's own words. */
function rulesText(route: unknown): string | null {
  const action = field(route, 'route')
  const timeout = word(action, 'timeout')
  const retries = amount(action, 'retry_policy', 'num_retries')
  const perRoute = record(field(route, 'typed_per_filter_config'))
  const parts = [
    timeout !== '' && timeout !== '0s' ? `timeout ${timeout}` : '',
    retries > 0 ? `retries ${retries}` : '',
    inside(action, 'prefix_rewrite') !== undefined || inside(action, 'regex_rewrite') !== undefined ? 'rewrite' : '',
    messages(action, 'request_mirror_policies').length > 0 ? 'mirror' : '',
    inside(action, 'cors') !== undefined || 'envoy.filters.http.cors' in perRoute ? 'cors' : '',
    'envoy.filters.http.fault' in perRoute ? 'fault' : '',
    messages(action, 'hash_policy').length > 0 ? 'hash' : '',
  ]
  return parts.filter(part => part !== '').join(', ') || null
}
