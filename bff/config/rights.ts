import type { ApiAnswer } from '#bff/sources/kubernetes-api.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import { Limit } from '#bff/sources/limit.ts'
import { items, record, text, texts } from '#shared/config/world/read.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'patch' | 'update' | 'delete'
export const verbs: readonly Verb[] = ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete']

/** A thing somebody may do or not. */
export interface Deed {
  verb: Verb
  group: string
  plural: string
}

/** What each user may do, as the API server itself says. */
export interface Rights {
  /** In one namespace, or everywhere (null). Throws SourceError where the server does not answer. */
  may(user: string, deed: Deed, namespace: string | null): Promise<boolean>
  /** To be called when the server has said no (403): what is remembered of this user is old. */
  forget(user: string): void
}

const kept: Milliseconds = 60_000
/** Questions under way at a time, of all users. */
const atOnce = 16

interface Rules {
  rules: readonly Rule[]
  /** Other authorizers than RBAC keep theirs to themselves: then the list proves nothing that is not in it. */
  isComplete: boolean
}

interface Rule {
  verbs: readonly string[]
  groups: readonly string[]
  resources: readonly string[]
}

/**
 * Asks as the user: may they do everything; else this everywhere (SelfSubjectAccessReview); else in the namespace, from
 * the rules that hold there (SelfSubjectRulesReview: one question instead of one for each kind), and where those are
 * not complete by one more SelfSubjectAccessReview. Answers are kept for a minute.
 */
export function createRights(options: { users: KubernetesUsers; now: () => EpochMilliseconds }): Rights {
  const limit = new Limit(atOnce)
  const known = new Map<string, Map<string, { at: EpochMilliseconds; answer: Promise<unknown> }>>()

  function remembered<T>(user: string, question: string, ask: () => Promise<T>): Promise<T> {
    const answers = known.get(user) ?? new Map<string, { at: EpochMilliseconds; answer: Promise<unknown> }>()
    known.set(user, answers)
    const before = answers.get(question)
    if (before && options.now() - before.at < kept) return before.answer as Promise<T>
    const answer = limit.run(ask)
    answers.set(question, { at: options.now(), answer })
    // A question that found no answer is asked again.
    answer.catch(() => {
      if (answers.get(question)?.answer === answer) answers.delete(question)
    })
    return answer
  }

  const review = (user: string, kind: string, spec: Record<string, unknown>): Promise<ApiAnswer> =>
    options.users.as(user).ask({
      method: 'POST',
      path: `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`,
      body: { type: 'application/json', json: { apiVersion: 'authorization.k8s.io/v1', kind, spec } },
    })
  const access = (user: string, verb: string, group: string, resource: string, namespace: string | null) =>
    remembered(user, `${verb} ${group} ${resource} ${namespace ?? ''}`, async () => {
      const resourceAttributes = { verb, group, resource, ...(namespace === null ? {} : { namespace }) }
      const { json } = await review(user, 'SelfSubjectAccessReview', { resourceAttributes })
      return record(json?.['status'])['allowed'] === true
    })
  const rulesIn = (user: string, namespace: string): Promise<Rules> =>
    remembered(user, `rules ${namespace}`, async () => {
      const { json, status } = await review(user, 'SelfSubjectRulesReview', { namespace })
      return status < 300 ? rulesOf(record(json?.['status'])) : { rules: [], isComplete: false }
    })

  return {
    async may(user, { verb, group, plural }, namespace) {
      if (await access(user, '*', '*', '*', null)) return true
      if (await access(user, verb, group, plural, null)) return true
      if (namespace === null || namespace === '') return false
      const { rules, isComplete } = await rulesIn(user, namespace)
      if (rules.some(rule => allows(rule, verb, group, plural))) return true
      return isComplete ? false : access(user, verb, group, plural, namespace)
    },
    forget: user => void known.delete(user),
  }
}

/** Rules for single names say nothing of a list. */
function rulesOf(status: Record<string, unknown>): Rules {
  return {
    isComplete: status['incomplete'] !== true && text(status['evaluationError']) === '',
    rules: items(status['resourceRules'])
      .filter(rule => texts(rule['resourceNames']).length === 0)
      .map(rule => ({
        verbs: texts(rule['verbs']),
        groups: texts(rule['apiGroups']),
        resources: texts(rule['resources']),
      })),
  }
}

const allows = ({ verbs: allowed, groups, resources }: Rule, verb: string, group: string, plural: string): boolean =>
  says(allowed, verb) && says(groups, group) && says(resources, plural)

const says = (words: readonly string[], word: string): boolean => words.includes('*') || words.includes(word)
