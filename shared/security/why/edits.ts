import type { Json, MeshObject, Path } from '#shared/mesh/object.ts'
import type { Evaluation } from '#shared/security/evaluate.ts'
import type { RuleStep, Step } from '#shared/security/evaluate/trail.ts'
import type { Flow } from '#shared/security/flow.ts'
import { record } from '#shared/security/read.ts'

/** Edits that may turn a verdict, read off its story. Whether one does is for the evaluator to say. */

export interface Edit {
  kind: 'add-value' | 'remove-value' | 'exempt-caller' | 'remove-rule' | 'add-policy' | 'set-mode'
  /** As it is; null: it does not exist yet. */
  before: MeshObject | null
  /** As it would be; null: it is deleted. */
  after: MeshObject | null
  /** Where in it, and what goes in or out. */
  path: Path
  value: string
  /** How much it changes: the smaller, the sooner it is offered. */
  size: number
}

type PolicyStep = Extract<Step, { step: 'policy' }>
export type Find = (kind: string, namespace: string, name: string) => MeshObject | undefined

/** What could let a refused call pass. */
export function allowing(flow: Flow, { trail }: Evaluation, find: Find): Edit[] {
  return trail.flatMap(step => {
    if (step.step === 'mtls' && step.refuses === 'yes') return softened(step, find)
    if (step.step === 'no-allow' && step.refuses === 'yes') return newPolicy(flow, 'ALLOW')
    if (step.step !== 'policy' || step.idle !== null || step.problems.length > 0) return []
    const object = find(step.policy.kind, step.policy.namespace, step.policy.name)
    if (object === undefined) return []
    if (step.action === 'DENY') return step.rules.filter(isMatch).flatMap(rule => exempted(object, rule, flow))
    return step.action === 'ALLOW' && step.matches === 'no' ? step.rules.flatMap(rule => widened(object, rule)) : []
  })
}

/** What could refuse a call that passes. */
export function refusing(flow: Flow, { trail }: Evaluation, find: Find): Edit[] {
  const matching = trail.flatMap(step =>
    step.step === 'policy' && step.action === 'ALLOW' && step.idle === null && step.matches === 'yes' ? [step] : [],
  )
  return [...matching.flatMap(step => narrowed(step, flow, find)), ...newPolicy(flow, 'DENY')]
}

const isMatch = ({ matches }: RuleStep) => matches === 'yes'

function softened({ policy, port }: Extract<Step, { step: 'mtls' }>, find: Find): Edit[] {
  const object = policy && find(policy.kind, policy.namespace, policy.name)
  if (!object) return []
  const path: Path = port === null ? ['spec', 'mtls', 'mode'] : ['spec', 'portLevelMtls', String(port), 'mode']
  return [
    {
      kind: 'set-mode',
      before: object,
      after: withValue(object, path, 'PERMISSIVE'),
      path,
      value: 'PERMISSIVE',
      size: 6,
    },
  ]
}

/** A caller that a DENY rule matches is taken out of it. */
function exempted(object: MeshObject, { rule }: RuleStep, flow: Flow): Edit[] {
  const edits: Edit[] = [withoutRule(object, rule)]
  const caller = principalOf(flow)
  if (caller === null) return edits
  const written = record(rulesOf(object)[rule])
  const from = Array.isArray(written['from']) ? written['from'] : []
  const sources = from.length === 0 ? [{}] : from.map(item => record(record(item)['source']))
  const named = sources.findIndex(source => listOf(source['principals']).includes(caller))
  if (named >= 0 && listOf(sources[named]?.['principals']).length > 1) {
    const path: Path = ['spec', 'rules', rule, 'from', named, 'source', 'principals']
    const left = listOf(sources[named]?.['principals']).filter(value => value !== caller)
    edits.push({
      kind: 'remove-value',
      before: object,
      after: withValue(object, path, left),
      path,
      value: caller,
      size: 1,
    })
  }
  const exempt = sources.map(source => ({
    source: { ...source, notPrincipals: [...listOf(source['notPrincipals']), caller] },
  }))
  const path: Path = ['spec', 'rules', rule, 'from']
  return [
    ...edits,
    { kind: 'exempt-caller', before: object, after: withValue(object, path, exempt), path, value: caller, size: 2 },
  ]
}

/** The first condition that does not hold takes what was found, too. */
function widened(object: MeshObject, { rule, failing }: RuleStep): Edit[] {
  if (failing === null) return []
  const path: Path = ['spec', 'rules', rule, ...stepsOf(failing.path)]
  const isNot = /\.not[A-Z]\w*$/.test(failing.path)
  const list = listOf(valueAt(object, path))
  return failing.found.flatMap(({ fact, value }): Edit[] => {
    if (typeof value !== 'string' || fact === 'mtls' || value === '') return []
    if (!isNot)
      return [
        { kind: 'add-value', before: object, after: withValue(object, path, [...list, value]), path, value, size: 1 },
      ]
    const left = list.filter(item => item !== value)
    if (left.length === list.length || left.length === 0) return []
    return [{ kind: 'remove-value', before: object, after: withValue(object, path, left), path, value, size: 1 }]
  })
}

/** A caller that an ALLOW rule names is no longer named. */
function narrowed({ policy, rules }: PolicyStep, flow: Flow, find: Find): Edit[] {
  const object = find(policy.kind, policy.namespace, policy.name)
  if (object === undefined) return []
  const caller = principalOf(flow)
  return rules.filter(isMatch).flatMap(({ rule }): Edit[] => {
    const from = record(rulesOf(object)[rule])['from']
    const removed = (Array.isArray(from) ? from : []).flatMap((_: unknown, index): Edit[] => {
      const path: Path = ['spec', 'rules', rule, 'from', index, 'source', 'principals']
      const list = listOf(valueAt(object, path))
      const left = list.filter(value => value !== caller)
      if (caller === null || left.length === list.length || left.length === 0) return []
      return [
        { kind: 'remove-value', before: object, after: withValue(object, path, left), path, value: caller, size: 1 },
      ]
    })
    // An ALLOW policy without rules would still be there, and refuse everybody.
    return rulesOf(object).length < 2 ? removed : [...removed, withoutRule(object, rule)]
  })
}

/** @returns the policy without the rule; without the last rule of a DENY there is no policy. */
function withoutRule(object: MeshObject, rule: number): Edit {
  const rules = rulesOf(object)
  const path: Path = ['spec', 'rules', rule]
  const after = rules.length > 1 ? withValue(object, ['spec', 'rules'], rules.toSpliced(rule, 1)) : null
  return { kind: 'remove-rule', before: object, after, path, value: String(rule), size: 5 }
}

/** One for this caller, this workload and this request alone. */
function newPolicy(flow: Flow, action: 'ALLOW' | 'DENY'): Edit[] {
  const { destination, http, protocol, source } = flow
  const { enforcedBy } = destination
  const attachment = attachmentOf(flow)
  const caller = principalOf(flow)
  const who = caller === null ? blocksOf(source.ip) : { principals: [caller] }
  if (attachment === null || who === null) return []
  const isHttp = protocol !== 'tcp' && enforcedBy !== 'ztunnel'
  const path = http?.path?.split('?')[0]
  const operation = {
    ...(destination.port == null ? {} : { ports: [String(destination.port)] }),
    ...(isHttp && typeof http?.method === 'string' ? { methods: [http.method.toUpperCase()] } : {}),
    ...(isHttp && path && !/[*{}]/.test(path) ? { paths: [path] } : {}),
  }
  const rule = { from: [{ source: who }], ...(Object.keys(operation).length > 0 ? { to: [{ operation }] } : {}) }
  const target = destination.workload ?? destination.labels['app'] ?? 'workload'
  const name = `${action.toLowerCase()}-${source.serviceAccount ?? 'caller'}-to-${target}`
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
  const after: MeshObject = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: name.slice(0, 63).replace(/-+$/, ''), namespace: destination.namespace },
    spec: { ...attachment, action, rules: [rule] },
  }
  return [
    {
      kind: 'add-policy',
      before: null,
      after,
      path: ['spec', 'rules', 0],
      value: caller ?? source.ip ?? '',
      size: action === 'ALLOW' ? 3 : 4,
    },
  ]
}

/** Labels that tell versions and pods apart say nothing about who may call. Null: nothing names this workload alone. */
export function attachmentOf({ destination: { enforcedBy, labels, workload } }: Flow): Json | null {
  const gateway = labels['gateway.networking.k8s.io/gateway-name']
  if (enforcedBy === 'gateway' && gateway !== undefined)
    return { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway }] }
  if (enforcedBy === 'waypoint') {
    const name = workload ?? labels['app']
    return name == null ? null : { targetRefs: [{ group: '', kind: 'Service', name }] }
  }
  for (const key of ['app.kubernetes.io/name', 'app', 'k8s-app']) {
    const value = labels[key]
    if (value !== undefined) return { selector: { matchLabels: { [key]: value } } }
  }
  return Object.keys(labels).length > 0 ? { selector: { matchLabels: { ...labels } } } : null
}

const blocksOf = (ip: string | null | undefined) => (typeof ip === 'string' ? { ipBlocks: [ip] } : null)

/** What the caller's certificate proves, as policies write it. */
export const principalOf = ({ source: { principal }, mtls }: Flow): string | null =>
  mtls === true && typeof principal === 'string' ? principal.replace(/^spiffe:\/\//, '') : null

/** The call with the whole name of its caller, where its parts are known. */
export function named(flow: Flow, trustDomain: string): Flow {
  const { principal, namespace, serviceAccount } = flow.source
  if (principal !== undefined || !namespace || !serviceAccount) return flow
  return { ...flow, source: { ...flow.source, principal: `${trustDomain}/ns/${namespace}/sa/${serviceAccount}` } }
}

const listOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []

const rulesOf = ({ spec }: MeshObject): unknown[] => {
  const rules = record(spec)['rules']
  return Array.isArray(rules) ? rules : []
}

/** `from[0].source.principals` → `from`, 0, `source`, `principals`. */
const stepsOf = (path: string): (string | number)[] =>
  path.split('.').flatMap(part => {
    const [, name = part, index] = /^(\w+)\[(\d+)\]$/.exec(part) ?? []
    return index === undefined ? [name] : [name, Number(index)]
  })

function valueAt(object: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) => (Array.isArray(inner) ? (inner as unknown[])[Number(step)] : record(inner)[step]),
    object,
  )
}

/** The object with another value there; the rest stays as it is. */
function withValue(object: MeshObject, path: Path, value: unknown): MeshObject {
  const put = (inner: unknown, [step, ...rest]: Path): unknown => {
    if (step === undefined) return value
    if (Array.isArray(inner))
      return (inner as unknown[]).with(Number(step), put((inner as unknown[])[Number(step)], rest))
    return { ...record(inner), [step]: put(record(inner)[step], rest) }
  }
  return put(object, path) as MeshObject
}
