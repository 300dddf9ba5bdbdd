import { blockIn, addressIn, holds } from './evaluate-address.ts'
import { claimIn, type Facts, headerIn, type Identity, type Token, type Value } from './evaluate-facts.ts'
import { all, atom, type Expression, type Seeds } from './evaluate-kleene.ts'
import { anyNamespace, anyPath, anyText, isPathPattern, type TextTest } from './evaluate-text.ts'

/** The fields of rules and the keys of conditions: what each asks, and from where on it is seen. */

/** ztunnel knows addresses, ports and certificates; a proxy on TCP also the SNI and the client before it. */
export type Sight = 'ztunnel' | 'tcp' | 'http'

export interface Reading {
  sight: Sight
  /** Of the policy: where a bare service account lives. */
  namespace: string
  /** The mesh's own name first. */
  trustDomains: readonly string[]
  /** The token is one that the workload's RequestAuthentications find valid. */
  isValidated: Expression
}

export interface Field {
  /** The shortest sight that has it. */
  needs: Sight
  /** Would Istio take this value? */
  takes: (value: string) => boolean
  /** Any of the values. */
  asks: (values: readonly string[], reading: Reading) => Expression
}

const textOf = (
  variable: string,
  read: (facts: Facts) => Value | undefined,
  anyOf: (values: readonly string[]) => TextTest,
  more: Partial<Extract<Seeds, { kind: 'text' }>> = {},
  fact = variable,
): Field['asks'] => {
  return written => {
    const values = more.letters === 'lower' ? written.map(value => value.toLowerCase()) : written
    const test = anyOf(values)
    return atom({
      variable,
      fact,
      read,
      test: value => typeof value === 'string' && test(value),
      seeds: { kind: 'text', patterns: values, none: false, ...more },
    })
  }
}

const takesAny = (value: string) => value !== ''
const takesBlock = (value: string) => blockIn(value) !== null
const takesPort = (value: string) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535

const isIdentity = (value: Value): value is Identity =>
  typeof value === 'object' && value !== null && 'principal' in value
const isToken = (value: Value): value is Token => typeof value === 'object' && value !== null && 'issuer' in value

/** Only a connection with mTLS proves who calls. */
export const isMtls: Expression = atom({
  variable: 'mtls',
  fact: 'mtls',
  read: facts => facts.mtls,
  test: value => value === true,
  seeds: { kind: 'flag' },
})

const who = (
  fact: string,
  test: (identity: Identity) => boolean,
  seeds: Partial<Extract<Seeds, { kind: 'who' }>>,
): Expression =>
  all([
    isMtls,
    atom({
      variable: 'who',
      fact,
      read: facts => facts.who ?? partOf(facts, fact),
      test: value => isIdentity(value) && test(value),
      seeds: { kind: 'who', principals: [], namespaces: [], accounts: [], ...seeds },
    }),
  ])

/** Of an identity of which only the namespace is told, that much can be asked. */
function partOf({ who: identity, flow }: Facts, fact: string): Identity | null | undefined {
  const { namespace } = flow.source
  if (identity === null || fact !== 'source.namespace' || typeof namespace !== 'string') return identity
  return { principal: '', namespace, account: null }
}

/**
 * A whole principal that names a trust domain of the mesh means all its names, and `cluster.local` stands for them;
 * `cluster.local/ns/shop/*` is compared as it stands. Istio docs, "Trust Domain Migration".
 */
function withTrustDomains(pattern: string, trustDomains: readonly string[]): string[] {
  const [domain = '', ...rest] = pattern.split('/')
  const isOwn = domain === 'cluster.local' || trustDomains.some(name => anyText([domain])(name))
  return rest.length === 4 && domain !== '*' && isOwn
    ? [...new Set([pattern, ...trustDomains.map(name => [name, ...rest].join('/'))])]
    : [pattern]
}

const principal: Field = {
  needs: 'ztunnel',
  takes: takesAny,
  asks: (values, { trustDomains }) => {
    const principals = values.flatMap(value => withTrustDomains(value, trustDomains))
    const test = anyText(principals)
    return who('source.principal', identity => test(identity.principal), { principals })
  },
}
const namespace: Field = {
  needs: 'ztunnel',
  takes: takesAny,
  asks: values => {
    const test = anyNamespace(values)
    return who('source.namespace', ({ namespace: own }) => own !== null && test(own), { namespaces: values })
  },
}
const serviceAccount: Field = {
  needs: 'ztunnel',
  takes: value => /^[^/*]+(\/[^/*]+)?$/.test(value),
  asks: (values, reading) => {
    const accounts = values.map(value => (value.includes('/') ? value : `${reading.namespace}/${value}`))
    const wanted = new Set(accounts)
    return who('source.serviceAccount', ({ namespace: own, account }) => wanted.has(`${own}/${account}`), { accounts })
  },
}

const address = (variable: string, read: (facts: Facts) => string | null | undefined): Field['asks'] => {
  return values => {
    const blocks = values.flatMap(value => blockIn(value) ?? [])
    return atom({
      variable,
      fact: variable,
      read,
      test: value => {
        const found = typeof value === 'string' ? addressIn(value) : null
        return found !== null && blocks.some(block => holds(block, found))
      },
      seeds: { kind: 'address', blocks: values },
    })
  }
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

export const isPort = (ports: readonly number[]): Expression => {
  const wanted = new Set(ports)
  return atom({
    variable: 'destination.port',
    fact: 'destination.port',
    read: facts => facts.port,
    test: value => typeof value === 'number' && wanted.has(value),
    seeds: { kind: 'port', ports },
  })
}

/** `issuer/subject` of a validated token. */
const requestPrincipal: Field = {
  needs: 'http',
  takes: takesAny,
  asks: (values, { isValidated }) => {
    const test = anyText(values)
    const asked = atom({
      variable: 'token',
      fact: 'jwt',
      read: facts => facts.token,
      test: value => isToken(value) && test(`${value.issuer}/${value.subject}`),
      seeds: { kind: 'token', issuers: [], principals: values },
    })
    return all([isValidated, asked])
  },
}

const claim = (path: readonly string[], fact: string): Field => ({
  needs: 'http',
  takes: takesAny,
  asks: (values, { isValidated }) => {
    const test = anyText(values)
    const asked = atom({
      variable: fact,
      fact,
      read: facts => claimIn(facts, path),
      test: value => Array.isArray(value) && value.some(item => test(item)),
      seeds: { kind: 'list', patterns: values },
    })
    return all([isValidated, asked])
  },
})

/** `*` asks for presence: an empty header is there. */
const header = (name: string): Field => ({
  needs: 'http',
  takes: takesAny,
  asks: values => {
    const test = anyText(values)
    const isPresence = values.includes('*')
    const known = pseudo[name] ?? `http.headers[${name}]`
    return atom({
      variable: known,
      fact: known,
      read: facts => headerIn(facts, name),
      test: value => typeof value === 'string' && (isPresence || test(value)),
      seeds: { kind: 'text', patterns: values, none: !(name in pseudo) },
    })
  },
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

/** Is a token brought at all? */
export const hasToken: Expression = atom({
  variable: 'token',
  fact: 'jwt',
  read: facts => (facts.flow.jwt ? (facts.token ?? { issuer: '', subject: '' }) : facts.flow.jwt),
  test: value => value !== null,
  seeds: { kind: 'token', issuers: [], principals: [] },
})

/** The issuer is this one, and the token is for one of the audiences, if any are asked for. */
export const isTokenOf = (issuer: string, audiences: readonly string[]): Expression => {
  const wanted = new Set(audiences.map(plainAudience))
  const byIssuer = atom({
    variable: 'token',
    fact: 'jwt',
    read: ({ flow, token }) =>
      typeof flow.jwt?.issuer === 'string' ? { issuer: flow.jwt.issuer, subject: '' } : token,
    test: value => isToken(value) && value.issuer === issuer,
    seeds: { kind: 'token', issuers: [issuer], principals: [] },
  })
  if (wanted.size === 0) return byIssuer
  const byAudience = atom({
    variable: 'jwt.audiences',
    fact: 'jwt.audiences',
    read: facts => facts.audiences,
    test: value => Array.isArray(value) && value.some(item => wanted.has(plainAudience(item))),
    seeds: { kind: 'list', patterns: audiences },
  })
  return all([byIssuer, byAudience])
}

/** Envoy compares audiences without scheme and closing slash. */
const plainAudience = (audience: string): string => audience.replace(/^https?:\/\//, '').replace(/\/$/, '')
