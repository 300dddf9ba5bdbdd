import type { IncomingMessage, ServerResponse } from 'node:http'
import { forbiddingBudget } from '#lab/kubernetes/controllers/disruption.ts'
import { type Fields, isFields } from '#lab/kubernetes/value.ts'
import { shapeOf } from './accept.ts'
import { type Answer, answerOf, type Api, plain } from './api.ts'
import { apply } from './apply.ts'
import { mediaTypeOf, parseObject, readBody } from './body.ts'
import { create } from './create.ts'
import { remove, removeMany } from './delete.ts'
import { createLister } from './list.ts'
import { logs } from './logs.ts'
import { applyType } from './media-types.ts'
import { deleteOptionsOf, type WriteOptions, writeOptionsOf } from './options.ts'
import { patch } from './patch.ts'
import type { ResourceRequest } from './request.ts'
import { respond } from './respond.ts'
import { scale } from './scale.ts'
import { StatusError, success } from './status.ts'
import { requestToken } from './token-request.ts'
import { existing, update } from './update.ts'
import { watch } from './watch.ts'

/** Answers requests for objects. */
export interface ObjectHandler {
  handle(request: ResourceRequest, message: IncomingMessage, response: ServerResponse): Promise<void>
  /** Ends every watch and every log that is followed. */
  stop(): void
  /** How many of them there are. */
  openCount(): number
}

export function createObjectHandler(api: Api): ObjectHandler {
  const lister = createLister()
  const streams = new Set<() => void>()

  const answer = async (request: ResourceRequest, message: IncomingMessage): Promise<Answer> => {
    const { verb, query } = request
    if (verb === 'list') return lister.list(api, request)
    if (verb === 'get' && request.subresource !== 'scale') return answerOf(existing(api, request), request)
    const body = verb === 'get' ? Buffer.alloc(0) : await readBody(message)
    const contentType = message.headers['content-type']
    const options = (): WriteOptions =>
      writeOptionsOf(query, optionNames[verb] ?? '', {
        userAgent: message.headers['user-agent'] ?? '',
        mediaType: mediaTypeOf(contentType),
        body,
      })
    if (request.subresource === 'scale') return scale(api, request, body, contentType, options)
    switch (verb) {
      case 'create':
        if (request.subresource === 'eviction') return evict(api, request, body, contentType)
        if (request.subresource === 'token')
          return requestToken(api, request, parseObject(body, mediaTypeOf(contentType), 'TokenRequest'))
        return create(api, request, objectIn(body, contentType, request), options())
      case 'update':
        return update(api, request, objectIn(body, contentType, request), options())
      case 'patch':
        if (mediaTypeOf(contentType) === applyType) return apply(api, request, body, options())
        return patch(api, request, body, contentType, options())
      case 'delete':
        return remove(api, request, deleteOptionsOf(query, optionsIn(body, contentType)))
      case 'deletecollection':
        return removeMany(api, request, deleteOptionsOf(query, optionsIn(body, contentType)))
      default:
        throw new Error(`unreachable: ${verb}`)
    }
  }

  return {
    async handle(request, message, response) {
      const shape = shapeOf(message.headers.accept)
      if (request.verb === 'watch' || request.subresource === 'log') {
        const isLog = request.subresource === 'log'
        const stop = isLog ? logs(api, request, response) : watch(api, request, shape, response)
        streams.add(stop)
        response.on('close', () => streams.delete(stop))
        return
      }
      await respond(message, response, await answer(request, message), { shape, query: request.query, now: api.now() })
    },
    stop() {
      for (const stop of streams) stop()
      streams.clear()
    },
    openCount: () => streams.size,
  }
}

const optionNames: Record<string, string> = { create: 'CreateOptions', update: 'UpdateOptions', patch: 'PatchOptions' }

function objectIn(body: Buffer, contentType: string | undefined, { kind }: ResourceRequest): Fields {
  return parseObject(body, mediaTypeOf(contentType), kind.kind)
}

/** DeleteOptions, where a body says any. */
function optionsIn(body: Buffer, contentType: string | undefined): Fields {
  if (body.length === 0) return {}
  return parseObject(body, mediaTypeOf(contentType), 'DeleteOptions')
}

function evict(api: Api, request: ResourceRequest, body: Buffer, contentType: string | undefined): Answer {
  const eviction = optionsIn(body, contentType)
  const options = isFields(eviction['deleteOptions']) ? eviction['deleteOptions'] : {}
  const target: ResourceRequest = { ...request, verb: 'delete', subresource: '' }
  if (forbiddingBudget(api.store, existing(api, target)))
    throw new StatusError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.")
  remove(api, target, deleteOptionsOf(request.query, options))
  return plain(success({}), 201)
}
