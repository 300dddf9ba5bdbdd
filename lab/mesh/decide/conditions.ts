import type { Rule } from '#lab/mesh/snapshot/authorization-policies.ts'
import { bracketed, claimTexts } from './claims.ts'
import { anyText } from './patterns.ts'
import { headerIn } from './request-facts.ts'
import { anyRequestPrincipal } from './request-principals.ts'
import { type Field, ofAccount, ofAddress, ofHttp, ofNamespace, ofPort, ofPrincipal, type Reading } from './fields.ts'

/** What a condition compares; null for a key nobody knows, which voids its rule. See Istio docs, Authorization Policy Conditions. */
export function conditionField(condition: Rule['when'][number], reading: Reading): Field | null {
  const { key, values, notValues } = condition
  const kind = kindOf(key, reading)
  return kind === null ? null : { ...kind, values, notValues }
}

function kindOf(key: string, reading: Reading): Pick<Field, 'needs' | 'isValue' | 'anyOf'> | null {
  switch (key) {
    case 'source.ip':
      return { needs: 'ztunnel', ...ofAddress(facts => facts.address) }
    case 'remote.ip':
      return { needs: 'tcp', ...ofAddress(facts => facts.clientAddress) }
    case 'source.namespace':
      return { needs: 'ztunnel', ...ofNamespace(reading) }
    case 'source.principal':
      return { needs: 'ztunnel', ...ofPrincipal(reading) }
    case 'source.serviceAccount':
      return { needs: 'tcp', ...ofAccount(reading) }
    case 'destination.ip':
      return { needs: 'ztunnel', ...ofAddress(facts => facts.destinationAddress) }
    case 'destination.port':
      return { needs: 'ztunnel', ...ofPort }
    case 'connection.sni':
      return { needs: 'tcp', isValue: () => true, anyOf: sni }
    case 'request.auth.principal':
      return { needs: 'http', ...ofHttp(requestPrincipal) }
    case 'request.auth.audiences':
      return { needs: 'http', ...ofHttp(claim(['aud'])) }
    case 'request.auth.presenter':
      return { needs: 'http', ...ofHttp(claim(['azp'])) }
  }
  const bracket = key.indexOf('[')
  const names = bracket < 0 ? null : bracketed(key.slice(bracket))
  if (names === null) return null
  const [name = ''] = names
  switch (key.slice(0, bracket)) {
    case 'request.headers':
      return names.length === 1 ? { needs: 'http', ...ofHttp(header(name)) } : null
    case 'request.auth.claims':
      return { needs: 'http', ...ofHttp(claim(names)) }
  }
  // Envoy's own metadata: no filter of the lab writes any, so nothing fits and its negation does.
  return key.startsWith('experimental.envoy.filters.')
    ? { needs: 'tcp', isValue: () => true, anyOf: () => () => false }
    : null
}

function sni(values: readonly string[]): ReturnType<Field['anyOf']> {
  const test = anyText(values)
  return facts => facts.sni !== null && test(facts.sni)
}

type HttpKind = Parameters<typeof ofHttp>[0]

const requestPrincipal: HttpKind = values => {
  const test = anyRequestPrincipal(values)
  return http => http.token !== null && test(http.token)
}

const claim =
  (path: readonly string[]): HttpKind =>
  values => {
    const test = anyText(values)
    return http => http.token !== null && claimTexts(http.token, path).some(test)
  }

/** `*` asks for presence: of headers, an empty one is there. */
const header =
  (name: string): HttpKind =>
  values => {
    const test = anyText(values)
    const isPresence = values.includes('*')
    return http => {
      const value = headerIn(http, name)
      return value !== undefined && (isPresence || test(value))
    }
  }
