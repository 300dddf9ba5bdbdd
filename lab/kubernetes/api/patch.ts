import { isFields } from '#lab/kubernetes/value.ts'
import { type Answer, type Api, inVersion } from './api.ts'
import { mediaTypeOf, parseBody } from './body.ts'
import { jsonPatch } from './json-patch.ts'
import { applyType, jsonPatchType, mergePatchType, strategicPatchType } from './media-types.ts'
import { mergePatch } from './merge-patch.ts'
import type { WriteOptions } from './options.ts'
import type { ResourceRequest } from './request.ts'
import { badRequest, unsupportedMediaType } from './status.ts'
import { strategicPatch } from './strategic-patch.ts'
import { commit, existing } from './update.ts'

const forCustom: readonly string[] = [jsonPatchType, mergePatchType, applyType]
const forBuiltIn: readonly string[] = [jsonPatchType, mergePatchType, strategicPatchType, applyType]

/** Applies a patch to an object and stores the result. */
export function patch(
  api: Api,
  request: ResourceRequest,
  body: Buffer,
  contentType: string | undefined,
  options: WriteOptions,
): Answer {
  const change = readPatch(body, contentType, request)
  const before = existing(api, request)
  const after = change(inVersion(before, request))
  return commit(api, request, before, asObject(after), options)
}

/** What a patch makes of a document. Throws 415 for a type of patch that the kind does not take. */
export function readPatch(
  body: Buffer,
  contentType: string | undefined,
  { kind }: Pick<ResourceRequest, 'kind'>,
): (document: object) => unknown {
  const mediaType = mediaTypeOf(contentType)
  const accepted = kind.custom ? forCustom : forBuiltIn
  if (!accepted.includes(mediaType)) throw unsupportedMediaType(accepted)
  const patch = parseBody(body, mediaType, 'error decoding patch')
  switch (mediaType) {
    case jsonPatchType:
      return document => jsonPatch(document, patch)
    case mergePatchType:
      if (!isFields(patch)) throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map')
      return document => mergePatch(document, patch)
    default:
      if (!isFields(patch)) throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map')
      return document => strategicPatch({ ...document }, patch, kind.kind)
  }
}

export function asObject(value: unknown): Record<string, unknown> {
  if (isFields(value)) return value
  throw badRequest('the patch makes something that is not an object')
}
