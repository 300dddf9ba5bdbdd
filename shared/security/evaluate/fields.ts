import { addressIn, blockIn, holds } from './address.ts'
import { claim, requestPrincipal } from './claims.ts'
import { type Facts, headerIn, type Value } from './facts.ts'
import { type Field, takesAny } from './field.ts'
import { namespace, principal, serviceAccount } from './identity.ts'
import { type Expression, type Seeds, sharedAtom } from './kleene.ts'
import { anyPath, anyText, isPathPattern, type TextTest } from './text.ts'

/** The fields of rules and the keys of conditions: what each asks, and from where on it is seen. */

const textOf = (
  variable: string,
  read: (facts: Facts) => Value | undefined,
  anyOf: (values: readonly string[]) => TextTest,
  more: Partial<Extract<Seeds, { kind: 'text' }>> = {},
  fact = variable,
): Field['asks'] => {
  return written => {
    const values = more.letters === 'lower' ? written.map(value => value.toLowerCase()) : written
    return sharedAtom(['text', variable, values], () => {
      const test = anyOf(values)
      return {
        variable,
        fact,
        read,
        test: value => typeof value === 'string' && test(value),
        seeds: { kind: 'text', patterns: values, none: false, ...more },
      }
    })
  }
}

/** Of a block of IPv4 in the clothes of IPv6 nobody says whom it holds. */
const takesBlock = (value: string) => blockIn(value) !== null && !/^::ffff:[\d.]+(\/|$)/i.test(value)
const takesPort = (value: string) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535

const address = (variable: string, read: (facts: Facts) => string | null | undefined): Field['asks'] => {
  return values =>
    sharedAtom(['address', variable, values], () => {
      const blocks = values.flatMap(value => blockIn(value) ?? [])
      return {
        variable,
        fact: variable,
        read,
        test: value => {
          const found = typeof value === 'string' ? addressIn(value) : null
          return found !== null && blocks.some(block => holds(block, found))
        },
        seeds: { kind: 'address', blocks: values },
      }
    })
}
const sourceIp: Field = {
  needs: 'ztunnel',
  takes: takesBlock,
  asks: address('source.ip', ({ flow }) => flow.source.ip),
}
const remoteIp: Field = {
  needs: 'tcp',
  takes: takesBlock,
  asks: address('source.remoteIp', ({ flow }) => flow.source.remoteIp),
}
const destinationIp: Field = {
  needs: 'ztunnel',
  takes: takesBlock,
  asks: address('destination.ip', ({ flow }) => flow.destination.ip),
}
const port: Field = {
  needs: 'ztunnel',
  takes: takesPort,
  asks: values => isPort(values.map(Number)),
}

export const isPort = (ports: readonly number[]): Expression =>
  sharedAtom(['port', ports], () => {
    const wanted = new Set(ports)
    return {
      variable: 'destination.port',
      fact: 'destination.port',
      read: facts => facts.port,
      test: value => typeof value === 'number' && wanted.has(value),
      seeds: { kind: 'port', ports },
    }
  })

/** `*` asks for presence: an empty header is there. */
const header = (name: string): Field => ({
  needs: 'http',
  takes: takesAny,
  asks: values =>
    sharedAtom(['header', name, values], () => {
      const test = anyText(values)
      const isPresence = values.includes('*')
      const known = Object.hasOwn(pseudo, name) ? (pseudo[name] ?? name) : `http.headers[${name}]`
      return {
        variable: known,
        fact: known,
        read: facts => headerIn(facts, name),
        test: value => typeof value === 'string' && (isPresence || test(value)),
        seeds: { kind: 'text', patterns: values, none: !Object.hasOwn(pseudo, name) },
      }
    }),
})
const pseudo: Record<string, string> = {
  ':authority': 'http.host',
  host: 'http.host',
  ':method': 'http.method',
  ':path': 'http.path',
}

const http = (asks: Field['asks'], takes: Field['takes'] = takesAny): Field => ({ needs: 'http', takes, asks })
const hosts = http(textOf('http.host', ({ http: { host } }) => host, anyText, { letters: 'lower' }))
const methods = http(textOf('http.method', ({ http: { method } }) => method, anyText, { letters: 'upper' }))
const paths = http(
  textOf('http.path', ({ http: { path } }) => path, anyPath),
  value => value !== '' && isPathPattern(value),
)
const sni: Field = {
  needs: 'tcp',
  takes: takesAny,
  asks: textOf('sni', ({ flow }) => flow.sni, anyText, { none: true }),
}

/** Istio docs, Authorization Policy, `Source` and `Operation`; each has its `not…`. */
export const sourceFields = {
  principals: principal,
  requestPrincipals: requestPrincipal,
  namespaces: namespace,
  serviceAccounts: serviceAccount,
  ipBlocks: sourceIp,
  remoteIpBlocks: remoteIp,
} satisfies Record<string, Field>
export const operationFields = { hosts, ports: port, methods, paths } satisfies Record<string, Field>

/** Istio docs, Authorization Policy Conditions. Null: there is no such key. */
export function conditionField(key: string): Field | null {
  const plain: Record<string, Field> = {
    'source.ip': sourceIp,
    'remote.ip': remoteIp,
    'source.namespace': namespace,
    'source.principal': principal,
    // Newer than ztunnel's list of what it reads.
    'source.serviceAccount': { ...serviceAccount, needs: 'tcp' },
    'destination.ip': destinationIp,
    'destination.port': port,
    'connection.sni': sni,
    'request.auth.principal': requestPrincipal,
    'request.auth.audiences': claim(['aud'], 'jwt.audiences'),
    'request.auth.presenter': claim(['azp'], 'jwt.presenter'),
  }
  if (Object.hasOwn(plain, key)) return plain[key] ?? null
  const [, name, brackets = ''] = /^(request\.headers|request\.auth\.claims)((?:\[[^[\]]+\])+)$/.exec(key) ?? []
  const names = brackets.slice(1, -1).split('][')
  if (name === 'request.headers') return names.length === 1 ? header((names[0] ?? '').toLowerCase()) : null
  if (name === 'request.auth.claims') return claim(names, `jwt.claims${brackets}`)
  return /^experimental\.envoy\.filters\..+/.test(key) ? metadata(key) : null
}

/** What Envoy's filters write of a connection: no flow tells of it. */
const metadata = (key: string): Field => ({
  needs: 'tcp',
  takes: takesAny,
  asks: textOf(key, () => undefined, anyText, { none: true }),
})
