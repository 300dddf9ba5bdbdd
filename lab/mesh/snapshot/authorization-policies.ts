import type { ObjectStore } from '#lab/contract.ts'
import { type Fields, fields, items, text, textMap, texts } from './read.ts'
import { createdAt } from './virtual-services.ts'

/** Istio docs, Authorization Policy, read into the form the decision walks over. */

export interface AuthorizationPolicy {
  namespace: string
  name: string
  action: 'ALLOW' | 'DENY' | 'CUSTOM' | 'AUDIT'
  /** Null: every workload of its scope. */
  selector: Record<string, string> | null
  targets: TargetRef[]
  /** Of the extension provider that CUSTOM asks. */
  provider: string
  rules: Rule[]
  /** Evaluated and counted, not enforced. */
  dryRun: boolean
}

/** What a policy is attached to, instead of a selector. */
export interface TargetRef {
  group: string
  kind: string
  name: string
}

export interface Rule {
  /** Any of them; none = any caller. */
  from: Source[]
  to: Operation[]
  when: { key: string; values: string[]; notValues: string[] }[]
}

/** Each list's values are alternatives, the lists must all hold; an empty list holds. */
export type Source = Record<
  | 'principals'
  | 'notPrincipals'
  | 'requestPrincipals'
  | 'notRequestPrincipals'
  | 'namespaces'
  | 'notNamespaces'
  | 'serviceAccounts'
  | 'notServiceAccounts'
  | 'ipBlocks'
  | 'notIpBlocks'
  | 'remoteIpBlocks'
  | 'notRemoteIpBlocks',
  string[]
>

export type Operation = Record<
  'hosts' | 'notHosts' | 'ports' | 'notPorts' | 'methods' | 'notMethods' | 'paths' | 'notPaths',
  string[]
>

export function readAuthorizationPolicies(store: ObjectStore): Map<string, AuthorizationPolicy[]> {
  const policies = new Map<string, AuthorizationPolicy[]>()
  const objects = store.list('authorizationpolicies.security.istio.io').toSorted((a, b) => createdAt(a) - createdAt(b))
  for (const object of objects) {
    const spec = fields(object.spec)
    const policy: AuthorizationPolicy = {
      namespace: object.metadata.namespace ?? 'default',
      name: object.metadata.name,
      action: readAction(text(spec['action'])),
      ...readAttachment(spec),
      provider: text(fields(spec['provider'])['name']) ?? '',
      rules: items(spec['rules']).map(readRule),
      // As Go reads a boolean.
      dryRun: /^(1|t|T|true|TRUE|True)$/.test(object.metadata.annotations?.['istio.io/dry-run'] ?? ''),
    }
    policies.set(policy.namespace, [...(policies.get(policy.namespace) ?? []), policy])
  }
  return policies
}

/** Which proxies a security policy is for: by labels, or by what it is attached to. `targetRef` is the older spelling. */
export function readAttachment(spec: Fields): Pick<AuthorizationPolicy, 'selector' | 'targets'> {
  const selector = textMap(fields(spec['selector'])['matchLabels'])
  const written = items(spec['targetRefs'])
  const targets = written.length === 0 && spec['targetRef'] !== undefined ? [fields(spec['targetRef'])] : written
  return {
    selector: Object.keys(selector).length > 0 ? selector : null,
    targets: targets.map(target => ({
      group: text(target['group']) ?? '',
      kind: text(target['kind']) ?? '',
      name: text(target['name']) ?? '',
    })),
  }
}

const readAction = (action: string | undefined): AuthorizationPolicy['action'] =>
  action === 'DENY' || action === 'CUSTOM' || action === 'AUDIT' ? action : 'ALLOW'

const readRule = (rule: Fields): Rule => ({
  from: items(rule['from']).map(entry => readSource(fields(entry['source']))),
  to: items(rule['to']).map(entry => readOperation(fields(entry['operation']))),
  when: items(rule['when']).map(condition => ({
    key: text(condition['key']) ?? '',
    values: texts(condition['values']),
    notValues: texts(condition['notValues']),
  })),
})

const readSource = (source: Fields): Source => ({
  principals: texts(source['principals']),
  notPrincipals: texts(source['notPrincipals']),
  requestPrincipals: texts(source['requestPrincipals']),
  notRequestPrincipals: texts(source['notRequestPrincipals']),
  namespaces: texts(source['namespaces']),
  notNamespaces: texts(source['notNamespaces']),
  serviceAccounts: texts(source['serviceAccounts']),
  notServiceAccounts: texts(source['notServiceAccounts']),
  ipBlocks: texts(source['ipBlocks']),
  notIpBlocks: texts(source['notIpBlocks']),
  remoteIpBlocks: texts(source['remoteIpBlocks']),
  notRemoteIpBlocks: texts(source['notRemoteIpBlocks']),
})

const readOperation = (operation: Fields): Operation => ({
  hosts: texts(operation['hosts']),
  notHosts: texts(operation['notHosts']),
  ports: texts(operation['ports']),
  notPorts: texts(operation['notPorts']),
  methods: texts(operation['methods']),
  notMethods: texts(operation['notMethods']),
  paths: texts(operation['paths']),
  notPaths: texts(operation['notPaths']),
})
