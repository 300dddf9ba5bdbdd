import type * as z from 'zod/mini'
import type { applyChange, Outcome } from '#shared/config/api.ts'
import { meant } from '#shared/config/change/diff.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { groupOf, type Json, keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { versionOf } from './draft.ts'

export type ApplyBody = z.infer<(typeof applyChange)['body']>
export type ApplyReply = z.infer<(typeof applyChange)['reply']>

/** What a person wants done, before anything is ticked. */
export interface Wanted {
  /** `annotations`: those alone are meant. */
  apply: { manifest: Json; resourceVersion?: string; annotations?: string[] }[]
  delete: { object: ObjectRef; resourceVersion?: string }[]
}

/** The manifest as it is applied: without status and the server's bookkeeping. */
export function wantedOf(manifests: readonly Json[], base: Json | null): Wanted {
  const resourceVersion = versionOf(base)
  return {
    apply: manifests.map(manifest => ({
      manifest: meant(manifest),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    })),
    delete: [],
  }
}

/** A field of others that is taken over: of two objects that have the same one, of this. */
export interface Taken {
  object: ObjectRef
  path: string
}

export const isSame = (one: Taken, other: Taken): boolean =>
  one.path === other.path && keyOf(one.object) === keyOf(other.object)

export const bodyOf = (wanted: Wanted, take: readonly Taken[], dryRun: boolean, reason: string): ApplyBody => ({
  apply: wanted.apply.map(each => ({
    ...each,
    take: take.flatMap(({ object, path }) => (keyOf(object) === keyOf(namedBy(each.manifest)) ? [path] : [])),
  })),
  delete: wanted.delete,
  dryRun,
  ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
})

const succeeded = new Set<Outcome['result']>(['created', 'applied', 'deleted'])

/** The change that takes back what was done, in the opposite order; null: nothing was. */
export function inverseOf(outcomes: readonly Outcome[]): Wanted | null {
  const done = outcomes.filter(({ result }) => succeeded.has(result)).toReversed()
  const inverse: Wanted = { apply: [], delete: [] }
  for (const { object, result, before, resourceVersion, annotations } of done) {
    const version = resourceVersion === null ? {} : { resourceVersion }
    if (result === 'created') inverse.delete.push({ object, ...version })
    else if (before !== null)
      inverse.apply.push({
        manifest: meant(before),
        ...(result === 'deleted' ? {} : version),
        ...(annotations && { annotations }),
      })
  }
  return inverse.apply.length + inverse.delete.length === 0 ? null : inverse
}

/** Whom a manifest names. */
export function namedBy(value: Json): ObjectRef {
  const metadata = (
    typeof value['metadata'] === 'object' && value['metadata'] !== null ? value['metadata'] : {}
  ) as Json
  const text = (field: unknown) => (typeof field === 'string' ? field : '')
  return {
    group: groupOf(text(value['apiVersion'])),
    kind: text(value['kind']),
    namespace: text(metadata['namespace']),
    name: text(metadata['name']),
  }
}

/** A merge patch (RFC 7386) that names its object, so that it also serves as a patch of Kustomize. */
export function patchOf(before: Json | null, after: Json): Json {
  if (before === null) return meant(after)
  const [was, is] = [meant(before), meant(after)]
  const { apiVersion, kind } = is
  const { name, namespace } = is['metadata'] as Json
  const { metadata, ...rest } = mergePatch(was, is) as Json
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...((metadata ?? {}) as Json) },
    ...rest,
  }
}

export function mergePatch(before: unknown, after: unknown): unknown {
  if (!isRecord(before) || !isRecord(after)) return after
  const patch: Json = {}
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) patch[key] = null
  for (const [key, value] of Object.entries(after))
    if (!isEqual(before[key], value)) patch[key] = Object.hasOwn(before, key) ? mergePatch(before[key], value) : value
  return patch
}

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
