import { differences, meant } from '#shared/config/change/diff.ts'
import { type OwnedField, ownedFields } from '#shared/config/ownership/fields.ts'
import { type Json, type MeshObject, type Path, pathText } from '#shared/mesh/object.ts'
import { isOurs } from '#shared/config/ownership/managers.ts'
import { valueAt } from './field-path.ts'

/** A field that the person left out and that stays all the same, because it is somebody else's. */
export interface Removal {
  path: Path
  text: string
  manager: string
  time: number | null
  theirs: unknown
}

/**
 * What server-side apply leaves in place although the manifest has it no longer. Only what was there before: a default
 * that the server adds was never removed by anybody. Paths are places in `after`.
 */
export function removalsOf(before: Json | null, manifest: Json, after: Json): Removal[] {
  if (before === null) return []
  return differences(after, manifest)
    .filter(difference => !('after' in difference))
    .map(({ path }) => path)
    .filter(path => valueAt(meant(before), path) !== undefined && valueAt(after, path) !== undefined)
    .map(path => removalOf(path, after))
}

/** The same where only some annotations are meant. */
export const annotationsLeft = (names: readonly string[], manifest: Json, after: Json): Removal[] =>
  names
    .map((name): Path => ['metadata', 'annotations', name])
    .filter(path => valueAt(manifest, path) === undefined && valueAt(after, path) !== undefined)
    .map(path => removalOf(path, after))

function removalOf(path: Path, after: Json): Removal {
  const owner = ownerOf(path, ownedFields(after, (after as unknown as MeshObject).metadata.managedFields ?? []))
  return {
    path,
    text: pathText(path),
    manager: owner?.manager ?? 'nobody',
    time: owner?.time ?? null,
    theirs: valueAt(after, path),
  }
}

/** Who owns the field, a part of it, or all of what it is a part of; ourselves last. */
export function ownerOf(path: Path, owners: readonly OwnedField[]): OwnedField | undefined {
  const touching = owners.filter(({ paths }) => paths.some(own => isWithin(own, path) || isWithin(path, own)))
  return touching.find(({ manager }) => !isOurs(manager)) ?? touching[0]
}

const isWithin = (path: Path, within: Path): boolean => within.every((step, index) => path[index] === step)

/** The object without some of its fields. */
export function without(object: Json, paths: readonly Path[]): Json {
  const copy = structuredClone(object)
  for (const path of lastFirst(paths)) {
    const parent = valueAt(copy, path.slice(0, -1))
    const last = path.at(-1)
    if (last === undefined) continue
    if (Array.isArray(parent)) parent.splice(Number(last), 1)
    else if (typeof parent === 'object' && parent !== null) Reflect.deleteProperty(parent, last)
  }
  return copy
}

export type PatchOperation = { op: 'test' | 'add' | 'remove' | 'replace'; path: string; value?: unknown }

/** RFC 6902: only if it is still this version. */
export const removalPatch = (resourceVersion: string, paths: readonly Path[]): PatchOperation[] => [
  { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
  ...lastFirst(paths).map(path => ({ op: 'remove' as const, path: pointer(path) })),
]

/** The whole wanted object as a patch of the one that is there: to try what two writes will come to. */
export function wholePatch(resourceVersion: string, before: Json, wanted: Json): PatchOperation[] {
  const fields = differences(before, wanted).map(({ path }) => path.slice(0, path[0] === 'metadata' ? 2 : 1))
  const unique = new Map(fields.map(path => [pointer(path), path]))
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
    ...[...unique].map(([path, place]): PatchOperation => {
      const value = valueAt(wanted, place)
      return value === undefined ? { op: 'remove', path } : { op: 'add', path, value }
    }),
  ]
}

/** Items of a list from its end: taking one out must not move the others that go. */
const lastFirst = (paths: readonly Path[]): Path[] =>
  [...paths].sort((a, b) => {
    for (let index = 0; index < Math.min(a.length, b.length); index++) {
      const [left, right] = [a[index], b[index]]
      if (left === right) continue
      if (typeof left === 'number' && typeof right === 'number') return right - left
      return String(left) < String(right) ? 1 : -1
    }
    return b.length - a.length
  })

const pointer = (path: Path): string =>
  path.map(step => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
