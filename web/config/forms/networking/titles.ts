import { items, number, record, text, textMap, texts } from '#shared/config/world/read.ts'

/** What an entry does, in the words of the file: `/api/* · GET → reviews v1 90 %, v2 10 %`. */

export const joined = (parts: readonly string[], between = ' · '): string =>
  parts.filter(part => part !== '').join(between)
/** A few of many. */
export const some = (all: readonly string[], most = 2): string =>
  all.length > most ? `${all.slice(0, most).join(', ')} +${all.length - most}` : all.join(', ')

/** `/api/*`, `/login`, `~ ^/v[12]/`. */
export function stringMatch(value: unknown): string {
  const match = record(value)
  if (typeof match['exact'] === 'string') return match['exact']
  if (typeof match['prefix'] === 'string') return `${match['prefix']}*`
  return typeof match['regex'] === 'string' ? `~ ${match['regex']}` : ''
}

const named = (value: unknown, sign: string): string[] =>
  Object.entries(record(value)).map(([name, match]) => joined([name, stringMatch(match)], sign))

/** One set of conditions of a VirtualService's http route. */
export function httpMatch(value: unknown): string {
  const match = record(value)
  const source = text(match['sourceNamespace'])
  return joined([
    joined(
      [
        joined([stringMatch(match['scheme']), stringMatch(match['authority'])], '://'),
        everyPath(match['uri']) ? '' : stringMatch(match['uri']),
      ],
      ' ',
    ),
    stringMatch(match['method']),
    ...named(match['headers'], ': '),
    ...named(match['withoutHeaders'], ': ').map(each => `≠ ${each}`),
    ...named(match['queryParams'], '=').map(each => `?${each}`),
    portText(match['port']),
    some(Object.entries(textMap(match['sourceLabels'])).map(([key, label]) => `${key}=${label}`)),
    source === '' ? '' : `${source}/*`,
    some(texts(match['gateways'])),
  ])
}

/** Of a tls or tcp route. */
export function layer4Match(value: unknown): string {
  const match = record(value)
  const source = text(match['sourceNamespace'])
  return joined([
    some(texts(match['sniHosts'])),
    portText(match['port']),
    some(texts(match['destinationSubnets'])),
    some(Object.entries(textMap(match['sourceLabels'])).map(([key, label]) => `${key}=${label}`)),
    source === '' ? '' : `${source}/*`,
    some(texts(match['gateways'])),
  ])
}

/** `prefix: /` asks for nothing. */
const everyPath = (uri: unknown): boolean => record(uri)['prefix'] === '/'
const portText = (port: unknown): string => (number(port) === undefined ? '' : `:${number(port)}`)

/** `reviews v1`, `reviews.shop:9080`. */
export function destination(value: unknown): string {
  const { host, subset, port } = record(value)
  return joined([`${shortHost(text(host))}${portText(record(port)['number'])}`, text(subset)], ' ')
}

/** `reviews.shop.svc.cluster.local` is `reviews.shop` to a reader. */
export const shortHost = (host: string): string => host.replace(/\.svc(\.cluster\.local)?$/, '')

/** Where to, with the parts of several: the host is named once while it stays the same. */
export function shares(entries: unknown): string {
  const all = items(entries)
  const weights = all.map(entry => number(entry['weight']) ?? 0)
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return all
    .map((entry, index) => {
      const name = destination(entry['destination'])
      const before = record(all[index - 1]?.['destination'])
      const { host, subset } = record(entry['destination'])
      const isSameHost = index > 0 && before['host'] === host && text(subset) !== ''
      const part = all.length < 2 || whole === 0 ? '' : `${percentText((100 * (weights[index] ?? 0)) / whole)}`
      return joined([isSameHost ? text(subset) : name, part], ' ')
    })
    .join(', ')
}

export const percentText = (percent: number): string => `${Math.round(percent * 10) / 10} %`

/** Alternatives: the first few, and how many more. */
export const alternatives = (all: readonly string[], everything: string): string =>
  all.length === 0 || all.some(each => each === '')
    ? everything
    : all.length > 2
      ? `${all.slice(0, 2).join(' | ')} | +${all.length - 2}`
      : all.join(' | ')
