import type { Attributes } from '#lab/kubernetes/access/attributes.ts'
import type { PolicyRule } from '#lab/kubernetes/access/policy-rule.ts'
import { issuer } from '#lab/kubernetes/access/service-account-tokens.ts'
import { type Fields, fieldsOf, isFields, textOf } from '#lab/kubernetes/value.ts'
import type { Api } from './api.ts'
import type { User } from './request.ts'
import { badRequest, type FieldError, invalid, invalidValue, required } from './status.ts'

/** Questions that are asked by creating an object and answered in its status; nothing is stored. */
export interface Review {
  group: string
  versions: readonly string[]
  kind: string
  plural: string
  namespaced: boolean
  /** The answer. `namespace` is the path's, of a namespaced question. */
  answer(spec: Fields, asker: User, api: Api, namespace: string): Fields
}

const authorization = (kind: string, answer: Review['answer'], namespaced = false): Review => ({
  group: 'authorization.k8s.io',
  versions: ['v1'],
  kind,
  plural: `${kind.toLowerCase()}s`,
  namespaced,
  answer,
})

const authentication = (kind: string, answer: Review['answer']): Review => ({
  group: 'authentication.k8s.io',
  versions: ['v1'],
  kind,
  plural: `${kind.toLowerCase()}s`,
  namespaced: false,
  answer,
})

export const reviews: readonly Review[] = [
  authorization('SelfSubjectAccessReview', (spec, asker, api) => {
    refuseWrong('SelfSubjectAccessReview', attributeErrors(spec))
    return verdict(spec, asker, api)
  }),
  authorization('SubjectAccessReview', (spec, _, api) => {
    refuseWrong('SubjectAccessReview', [...attributeErrors(spec), ...subjectErrors(spec)])
    return verdict(spec, userIn(spec), api)
  }),
  authorization(
    'LocalSubjectAccessReview',
    (spec, _, api, namespace) => {
      refuseWrong('LocalSubjectAccessReview', [
        ...attributeErrors(spec),
        ...subjectErrors(spec),
        ...localErrors(spec, namespace),
      ])
      return verdict(spec, userIn(spec), api)
    },
    true,
  ),
  authorization('SelfSubjectRulesReview', (spec, asker, api) => {
    const namespace = textOf(spec['namespace'])
    if (namespace === '') throw badRequest('no namespace on request')
    const { rules, missing } = api.access.rules(asker, namespace)
    return {
      resourceRules: rules.filter(rule => rule.resources.length > 0).map(resourceRule),
      nonResourceRules: rules
        .filter(rule => rule.nonResourceURLs.length > 0)
        .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: missing.length > 0,
      ...(missing.length > 0 ? { evaluationError: missing.join(', ') } : {}),
    }
  }),
  {
    ...authentication('SelfSubjectReview', (_, asker) => ({ userInfo: describe(asker) })),
    versions: ['v1', 'v1beta1'],
  },
  authentication('TokenReview', (spec, _, api) => {
    const token = textOf(spec['token'])
    if (token === '') throw badRequest('token is required for TokenReview in authentication')
    const wanted = Array.isArray(spec['audiences']) ? spec['audiences'].map(String) : []
    const found = api.access.review(token, wanted.length > 0 ? wanted : [issuer])
    if (found.kind === 'invalid') return { user: {}, error: `[${found.why}]` }
    return { authenticated: true, user: describe(found.user), audiences: found.audiences }
  }),
]

function verdict(spec: Fields, user: User, api: Api): Fields {
  const { allowed, reason } = api.access.authorize(user, attributesIn(spec))
  return { allowed, ...(reason === '' ? {} : { reason }) }
}

function attributesIn(spec: Fields): Attributes {
  const wish = fieldsOf(spec['resourceAttributes'])
  const other = fieldsOf(spec['nonResourceAttributes'])
  return {
    verb: textOf(wish['verb']) || textOf(other['verb']),
    group: textOf(wish['group']),
    version: textOf(wish['version']),
    resource: textOf(wish['resource']),
    subresource: textOf(wish['subresource']),
    namespace: textOf(wish['namespace']),
    name: textOf(wish['name']),
    path: textOf(other['path']),
  }
}

const userIn = (spec: Fields): User => ({
  name: textOf(spec['user']),
  uid: textOf(spec['uid']),
  groups: Array.isArray(spec['groups']) ? spec['groups'].map(String) : [],
})

function refuseWrong(kind: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ kind, group: 'authorization.k8s.io' }, '', errors)
}

function attributeErrors(spec: Fields): FieldError[] {
  const has = (name: string) => isFields(spec[name])
  if (has('resourceAttributes') !== has('nonResourceAttributes')) return []
  const why = has('resourceAttributes')
    ? 'cannot be specified in combination with resourceAttributes'
    : 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
  const field = has('resourceAttributes') ? 'spec.nonResourceAttributes' : 'spec.resourceAttributes'
  return [invalidValue(field, null, why)]
}

function subjectErrors(spec: Fields): FieldError[] {
  const { name, groups } = userIn(spec)
  return name === '' && groups.length === 0
    ? [invalidValue('spec.user', '', 'at least one of user or group must be specified')]
    : []
}

function localErrors(spec: Fields, namespace: string): FieldError[] {
  if (isFields(spec['nonResourceAttributes']))
    return [invalidValue('spec.nonResourceAttributes', null, 'disallowed on this kind of request')]
  const wish = fieldsOf(spec['resourceAttributes'])
  const found = textOf(wish['namespace'])
  if (found === '') return [required('spec.resourceAttributes.namespace')]
  if (found === namespace) return []
  return [invalidValue('spec.resourceAttributes.namespace', found, 'must match metadata.namespace')]
}

const resourceRule = ({ verbs, apiGroups, resources, resourceNames }: PolicyRule): Fields => ({
  verbs,
  apiGroups,
  resources,
  ...(resourceNames.length > 0 ? { resourceNames } : {}),
})

const describe = ({ name, uid, groups, extra }: User): Fields => ({
  username: name,
  ...(uid ? { uid } : {}),
  groups: [...groups],
  ...(extra ? { extra } : {}),
})
