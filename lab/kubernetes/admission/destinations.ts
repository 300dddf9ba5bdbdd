import { at, type Fields, fieldsOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { has, textsAt } from './fields.ts'
import { error, errorIf, type Finding } from './findings.ts'
import { isLabel, portErrors, wildcardErrors } from './names.ts'

/** Where a route leads, with weights. */
export function destinationFindings(routes: readonly Fields[]): Finding[] {
  const weights = routes.map(route => numberOf(route['weight']))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return [
    ...routes.flatMap((route, index) => [
      ...headerFindings(route),
      ...targetFindings(fieldsOf(route['destination'])),
      ...errorIf((weights[index] ?? 0) < 0, `weight ${weights[index]} < 0`),
    ]),
    ...errorIf(routes.length > 1 && sum === 0, 'total destination weight = 0'),
  ]
}

export function targetFindings(destination: Fields): Finding[] {
  const host = textOf(destination['host'])
  return [
    ...(host === '*' ? [error('invalid destination host *')] : wildcardErrors(host)),
    ...(destination['subset'] ? subsetNameErrors(textOf(destination['subset'])) : []),
    ...(has(destination, 'port') ? portErrors(numberOf(at(destination, 'port.number'))) : []),
  ]
}

export const subsetNameErrors = (name: string): Finding[] =>
  name === '' ? [error('subset name cannot be empty')] : errorIf(!isLabel(name), `subset name is invalid: ${name}`)

/** Names of headers that are set, added or removed, of a route or of one of its destinations. */
export function headerFindings(owner: Fields): Finding[] {
  const names = (way: string, act: string): string[] =>
    act === 'remove'
      ? textsAt(owner, `headers.${way}.remove`)
      : Object.keys(fieldsOf(at(owner, `headers.${way}.${act}`)))
  return ['request', 'response'].flatMap(way =>
    ['add', 'set', 'remove'].flatMap(act =>
      names(way, act).flatMap(name => {
        if (name === '') return [error('header name cannot be empty')]
        const isAuthority = /^(:authority|host)$/i.test(name)
        if (way === 'request' && act !== 'remove' && isAuthority) return []
        if (name.toLowerCase() === 'host') return [error(`invalid header "${name}": cannot set Host header`)]
        return errorIf(name.startsWith(':'), `invalid header "${name}": header cannot have ":" prefix`)
      }),
    ),
  )
}
