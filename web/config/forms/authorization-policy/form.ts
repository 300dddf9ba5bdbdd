import { attachment } from '#web/config/forms/attachment.ts'
import { authorizers, hosts, namespaces, ports, principals, serviceAccounts } from '#web/config/forms/what-exists.ts'
import { isRecord } from '#web/config/forms/engine.ts'
import type { Around, ChipsField, Form, Suggestion } from '#web/config/forms/form.ts'
import { keys } from './keys.ts'
import type { Texts } from './text-en.ts'

/**
 * Who may call whom. Istio docs, AuthorizationPolicy: rules are or-ed; inside a rule from, to and when are and-ed; inside
 * one source or operation all fields have to fit, and of a field's values one.
 */
export const authorizationPolicy: Form<Texts> = {
  group: 'security.istio.io',
  kind: 'AuthorizationPolicy',
  fields: [
    ...attachment<Texts>(),
    {
      type: 'choice',
      at: ['spec', 'action'],
      say: texts => texts.action,
      absent: 'ALLOW',
      options: [
        { value: 'ALLOW', say: texts => texts.allow },
        { value: 'DENY', say: texts => texts.deny },
        { value: 'AUDIT', say: texts => texts.audit },
        { value: 'CUSTOM', say: texts => texts.custom },
      ],
    },
    {
      type: 'text',
      at: ['spec', 'provider', 'name'],
      say: texts => texts.provider,
      isRequired: true,
      when: ({ object }) => specOf(object)['action'] === 'CUSTOM',
      suggest: around => authorizers(around).filter(({ detail }) => /ext.?auth/i.test(detail)),
    },
    {
      type: 'list',
      at: ['spec', 'rules'],
      say: texts => texts.rules,
      title: (_, index, texts) => texts.ruleTitle(index + 1),
      add: [{ say: texts => texts.rule, value: { from: [{ source: {} }] } }],
      joined: 'or',
      isAnded: true,
      item: [
        {
          type: 'list',
          at: ['from'],
          say: texts => texts.from,
          title: (_, index, texts) => texts.sourceTitle(index + 1),
          add: [{ say: texts => texts.from, value: { source: {} } }],
          joined: 'or',
          item: [
            source('principals', { suggest: principals, short: withoutTrustDomain, check: noScheme }),
            source('serviceAccounts', { suggest: serviceAccounts, isTucked: true }),
            source('namespaces', { suggest: namespaces, isTucked: true }),
            source('ipBlocks', { check: block, placeholder: '10.40.7.0/28', isTucked: true }),
            source('remoteIpBlocks', { check: block, placeholder: '203.0.113.0/24', isTucked: true }),
            source('requestPrincipals', { placeholder: 'https://issuer.example.com/subject', isTucked: true }),
            source('notPrincipals', {
              suggest: principals,
              short: withoutTrustDomain,
              check: noScheme,
              isTucked: true,
            }),
            source('notServiceAccounts', { suggest: serviceAccounts, isTucked: true }),
            source('notNamespaces', { suggest: namespaces, isTucked: true }),
            source('notIpBlocks', { check: block, isTucked: true }),
            source('notRemoteIpBlocks', { check: block, isTucked: true }),
            source('notRequestPrincipals', { isTucked: true }),
          ],
        },
        {
          type: 'list',
          at: ['to'],
          say: texts => texts.to,
          title: (_, index, texts) => texts.operationTitle(index + 1),
          add: [{ say: texts => texts.to, value: { operation: {} } }],
          joined: 'or',
          item: [
            operation('ports', { suggest: ports, check: port, placeholder: '8080' }),
            operation('methods', { suggest: () => methods, check: method, placeholder: 'GET' }),
            operation('paths', { placeholder: '/cart/*' }),
            operation('hosts', { suggest: hosts, isTucked: true }),
            operation('notPorts', { suggest: ports, check: port, isTucked: true }),
            operation('notMethods', { suggest: () => methods, check: method, isTucked: true }),
            operation('notPaths', { isTucked: true }),
            operation('notHosts', { suggest: hosts, isTucked: true }),
          ],
        },
        {
          type: 'list',
          at: ['when'],
          say: texts => texts.when,
          title: (entry, index, texts) =>
            isRecord(entry) && typeof entry['key'] === 'string' && entry['key'] !== ''
              ? entry['key']
              : texts.conditionTitle(index + 1),
          add: [{ say: texts => texts.when, value: { key: '' } }],
          joined: 'and',
          item: [
            {
              type: 'text',
              at: ['key'],
              say: texts => texts.key,
              isRequired: true,
              isEmptyKept: true,
              suggest: () => keys,
            },
            { type: 'chips', of: 'text', at: ['values'], say: texts => texts.values, suggest: valuesOfKey },
            {
              type: 'chips',
              of: 'text',
              at: ['notValues'],
              say: texts => texts.notValues,
              suggest: valuesOfKey,
              isTucked: true,
            },
          ],
        },
      ],
    },
  ],
}

type Source = keyof Texts['source']
type Operation = keyof Texts['operation']
type Extras = Omit<Partial<ChipsField<Texts>>, 'type' | 'of' | 'at' | 'say'>

function source(name: Source, extras: Extras = {}): ChipsField<Texts> {
  return { type: 'chips', of: 'text', at: ['source', name], say: texts => texts.source[name], ...extras }
}
function operation(name: Operation, extras: Extras = {}): ChipsField<Texts> {
  return { type: 'chips', of: 'text', at: ['operation', name], say: texts => texts.operation[name], ...extras }
}

function valuesOfKey(around: Around): readonly Suggestion[] {
  const key = isRecord(around.value) ? around.value['key'] : undefined
  if (key === 'source.namespace') return namespaces(around)
  if (key === 'source.principal') return principals(around)
  if (key === 'destination.port') return ports(around)
  return []
}

const specOf = (object: Around['object']) => (isRecord(object['spec']) ? object['spec'] : {})
const methods: readonly Suggestion[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map(value => ({
  value,
  detail: '',
}))

function withoutTrustDomain(entry: string): string {
  return /^[^/*]+\/ns\/([^/]+)\/sa\/(.+)$/.exec(entry)?.slice(1).join('/sa/') ?? entry
}
function noScheme(entry: string, texts: Texts): string | null {
  return entry.startsWith('spiffe://') ? texts.noScheme : null
}
function block(entry: string, texts: Texts): string | null {
  return /^[\da-fA-F.:]+(\/\d{1,3})?$/.test(entry) ? null : texts.noBlock
}
function port(entry: string, texts: Texts): string | null {
  return /^\d{1,5}$/.test(entry) && Number(entry) >= 1 && Number(entry) <= 65_535 ? null : texts.noPort
}
function method(entry: string, texts: Texts): string | null {
  return entry === entry.toUpperCase() ? null : texts.noMethod
}
