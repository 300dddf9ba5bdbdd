import type { Outcome } from '#shared/config/api.ts'
import type { MeshObject, ObjectRef } from '#shared/mesh/object.ts'
import { needsReason, staleness } from './conflicts.ts'
import { refText } from './object.ts'
import { no, outcomeOf, shown, unanswered } from './outcome.ts'
import type { Resource } from './resource.ts'
import { ask, mostTries, placeOf, type Writing } from './writing.ts'

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
