import type { IncomingMessage, ServerResponse } from 'node:http'
import { fieldsOf, shown } from '#lab/kubernetes/value.ts'
import { type Api, plain } from './api.ts'
import { mediaTypeOf, parseObject, readBody } from './body.ts'
import type { ResourcePath, User } from './request.ts'
import { plainShape, respond } from './respond.ts'
import { type Review, reviews } from './reviews.ts'
import { badRequest, methodNotAllowed } from './status.ts'

/** The question that a path asks, where it asks one. */
export function reviewAt(target: ResourcePath): Review | undefined {
  return reviews.find(
    review =>
      review.group === target.group &&
      review.plural === target.plural &&
      review.versions.includes(target.version) &&
      review.namespaced === (target.namespace !== undefined),
  )
}

/** Answers a question in the object that asked it. */
export async function ask(
  api: Api,
  review: Review,
  target: ResourcePath,
  user: User,
  message: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
): Promise<void> {
  if (message.method !== 'POST' || target.name !== '') throw methodNotAllowed()
  const question = parseObject(await readBody(message), mediaTypeOf(message.headers['content-type']), review.kind)
  if (question['kind'] !== undefined && question['kind'] !== review.kind)
    throw badRequest(`${shown(question['kind'])} cannot be handled as a ${review.kind}`)
  const body = {
    ...question,
    kind: review.kind,
    apiVersion: `${review.group}/${target.version}`,
    metadata: { creationTimestamp: null },
    status: review.answer(fieldsOf(question['spec']), user, api, target.namespace ?? ''),
  }
  await respond(message, response, plain(body, 201), {
    shape: plainShape(message.headers.accept),
    query,
    now: api.now(),
  })
}
