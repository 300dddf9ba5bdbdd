import type { KubeObject } from '#lab/contract.ts'
import { apiVersionOf, type Kind } from '#lab/kubernetes/resources.ts'
import { formatSelector } from '#lab/kubernetes/printing/labels.ts'
import { at, type Fields, fieldsOf, numberOf, textOf, shown } from '#lab/kubernetes/value.ts'
import { type Answer, type Api, plain } from './api.ts'
import { applyConfiguration, readConfiguration } from './apply.ts'
import { parseObject, mediaTypeOf } from './body.ts'
import { applyType } from './media-types.ts'
import type { WriteOptions } from './options.ts'
import { asObject, readPatch } from './patch.ts'
import type { ResourceRequest } from './request.ts'
import { badRequest, invalid, stale } from './status.ts'
import { commit, existing } from './update.ts'

/** The scale subresource: `autoscaling/v1` Scale, for `kubectl scale` and autoscalers. */
export function scale(
  api: Api,
  request: ResourceRequest,
  body: Buffer,
  contentType: string | undefined,
  options: () => WriteOptions,
): Answer {
  const before = existing(api, request)
  switch (request.verb) {
    case 'get':
      return plain(scaleOf(before))
    case 'update':
      return write(api, request, before, parseObject(body, mediaTypeOf(contentType), 'Scale'), options())
    default: {
      if (mediaTypeOf(contentType) === applyType) return applyScale(api, request, readConfiguration(body), options())
      const kind: Kind = { ...request.kind, kind: 'Scale', custom: false }
      const change = readPatch(body, contentType, { kind })
      return write(api, request, before, asObject(change(scaleOf(before))), options())
    }
  }
}

function write(api: Api, request: ResourceRequest, before: KubeObject, wish: Fields, options: WriteOptions): Answer {
  if (wish['kind'] !== undefined && wish['kind'] !== 'Scale')
    throw badRequest(`the object provided is unrecognized (must be of type Scale): ${JSON.stringify(wish['kind'])}`)
  const replicas = at(wish, 'spec.replicas') ?? 0
  if (!Number.isInteger(replicas)) throw badRequest('Scale: spec.replicas is not a whole number')
  if (numberOf(replicas) < 0)
    throw invalid({ kind: 'Scale', group: 'autoscaling' }, request.name, [
      {
        field: 'spec.replicas',
        reason: 'FieldValueInvalid',
        message: `Invalid value: ${shown(replicas)}: must be greater than or equal to 0`,
      },
    ])
  const version = textOf(at(wish, 'metadata.resourceVersion'))
  if (version !== '' && version !== before.metadata.resourceVersion) throw stale(request.kind, request.name)
  const whole: ResourceRequest = { ...request, version: request.kind.storage }
  const answer = commit(api, whole, before, { ...before, spec: { ...before.spec, replicas } }, options)
  return answer.kind === 'object' ? plain(scaleOf(answer.object)) : answer
}

/** A Scale that is applied owns the replicas of its object. */
function applyScale(api: Api, request: ResourceRequest, config: Fields, options: WriteOptions): Answer {
  if (config['apiVersion'] !== 'autoscaling/v1' || config['kind'] !== 'Scale')
    throw badRequest(
      `Incorrect version specified in apply patch. Specified patch version: ${shown(config['apiVersion'] ?? '')}, expected: autoscaling/v1`,
    )
  const { kind, name } = request
  const replicas = at(config, 'spec.replicas')
  const whole: ResourceRequest = { ...request, version: kind.storage }
  const object = {
    apiVersion: apiVersionOf(kind.group, kind.storage),
    kind: kind.kind,
    metadata: { name, ...fieldsOf(config['metadata']) },
    spec: replicas === undefined ? {} : { replicas },
  }
  const answer = applyConfiguration(api, whole, object, options)
  return answer.kind === 'object' ? plain(scaleOf(answer.object)) : answer
}

function scaleOf({ metadata, spec, status }: KubeObject): Fields {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  const selector = formatSelector(fieldsOf(spec)['selector'])
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: numberOf(spec?.['replicas']) },
    status: { replicas: numberOf(status?.['replicas']), ...(selector === '<none>' ? {} : { selector }) },
  }
}
