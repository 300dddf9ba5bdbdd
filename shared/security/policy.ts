import { groupOf, type Json, type MeshObject } from '#shared/mesh/object.ts'
import { problemsOf } from './policy-problems.ts'
import { isAbsent, record, records, text, textMap, texts } from './read.ts'

/** Istio's three security kinds as they are evaluated. */

export interface PolicyRef {
  kind: 'AuthorizationPolicy' | 'PeerAuthentication' | 'RequestAuthentication'
  namespace: string
  name: string
}

/** What all three have in common. */
interface Policy extends PolicyRef {
  /** Null: every workload of its scope. */
  selector: Readonly<Record<string, string>> | null
  targets: readonly Target[]
  /** Why Istio would refuse it: what it does is then unknown. */
  problems: readonly string[]
}

export interface Target {
  group: string
  kind: string
  name: string
}

export interface AuthorizationPolicy extends Policy {
  kind: 'AuthorizationPolicy'
  action: 'ALLOW' | 'DENY' | 'CUSTOM' | 'AUDIT'
  /** Of the extension provider that CUSTOM asks. */
  provider: string
  isDryRun: boolean
  rules: readonly Rule[]
}

export interface Rule {
  from: readonly Json[]
  to: readonly Json[]
  when: readonly { key: string; values: readonly string[]; notValues: readonly string[] }[]
}

export type MtlsMode = 'STRICT' | 'PERMISSIVE' | 'DISABLE' | 'UNSET'

export interface PeerAuthentication extends Policy {
  kind: 'PeerAuthentication'
  mode: MtlsMode
  byPort: ReadonlyMap<number, MtlsMode>
  /** As written; empty where a file has none. */
  createdAt: string
}

export interface RequestAuthentication extends Policy {
  kind: 'RequestAuthentication'
  rules: readonly { issuer: string; audiences: readonly string[] }[]
}

export interface Policies {
  authorization: readonly AuthorizationPolicy[]
  peer: readonly PeerAuthentication[]
  request: readonly RequestAuthentication[]
}

/** Of several objects of one name the last counts, as with files that are applied one after the other. */
export function policiesIn(objects: readonly MeshObject[]): Policies {
  const found = new Map<string, MeshObject>()
  for (const object of objects)
    if (groupOf(object.apiVersion) === 'security.istio.io')
      found.set(`${object.kind} ${namespaceOf(object)}/${object.metadata.name}`, object)
  const of = (kind: PolicyRef['kind']) => [...found.values()].filter(object => object.kind === kind)
  return {
    authorization: of('AuthorizationPolicy').map(authorizationOf),
    peer: of('PeerAuthentication').map(peerOf),
    request: of('RequestAuthentication').map(requestOf),
  }
}

/** Where kubectl puts an object that names no namespace. */
const namespaceOf = ({ metadata }: MeshObject): string => text(metadata.namespace) || 'default'

function common<K extends PolicyRef['kind']>(object: MeshObject, kind: K) {
  const spec = record(object.spec)
  const selector = textMap(record(spec['selector'])['matchLabels'])
  const written = records(spec['targetRefs'])
  const targets = written.length === 0 && !isAbsent(spec['targetRef']) ? [record(spec['targetRef'])] : written
  return {
    kind,
    namespace: namespaceOf(object),
    name: object.metadata.name,
    selector: Object.keys(selector).length > 0 ? selector : null,
    targets: targets.map(target => ({
      group: text(target['group']) === 'core' ? '' : text(target['group']),
      kind: text(target['kind']),
      name: text(target['name']),
    })),
    problems: problemsOf(kind, object),
  }
}

function readAuthorization(object: MeshObject): AuthorizationPolicy {
  const spec = record(object.spec)
  const action = text(spec['action'])
  return {
    ...common(object, 'AuthorizationPolicy'),
    action: action === 'DENY' || action === 'CUSTOM' || action === 'AUDIT' ? action : 'ALLOW',
    provider: text(record(spec['provider'])['name']),
    // As Go reads a boolean.
    isDryRun: /^(1|t|T|true|TRUE|True)$/.test(text(record(object.metadata.annotations)['istio.io/dry-run'])),
    rules: records(spec['rules']).map(rule => ({
      from: records(rule['from']).map(item => record(item['source'])),
      to: records(rule['to']).map(item => record(item['operation'])),
      when: records(rule['when']).map(condition => ({
        key: text(condition['key']),
        values: texts(condition['values']),
        notValues: texts(condition['notValues']),
      })),
    })),
  }
}

const modeOf = (mtls: unknown): MtlsMode => {
  const mode = record(mtls)['mode']
  return mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE' ? mode : 'UNSET'
}

function readPeer(object: MeshObject): PeerAuthentication {
  const spec = record(object.spec)
  const byPort = Object.entries(record(spec['portLevelMtls']))
  return {
    ...common(object, 'PeerAuthentication'),
    mode: modeOf(spec['mtls']),
    byPort: new Map(byPort.map(([port, mtls]) => [Number(port), modeOf(mtls)])),
    createdAt: timeOf(object.metadata.creationTimestamp),
  }
}

/** Younger than all there is: what is made in a draft. Which of several of one draft is the older, only its writing shows. */
export const notYetMade = '9999-12-31T23:59:59.000Z'

/** YAML may have made a date of it. */
const timeOf = (written: unknown): string => {
  const time = typeof written === 'string' || written instanceof Date ? new Date(written).getTime() : Number.NaN
  return Number.isNaN(time) ? '' : new Date(time).toISOString()
}

const readRequest = (object: MeshObject): RequestAuthentication => ({
  ...common(object, 'RequestAuthentication'),
  rules: records(record(object.spec)['jwtRules']).map(rule => ({
    issuer: text(rule['issuer']),
    audiences: texts(rule['audiences']),
  })),
})

/** While somebody types, all policies but one are the objects they were: they are read once. */
function once<T>(read: (object: MeshObject) => T): (object: MeshObject) => T {
  const known = new WeakMap<MeshObject, { policy: T }>()
  return object => {
    let found = known.get(object)
    if (found === undefined) known.set(object, (found = { policy: read(object) }))
    return found.policy
  }
}

const authorizationOf = once(readAuthorization)
const peerOf = once(readPeer)
const requestOf = once(readRequest)
