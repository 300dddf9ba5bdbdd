import type { ApiAnswer, ApiRequest } from '#bff/sources/kubernetes-api.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import type { Outcome } from '#shared/config/api.ts'
import { annotator, weft } from '#shared/config/ownership/managers.ts'
import { record, text } from '#shared/config/world/read.ts'
import { groupOf, type Json, type ObjectRef } from '#shared/mesh/object.ts'
import { kindText } from './object.ts'
import { outcomeOf } from './outcome.ts'
import { isNamespace, objectPath, type Resource, wrongName } from './resource.ts'
import type { Versions } from './versions.ts'

export interface Wish {
  manifest: Json
  /** Paths of conflicts that the person has ticked. */
  take: readonly string[]
  resourceVersion?: string | undefined
  /** Only these are meant; all else of the manifest is not looked at. */
  annotations?: readonly string[] | undefined
}

/** Who writes, and how: with `dryRun` nothing stays. */
export interface Writing {
  client: KubernetesClient
  find(apiVersion: string, kind: string): Promise<Resource | null>
  versions: Versions
  dryRun: boolean
  reason?: string | undefined
  /** Hears of a write on the way to the last one, by the version it made. */
  wrote?: (object: ObjectRef, resourceVersion: string) => void
  signal?: AbortSignal | undefined
}

export const managerOf = ({ annotations }: Wish): string => (annotations === undefined ? weft : annotator)

/** What a manifest names, as far as it does. */
export function refOfManifest(manifest: Json): ObjectRef {
  const metadata = record(manifest['metadata'])
  return {
    group: groupOf(text(manifest['apiVersion'])),
    kind: text(manifest['kind']),
    namespace: text(metadata['namespace']),
    name: text(metadata['name']),
  }
}

export interface Place {
  ref: ObjectRef
  resource: Resource
  path: string
}

/** Where an object is; or why it cannot be anywhere. */
export async function placeOf(
  ref: ObjectRef,
  { apiVersion, kind, metadata }: Json,
  writing: Writing,
): Promise<Place | Outcome> {
  const reject = (because: string, path: string | null): Outcome =>
    outcomeOf(ref, 'rejected', { because, causes: [{ path, message: because }] })
  if (typeof apiVersion !== 'string' || apiVersion === '')
    return reject('The manifest has no apiVersion.', 'apiVersion')
  if (typeof kind !== 'string' || kind === '') return reject('The manifest has no kind.', 'kind')
  const wrong = wrongName(record(metadata)['name'])
  if (wrong !== null) return reject(`The name of the ${kindText(ref)} ${wrong}.`, 'metadata.name')
  const resource = await writing.find(apiVersion, kind)
  if (!resource)
    return reject(
      `The cluster does not serve ${kind} in ${apiVersion.slice(0, 100)}; is the version right, and is it installed?`,
      'kind',
    )
  if (resource.namespaced && ref.namespace === '')
    return reject(`A ${kindText(ref)} lives in a namespace: write metadata.namespace.`, 'metadata.namespace')
  if (resource.namespaced && !isNamespace(ref.namespace))
    return reject(`${JSON.stringify(ref.namespace.slice(0, 63))} is not a namespace name.`, 'metadata.namespace')
  if (!resource.namespaced && ref.namespace !== '')
    return reject(`A ${kindText(ref)} belongs to the whole cluster: take metadata.namespace out.`, 'metadata.namespace')
  return { ref, resource, path: objectPath(resource, ref.namespace, ref.name) }
}

/** Somebody (a controller, mostly) who writes status between our look and our write costs another try, not the change. */
export const mostTries = 5

export const ask = ({ client, signal }: Writing, request: ApiRequest): Promise<ApiAnswer> =>
  client.ask({ ...request, timeout: 30_000 }, signal)

export const query = ({ dryRun, force }: { dryRun: boolean; force: boolean }, manager: string = weft): string =>
  new URLSearchParams({
    fieldManager: manager,
    fieldValidation: 'Strict',
    ...(force ? { force: 'true' } : {}),
    ...(dryRun ? { dryRun: 'All' } : {}),
  }).toString()
