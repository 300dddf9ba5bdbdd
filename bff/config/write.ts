import type { ApiAnswer, ApiRequest } from '#bff/sources/kubernetes-api.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import { SourceError } from '#bff/sources/source.ts'
import type { Outcome } from '#shared/config/api.ts'
import { differences, meant } from '#shared/config/change/diff.ts'
import { lastChange, ownedFields } from '#shared/config/ownership/fields.ts'
import { ownerOf as looksAfter } from '#shared/config/ownership/owner.ts'
import { items, record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { groupOf, type Json, type MeshObject, type ObjectRef, type Path, pathText } from '#shared/mesh/object.ts'
import { pathOfField, valueAt } from './field-path.ts'
import { kindText, refText } from './object.ts'
import { hidden, isSecret, redacted } from './redact.ts'
import { refused } from './refused.ts'
import {
  ownerOf,
  type PatchOperation,
  type Removal,
  removalPatch,
  removalsOf,
  wholePatch,
  without,
} from './removals.ts'
import { isNamespace, objectPath, type Resource, wrongName } from './resource.ts'
import type { Versions } from './versions.ts'

export interface Wish {
  manifest: Json
  /** Paths of conflicts that the person has ticked. */
  take: readonly string[]
  resourceVersion?: string | undefined
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

const manager = 'weft'

/** Of an object that is not to be: nothing was asked of the server. */
export const outcomeOf = (object: ObjectRef, result: Outcome['result'], rest: Partial<Outcome> = {}): Outcome => ({
  object,
  result,
  because: null,
  causes: [],
  conflicts: [],
  warnings: [],
  diff: [],
  before: null,
  after: null,
  resourceVersion: null,
  ...rest,
})

/** Every outcome that lets a change go on. */
export const isGood = ({ result }: Outcome): boolean =>
  result === 'created' || result === 'applied' || result === 'unchanged' || result === 'deleted'

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

/** Applies one manifest as the caller, or tries it. Never throws for what a cluster may answer. */
export async function writeOne(wish: Wish, writing: Writing): Promise<Outcome> {
  const ref = refOfManifest(wish.manifest)
  try {
    const place = await placeOf(ref, wish.manifest, writing)
    return 'result' in place ? place : await apply(place, wish, writing)
  } catch (error) {
    return unanswered(ref, error, writing.dryRun)
  }
}

/** What is left when the server did not answer. */
export function unanswered(ref: ObjectRef, error: unknown, dryRun: boolean): Outcome {
  if (!(error instanceof SourceError)) throw error
  const known = dryRun
    ? 'Nothing was written.'
    : `Whether ${refText(ref)} was written is not known; look at it before trying again.`
  return outcomeOf(ref, 'failed', { because: `${error.message} ${known}` })
}

interface Place {
  ref: ObjectRef
  resource: Resource
  path: string
}

/** Where an object is; or why it cannot be anywhere. */
async function placeOf(
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
const mostTries = 5

async function apply(place: Place, wish: Wish, writing: Writing, tries = 1): Promise<Outcome> {
  const { ref, path } = place
  const answer = await ask(writing, { method: 'GET', path })
  const before = answer.status === 200 ? (answer.json as unknown as MeshObject) : null
  if (before === null && answer.status !== 404) return no(answer, place, writing, 'get', null)
  const stale = staleness(ref, before, wish.resourceVersion, writing)
  if (stale !== null) return outcomeOf(ref, 'conflict', { because: stale, before: before && shown(before) })
  const bare = needsReason(ref, before, writing)
  if (bare !== null) return outcomeOf(ref, 'rejected', { because: bare, before: before && shown(before) })

  const body = written(wish, before)
  const patch = (force: boolean, dryRun = writing.dryRun): Promise<ApiAnswer> =>
    ask(writing, {
      method: 'PATCH',
      path: `${path}?${query({ dryRun, force })}`,
      body: { type: 'application/apply-patch+yaml', json: body },
    })
  let told = await patch(false)
  const conflicts = before ? conflictsIn(told, body, before) : []
  const open = conflicts.filter(conflict => !wish.take.includes(conflict.path))
  if (open.length > 0) {
    // What it would come to, for the eyes of who decides.
    const forced = await patch(true, true)
    if (forced.status === 409 && tries < mostTries) return apply(place, wish, writing, tries + 1)
    if (forced.status >= 300) return { ...no(forced, place, writing, 'patch', before), conflicts }
    const removals = removalsOf(before as Json | null, body, forced.json ?? {})
    const left = leftIn(removals, wish, forced.json ?? {})
    const names = [...new Set(open.map(conflict => conflict.manager))].join(', ')
    const because = `${open.length === 1 ? 'A field is' : `${open.length} fields are`} owned by ${names}: tick what to take over, or leave it as it is.`
    return {
      ...yes(ref, before, forced, [], { ...writing, dryRun: true }),
      result: 'conflict',
      because,
      conflicts: [...conflicts, ...left],
    }
  }
  if (conflicts.length > 0) told = await patch(true)
  if (told.status >= 300 || !told.json) {
    if (told.status === 409 && tries < mostTries) return apply(place, wish, writing, tries + 1)
    return no(told, place, writing, before ? 'patch' : 'create', before)
  }
  return removeTaken(place, wish, writing, before, told)
}

/** Fields the person left out and somebody else owns go by a second write, if they are ticked. */
async function removeTaken(
  place: Place,
  wish: Wish,
  writing: Writing,
  before: MeshObject | null,
  told: ApiAnswer,
): Promise<Outcome> {
  const { ref, path } = place
  const applied = told.json ?? {}
  const removals = removalsOf(before as Json | null, written(wish, before), applied)
  const taken = removals.filter(removal => wish.take.includes(removal.text)).map(removal => removal.path)
  const conflicts = leftIn(removals, wish, applied)
  if (taken.length === 0 || before === null) return yes(ref, before, told, conflicts, writing)
  const version = text(record(applied['metadata'])['resourceVersion'])
  if (!writing.dryRun) writing.wrote?.(ref, version)
  const wanted = without(applied, taken)
  const remove = (of: string) => {
    const operations = writing.dryRun
      ? wholePatch(before.metadata.resourceVersion ?? '', before as Json, wanted)
      : removalPatch(of, taken)
    return ask(writing, jsonPatch(`${path}?${query({ dryRun: writing.dryRun, force: false })}`, operations))
  }
  let answer = await remove(version)
  // A controller that has written status in between has not changed what is to be removed.
  for (let tries = 1; !writing.dryRun && isOld(answer) && tries < mostTries; tries += 1) {
    // oxlint-disable-next-line no-await-in-loop -- one try after the other
    const now = (await ask(writing, { method: 'GET', path })).json
    if (!now || !isEqual(meant(now), meant(applied))) break
    // oxlint-disable-next-line no-await-in-loop -- one try after the other
    answer = await remove(text(record(now['metadata'])['resourceVersion']))
  }
  if (answer.status >= 300) {
    const refusal = no(answer, place, writing, 'patch', before)
    if (writing.dryRun) return refusal
    const fields = taken.map(pathText).join(', ')
    const because = `${refText(ref)} was written, but ${fields} could not be removed: ${refusal.because}`
    return { ...yes(ref, before, told, conflicts, writing), result: refusal.result, because, causes: refusal.causes }
  }
  const merged = { ...answer, warnings: [...told.warnings, ...answer.warnings] }
  return yes(ref, before, merged, conflicts, writing)
}

/** Deletes one object as the caller, or tries to. What is gone already is no failure. */
export async function deleteOne(
  ref: ObjectRef,
  resource: Resource | null,
  resourceVersion: string | undefined,
  writing: Writing,
  tries = 1,
): Promise<Outcome> {
  try {
    const apiVersion = resource
      ? resource.group === ''
        ? resource.version
        : `${resource.group}/${resource.version}`
      : ref.group || 'v1'
    const place = await placeOf(
      ref,
      { apiVersion, kind: ref.kind, metadata: { name: ref.name } },
      { ...writing, find: () => Promise.resolve(resource) },
    )
    if ('result' in place) return place
    const read = await ask(writing, { method: 'GET', path: place.path })
    if (read.status === 404) return outcomeOf(ref, 'unchanged', { because: `${refText(ref)} was not there any more.` })
    if (read.status !== 200 || !read.json) return no(read, place, writing, 'get', null)
    const before = read.json as unknown as MeshObject
    const stale = resourceVersion === undefined ? null : staleness(ref, before, resourceVersion, writing)
    if (stale !== null) return outcomeOf(ref, 'conflict', { because: stale, before: shown(before) })
    const bare = needsReason(ref, before, writing)
    if (bare !== null) return outcomeOf(ref, 'rejected', { because: bare, before: shown(before) })
    const { uid, resourceVersion: version } = before.metadata
    const options = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions: { uid, resourceVersion: version },
      ...(writing.dryRun ? { dryRun: ['All'] } : {}),
    }
    const answer = await ask(writing, {
      method: 'DELETE',
      path: `${place.path}${writing.dryRun ? '?dryRun=All' : ''}`,
      body: { type: 'application/json', json: options },
    })
    if (answer.status === 409 && tries < mostTries) return deleteOne(ref, resource, resourceVersion, writing, tries + 1)
    if (answer.status >= 300) return no(answer, place, writing, 'delete', before)
    const finalizers = (before.metadata['finalizers'] as string[] | undefined) ?? []
    const waits = finalizers.length > 0 ? [`It goes when ${finalizers.join(', ')} have done their work.`] : []
    return outcomeOf(ref, 'deleted', {
      before: shown(before),
      warnings: [...answer.warnings, ...waits],
      diff: [{ path: '', before: shown(before) }],
    })
  } catch (error) {
    return unanswered(ref, error, writing.dryRun)
  }
}

/** Removals that nobody has ticked. */
const leftIn = (removals: readonly Removal[], { take }: Wish, applied: Json): Outcome['conflicts'] =>
  removals
    .filter(removal => !take.includes(removal.text))
    .map(({ text: path, manager: owner, time, theirs }) => ({
      path,
      manager: owner,
      time,
      kind: 'remove' as const,
      theirs: isSecret(applied) ? hidden : theirs,
    }))

const ask = ({ client, signal }: Writing, request: ApiRequest): Promise<ApiAnswer> =>
  client.ask({ ...request, timeout: 30_000 }, signal)

/** The version a patch is for is not there any more; a failed `test` of a JSON patch is 422. */
const isOld = ({ status }: ApiAnswer): boolean => status === 409 || status === 422

const jsonPatch = (path: string, json: readonly PatchOperation[]): ApiRequest => ({
  method: 'PATCH',
  path,
  body: { type: 'application/json-patch+json', json },
})

const query = ({ dryRun, force }: { dryRun: boolean; force: boolean }): string =>
  new URLSearchParams({
    fieldManager: manager,
    fieldValidation: 'Strict',
    ...(force ? { force: 'true' } : {}),
    ...(dryRun ? { dryRun: 'All' } : {}),
  }).toString()

/**
 * A manifest as it is sent: without what only the server writes, and only onto the version that was looked at: whoever
 * writes in between makes it a conflict.
 */
function written({ manifest }: Wish, before: MeshObject | null): Json {
  const { status: _, ...rest } = manifest
  const {
    managedFields: _fields,
    uid: _uid,
    creationTimestamp: _created,
    generation: _generation,
    selfLink: _link,
    resourceVersion: _version,
    ...own
  } = record(manifest['metadata'])
  const resourceVersion = before?.metadata.resourceVersion
  return { ...rest, metadata: { ...own, ...(resourceVersion === undefined ? {} : { resourceVersion }) } }
}

/** Why what is there is not what the person had before their eyes; null where it is. */
function staleness(
  ref: ObjectRef,
  before: MeshObject | null,
  expected: string | undefined,
  { versions }: Writing,
): string | null {
  const what = refText(ref)
  if (before === null)
    return expected === undefined ? null : `${what} was deleted meanwhile; apply it as a new object, or discard it.`
  versions.remember(before)
  if (expected === undefined) return `There is a ${what} already; open it and merge, or choose another name.`
  if (versions.isSame(before, expected)) return null
  const change = lastChange(before.metadata.managedFields ?? [])
  const by = change === null ? '' : ` by ${change.manager}`
  return `${what} was changed${by} meanwhile; merge that change and apply again.`
}

/** A tool that keeps an object as its source says will undo a change made here: whoever makes it says why. */
function needsReason(ref: ObjectRef, before: MeshObject | null, { dryRun, reason }: Writing): string | null {
  if (dryRun || before === null || (reason ?? '').trim() !== '') return null
  const owner = looksAfter(before)
  return owner.isGitOps
    ? `${refText(ref)} is looked after by ${owner.kind === 'argocd' ? 'Argo CD' : 'Flux'} (${owner.name}), which will undo a change made here: change its source, or give a reason.`
    : null
}

/** Fields of the manifest that others own with other values. */
function conflictsIn({ status, json }: ApiAnswer, ours: Json, before: MeshObject): Outcome['conflicts'] {
  if (status !== 409) return []
  const owners = ownedFields(before as Json, before.metadata.managedFields ?? [])
  const isHidden = isSecret(ours)
  return items(record(json?.['details'])['causes'])
    .filter(cause => text(cause['reason']) === 'FieldManagerConflict')
    .map(cause => {
      const path = pathOfField(text(cause['field']), ours, before)
      const named = /conflict with "((?:[^"\\]|\\.)*)"/.exec(text(cause['message']))?.[1]
      const owner = owners.find(each => each.manager === named && ownerOf(path, [each])) ?? ownerOf(path, owners)
      const [mine, theirs] = [valueAt(ours, path), valueAt(before, path)]
      return {
        path: pathText(path),
        manager: named ?? owner?.manager ?? 'unknown',
        time: owner?.time ?? null,
        kind: 'change' as const,
        ...(theirs === undefined ? {} : { theirs: isHidden ? hidden : theirs }),
        ...(mine === undefined ? {} : { ours: isHidden ? hidden : mine }),
      }
    })
}

function yes(
  ref: ObjectRef,
  before: MeshObject | null,
  answer: ApiAnswer,
  conflicts: Outcome['conflicts'],
  { dryRun, versions }: Writing,
): Outcome {
  const after = answer.json as unknown as MeshObject
  if (!dryRun) versions.remember(after)
  const isHidden = isSecret(after as Json)
  const diff = differences(before as Json | null, after as Json).map(({ path, ...values }) => {
    const told = isHidden
      ? Object.fromEntries(Object.entries(values).map(([key, it]) => [key, veiled(path, it)]))
      : values
    return { path: pathText(path), ...told }
  })
  return outcomeOf(ref, before === null ? 'created' : diff.length === 0 ? 'unchanged' : 'applied', {
    conflicts,
    warnings: answer.warnings,
    diff,
    before: before && shown(before),
    after: shown(after),
    resourceVersion: after.metadata.resourceVersion ?? null,
  })
}

/** A part of a Secret as it may be shown: that what it holds is another, and not what. */
function veiled(path: Path, value: unknown): unknown {
  if (path.length === 0) return redacted(value as Json)
  return path[0] === 'data' || path[0] === 'stringData' ? hidden : value
}

function no(
  answer: ApiAnswer,
  { ref, resource }: Place,
  { client }: Writing,
  verb: 'get' | 'create' | 'patch' | 'delete',
  before: MeshObject | null,
): Outcome {
  const { result, because, causes } = refused(answer, { ref, resource, user: client.user, verb })
  return outcomeOf(ref, result, { because, causes, warnings: answer.warnings, before: before && shown(before) })
}

/** An object as pages show it. */
function shown(object: MeshObject): Json {
  const { managedFields: _, ...metadata } = object.metadata
  return redacted({ ...object, metadata })
}
