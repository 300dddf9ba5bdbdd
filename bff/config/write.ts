import type { ApiAnswer, ApiRequest } from '#bff/sources/kubernetes-api.ts'
import type { Outcome } from '#shared/config/api.ts'
import { meant } from '#shared/config/change/diff.ts'
import { isOurs } from '#shared/config/ownership/managers.ts'
import { record, text } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, type MeshObject, pathText } from '#shared/mesh/object.ts'
import { conflictsIn, leftIn, needsReason, staleness } from './conflicts.ts'
import { refText } from './object.ts'
import { no, outcomeOf, shown, unanswered, yes } from './outcome.ts'
import {
  annotationsLeft,
  type PatchOperation,
  type Removal,
  removalPatch,
  removalsOf,
  wholePatch,
  without,
} from './removals.ts'
import {
  ask,
  managerOf,
  mostTries,
  type Place,
  placeOf,
  query,
  refOfManifest,
  type Wish,
  type Writing,
} from './writing.ts'

/** Applies one manifest as the caller, or tries it. Never throws for what a cluster may answer. */
export async function writeOne(wish: Wish, writing: Writing): Promise<Outcome> {
  const ref = refOfManifest(wish.manifest)
  try {
    const place = await placeOf(ref, wish.manifest, writing)
    if ('result' in place) return place
    const outcome = await apply(place, wish, writing)
    return wish.annotations === undefined ? outcome : { ...outcome, annotations: [...wish.annotations] }
  } catch (error) {
    return unanswered(ref, error, writing.dryRun)
  }
}

async function apply(place: Place, wish: Wish, writing: Writing, tries = 1): Promise<Outcome> {
  const { ref, path } = place
  const answer = await ask(writing, { method: 'GET', path })
  const before = answer.status === 200 ? (answer.json as unknown as MeshObject) : null
  if (before === null && answer.status !== 404) return no(answer, place, writing, 'get', null)
  const stale = staleness(ref, before, wish.resourceVersion, writing)
  if (stale !== null) return outcomeOf(ref, 'conflict', { because: stale, before: before && shown(before) })
  if (before === null && wish.annotations !== undefined)
    return outcomeOf(ref, 'rejected', { because: `There is no ${refText(ref)} that could be annotated.` })
  const bare = needsReason(ref, before, writing)
  if (bare !== null) return outcomeOf(ref, 'rejected', { because: bare, before: before && shown(before) })

  const body = written(wish, before)
  const patch = (force: boolean, dryRun = writing.dryRun): Promise<ApiAnswer> =>
    ask(writing, {
      method: 'PATCH',
      path: `${path}?${query({ dryRun, force }, managerOf(wish))}`,
      body: { type: 'application/apply-patch+yaml', json: body },
    })
  let told = await patch(false)
  const conflicts = before ? conflictsIn(told, body, before) : []
  // What was written here under the other of our names is not somebody else's.
  const open = conflicts.filter(({ path: field, manager }) => !wish.take.includes(field) && !isOurs(manager))
  if (open.length > 0) {
    // What it would come to, for the eyes of who decides.
    const forced = await patch(true, true)
    if (forced.status === 409 && tries < mostTries) return apply(place, wish, writing, tries + 1)
    if (forced.status >= 300) return { ...no(forced, place, writing, 'patch', before), conflicts }
    const removals = leftOver(wish, before, body, forced.json ?? {})
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
  const removals = leftOver(wish, before, written(wish, before), applied)
  const isTaken = ({ text: field, manager }: Removal) =>
    wish.take.includes(field) || (isOurs(manager) && manager !== managerOf(wish))
  const taken = removals.filter(isTaken).map(removal => removal.path)
  const conflicts = leftIn(
    removals.filter(removal => !isTaken(removal)),
    wish,
    applied,
  )
  if (taken.length === 0 || before === null) return yes(ref, before, told, conflicts, writing)
  const version = text(record(applied['metadata'])['resourceVersion'])
  if (!writing.dryRun) writing.wrote?.(ref, version)
  const wanted = without(applied, taken)
  const remove = (of: string) => {
    const operations = writing.dryRun
      ? wholePatch(before.metadata.resourceVersion ?? '', before as Json, wanted)
      : removalPatch(of, taken)
    const asked = query({ dryRun: writing.dryRun, force: false }, managerOf(wish))
    return ask(writing, jsonPatch(`${path}?${asked}`, operations))
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

/** What is left in place although it was not written again. */
const leftOver = (wish: Wish, before: MeshObject | null, body: Json, after: Json): Removal[] =>
  wish.annotations === undefined
    ? removalsOf(before as Json | null, body, after)
    : annotationsLeft(wish.annotations, body, after)

const jsonPatch = (path: string, json: readonly PatchOperation[]): ApiRequest => ({
  method: 'PATCH',
  path,
  body: { type: 'application/json-patch+json', json },
})

/**
 * A manifest as it is sent: without what only the server writes, and only onto the version that was looked at: whoever
 * writes in between makes it a conflict.
 */
function written({ manifest, annotations }: Wish, before: MeshObject | null): Json {
  const resourceVersion = before?.metadata.resourceVersion
  if (annotations !== undefined) {
    const { name, namespace, annotations: all } = record(manifest['metadata'])
    const meantHere = annotations.flatMap(each => {
      const value = record(all)[each]
      return value === undefined ? [] : [[each, value] as const]
    })
    return {
      apiVersion: manifest['apiVersion'],
      kind: manifest['kind'],
      metadata: {
        name,
        ...(namespace !== undefined && { namespace }),
        ...(resourceVersion !== undefined && { resourceVersion }),
        ...(meantHere.length > 0 && { annotations: Object.fromEntries(meantHere) }),
      },
    }
  }
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
  return { ...rest, metadata: { ...own, ...(resourceVersion === undefined ? {} : { resourceVersion }) } }
}

/** The version a patch is for is not there any more; a failed `test` of a JSON patch is 422. */
const isOld = ({ status }: ApiAnswer): boolean => status === 409 || status === 422
