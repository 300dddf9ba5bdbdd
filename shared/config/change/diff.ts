import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, Path } from '#shared/mesh/object.ts'
import { align } from './align.ts'

/** One place where two objects differ; `before` or `after` is absent where the place is new or gone. */
export interface Difference {
  path: Path
  before?: unknown
  after?: unknown
}

/** What the server keeps for itself: it changes with every write and says nothing of what people want. */
const bookkeeping = new Set([
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
  'deletionGracePeriodSeconds',
])
/** A copy of the object in an annotation: told by the fields themselves. */
const copies = new Set(['kubectl.kubernetes.io/last-applied-configuration'])

/** An object as people mean it: without status and the server's own bookkeeping. */
export function meant(object: Json): Json {
  const { status: _, metadata, ...rest } = object
  const own = Object.fromEntries(Object.entries((metadata ?? {}) as Json).filter(([key]) => !bookkeeping.has(key)))
  const annotations = own['annotations']
  if (typeof annotations === 'object' && annotations !== null) {
    const kept = Object.entries(annotations).filter(([key]) => !copies.has(key))
    if (kept.length > 0) own['annotations'] = Object.fromEntries(kept)
    else delete own['annotations']
  }
  return { ...rest, metadata: own }
}

/** Differences of what two objects mean, in the order of the newer one. Null: there is no object. */
export function differences(before: Json | null, after: Json | null): Difference[] {
  const found: Difference[] = []
  walk(before === null ? undefined : meant(before), after === null ? undefined : meant(after), [], found)
  return found
}

function walk(before: unknown, after: unknown, path: Path, found: Difference[]): void {
  if (isEqual(before, after)) return
  if (Array.isArray(before) && Array.isArray(after)) {
    for (const pair of align(before, after)) {
      const place = pair.after ?? pair.before ?? 0
      walk(
        pair.before === null ? undefined : (before[pair.before] as unknown),
        pair.after === null ? undefined : (after[pair.after] as unknown),
        [...path, place],
        found,
      )
    }
    // The same items in another order: said of the list as a whole.
    if (!found.some(difference => isWithin(difference.path, path))) found.push({ path, before, after })
    return
  }
  if (isRecord(before) && isRecord(after)) {
    const keys = [...Object.keys(after), ...Object.keys(before).filter(key => !Object.hasOwn(after, key))]
    for (const key of keys) walk(before[key], after[key], [...path, key], found)
    return
  }
  found.push({ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) })
}

const isWithin = (path: Path, within: Path): boolean => within.every((step, index) => path[index] === step)

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
