import type { ApiAnswer } from '#bff/sources/kubernetes-api.ts'
import type { Outcome } from '#shared/config/api.ts'
import { items, record, text } from '#shared/config/world/read.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { resourceText } from './kinds.ts'
import { kindText, refText } from './object.ts'
import type { Resource } from './resource.ts'

export type Refusal = Pick<Outcome, 'result' | 'because' | 'causes'>

export interface Attempt {
  ref: ObjectRef
  resource: Resource
  user: string
  verb: 'get' | 'create' | 'patch' | 'delete'
}

/** A "no" of the API server in words: who says it, about what, and what to do. Pure. */
export function refused(answer: ApiAnswer, attempt: Attempt): Refusal {
  const { status, json } = answer
  const message = (text(json?.['message']) || answer.text || `HTTP ${status}`).slice(0, 2000)
  const causes = causesIn(json, message)
  const what = refText(attempt.ref)
  const say = (result: Refusal['result'], because: string): Refusal => ({ result, because, causes })
  const webhook = /admission webhook "([^"]+)" denied the request:?\s*([^]*)/.exec(message)
  if (webhook)
    return say('rejected', `The admission webhook ${webhook[1]} refuses ${what}: ${webhook[2] || 'it gives no reason'}`)
  const typed = /failed to create typed patch object[^]*?\): ([^]*)/.exec(message)
  if (typed) return say('rejected', `The schema of the cluster does not fit ${what}: ${typed[1]}`)
  switch (status) {
    case 400:
    case 422:
      return say('rejected', `The API server refuses ${what}: ${message}`)
    case 401:
      return say('failed', `The API server does not know ${attempt.user} (401); renew the credentials, then try again.`)
    case 403:
      return say('forbidden', forbiddenText(attempt, message))
    case 404:
      return say('rejected', missingText(attempt, message))
    case 409:
      return say('conflict', `${what} has been changed or made meanwhile; read it again and merge. (${message})`)
    case 413:
      return say('rejected', `${what} is larger than the API server takes.`)
    default:
      return say('failed', `The API server failed with ${what} (${status}): ${message} Try again in a moment.`)
  }
}

function forbiddenText({ ref, resource, user, verb }: Attempt, message: string): string {
  const where = ref.namespace === '' ? 'in the cluster' : `in the namespace ${ref.namespace}`
  const right = `${verb} ${resourceText(resource)}`
  // RBAC says so in its own words; anything else (quota, Pod Security, policy) is a reason of its own.
  const isRbac = /cannot \w+ resource/.test(message)
  return isRbac
    ? `${user} may not ${right} ${where}. Ask an administrator for that right.`
    : `The API server forbids ${user} to ${right} ${where}: ${message}`
}

function missingText({ ref }: Attempt, message: string): string {
  if (/^namespaces "[^"]*" not found/.test(message))
    return `There is no namespace ${ref.namespace}; create it first, or choose another one.`
  if (message.includes('could not find the requested resource'))
    return `The cluster does not serve the kind ${kindText(ref)} in this version; is its CustomResourceDefinition installed?`
  return `${refText(ref)} is not there any more (${message}).`
}

/** Field by field, where the server tells. */
function causesIn(json: ApiAnswer['json'], message: string): Outcome['causes'] {
  const told = items(record(json?.['details'])['causes'])
    .filter(cause => text(cause['reason']) !== 'FieldManagerConflict')
    .map(cause => ({ path: pathIn(text(cause['field'])), message: text(cause['message']).slice(0, 1000) }))
  if (told.length > 0) return told.slice(0, 100)
  const strict = [...message.matchAll(/((?:unknown|duplicate) field) "([^"]+)"/g)].map(([, what = '', field = '']) => ({
    path: pathIn(field),
    message: what,
  }))
  const typed = [...message.matchAll(/(?:^|\s)(\.[^\s:]+): ((?:field not declared|expected|duplicate)[^\n]*)/g)].map(
    ([, field = '', what = '']) => ({ path: pathIn(field), message: what.trim() }),
  )
  return [...strict, ...typed].slice(0, 100)
}

const pathIn = (field: string): string | null => field.replace(/^\./, '') || null
