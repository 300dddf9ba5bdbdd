import { at, type Fields, fieldsOf, textOf } from '#lab/kubernetes/value.ts'
import type { Api, Attributes } from './api.ts'
import type { User } from './request.ts'

/** Questions that are asked by creating an object and answered in its status; nothing is stored. */
export interface Review {
  group: string
  versions: readonly string[]
  kind: string
  plural: string
  namespaced: boolean
  answer(question: Fields, asker: User, api: Api, tokens: (token: string) => User | undefined): Fields
}

const authorization = (kind: string, namespaced: boolean, answer: Review['answer']): Review => ({
  group: 'authorization.k8s.io',
  versions: ['v1'],
  kind,
  plural: `${kind.toLowerCase()}s`,
  namespaced,
  answer,
})

const may = (question: Fields, user: User, api: Api): Fields => {
  const { allowed, reason } = api.authorize(user, attributesOf(fieldsOf(question['spec'])))
  return { allowed, ...(reason === '' ? {} : { reason }) }
}

function attributesOf(spec: Fields): Attributes {
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

const userOf = (spec: Fields): User => ({
  name: textOf(spec['user']),
  uid: textOf(spec['uid']),
  groups: Array.isArray(spec['groups']) ? spec['groups'].map(String) : [],
})

const describe = ({ name, uid, groups, extra }: User): Fields => ({
  username: name,
  ...(uid ? { uid } : {}),
  groups: [...groups],
  ...(extra ? { extra } : {}),
})

export const reviews: readonly Review[] = [
  authorization('SelfSubjectAccessReview', false, (question, asker, api) => may(question, asker, api)),
  authorization('SubjectAccessReview', false, (question, _, api) =>
    may(question, userOf(fieldsOf(question['spec'])), api),
  ),
  authorization('LocalSubjectAccessReview', true, (question, _, api) =>
    may(question, userOf(fieldsOf(question['spec'])), api),
  ),
  authorization('SelfSubjectRulesReview', false, (question, asker, api) => {
    const namespace = textOf(at(question, 'spec.namespace'))
    return { ...api.rules(asker, namespace), incomplete: false }
  }),
  {
    group: 'authentication.k8s.io',
    versions: ['v1', 'v1beta1'],
    kind: 'SelfSubjectReview',
    plural: 'selfsubjectreviews',
    namespaced: false,
    answer: (_, asker) => ({ userInfo: describe(asker) }),
  },
  {
    group: 'authentication.k8s.io',
    versions: ['v1'],
    kind: 'TokenReview',
    plural: 'tokenreviews',
    namespaced: false,
    answer(question, _, __, tokens) {
      const user = tokens(textOf(at(question, 'spec.token')))
      return user ? { authenticated: true, user: describe(user) } : { authenticated: false, user: {} }
    },
  },
]
