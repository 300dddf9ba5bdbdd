import type { Written } from '#bff/config/apply.ts'
import { nameOf } from '#bff/store/content.ts'
import type { Counts, NewChange } from '#bff/store/store.ts'
import type { Finding } from '#shared/config/finding.ts'
import { type Json, type MeshObject, pathText, refOf } from '#shared/mesh/object.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import { changesIn, isTelling, keptOf } from './meaning.ts'
import { momentOf, writerOf } from './writer.ts'

/** A change but for what was found at that time. */
export type Draft = Omit<NewChange, 'counts' | 'findings'>

/** A version of an object follows another. Null where there is nothing to tell. */
export function draftOf(
  mesh: string,
  before: MeshObject | null,
  after: MeshObject | null,
  now: EpochMilliseconds,
): Draft | null {
  const object = after ?? before
  if (object === null) return null
  const [had, has] = [before && keptOf(before), after && keptOf(after)]
  const fields = fieldsIn(had, has)
  if (fields === null) return null
  if (after === null) return { ...deletion(mesh, object, had, now), fields }
  return { ...writing(mesh, before === null ? 'created' : 'changed', had, has, before, after, now), fields }
}

/**
 * An object is found to be another than what was last kept of it, or to be there at all. Fields that were written before
 * what was kept (of an object made anew from a backup) do not say when it became so: that it is so now is what is known.
 */
export function foundDraft(
  mesh: string,
  last: { after: Json | null; at: EpochMilliseconds } | null,
  after: MeshObject,
  now: EpochMilliseconds,
): Draft | null {
  const kept = last?.after ?? null
  const has = keptOf(after)
  const fields = fieldsIn(kept, has)
  if (fields === null) return null
  const draft = writing(mesh, 'found', kept, has, null, after, now)
  return { ...draft, at: last !== null && draft.at < last.at ? now : draft.at, fields }
}

/** An object that was kept is found to be gone. */
export function goneDraft(mesh: string, kept: Json, change: number, now: EpochMilliseconds): Draft {
  const { apiVersion, kind, metadata } = kept as unknown as MeshObject
  // What is kept has no uid: the change it was last told in says which one it was.
  const object = { ...kept, apiVersion, kind, metadata: { ...metadata, uid: `of change ${change}` } }
  return { ...deletion(mesh, object, kept, now), fields: [] }
}

/** What a write is called, for the note about it. A deletion makes no version of its own that both sides are told. */
export const writtenOf = (change: Written['change'], resourceVersion: string): string =>
  change === 'deleted' ? `deleted ${resourceVersion}` : resourceVersion

function deletion(mesh: string, object: MeshObject, had: Json | null, at: EpochMilliseconds): Omit<Draft, 'fields'> {
  const ref = refOf(object)
  const { uid = '', resourceVersion = '' } = object.metadata
  const written = writtenOf('deleted', resourceVersion)
  const mark = nameOf([mesh, ref, uid, 'deleted'])
  return { mesh, object: ref, at, change: 'deleted', manager: null, written, mark, before: had, after: null }
}

function writing(
  mesh: string,
  change: 'created' | 'changed' | 'found',
  had: Json | null,
  has: Json | null,
  before: MeshObject | null,
  after: MeshObject,
  now: EpochMilliseconds,
): Omit<Draft, 'fields'> {
  const ref = refOf(after)
  const { uid = '', resourceVersion: written = '', managedFields = [] } = after.metadata
  const writer = writerOf(before?.metadata.managedFields ?? [], managedFields)
  const mark = nameOf([mesh, ref, uid, written, has, writer?.at ?? null])
  const told = writer?.at ?? null
  // What is found was written long before it was seen.
  const at = change === 'found' ? (told ?? now) : momentOf(told, now)
  return { mesh, object: ref, at, change, manager: writer?.manager ?? null, written, mark, before: had, after: has }
}

const mostFields = 100

/** Null where there is nothing to tell; none where the object came or went as a whole. */
function fieldsIn(before: Json | null, after: Json | null): string[] | null {
  if (![before, after].some(kept => kept !== null && isTelling(kept))) return null
  if (before === null || after === null) return []
  const found = changesIn(before, after)
  if (found.length === 0) return null
  return found.slice(0, mostFields).map(({ path }) => pathText(path).slice(0, 300))
}

const mostFindings = 100

/** With what was found at that time. */
export function changeOf(draft: Draft, findings: readonly Finding[]): NewChange {
  const counts: Counts = { Error: 0, Warning: 0, Info: 0 }
  for (const { level } of findings) counts[level] += 1
  return { ...draft, counts, findings: findings.slice(0, mostFindings) }
}
