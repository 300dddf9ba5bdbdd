import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, Path } from '#shared/mesh/object.ts'

/** A place that both sides changed, and not to the same. Absent = the side has removed it. */
export interface MergeConflict {
  path: Path
  base?: unknown
  mine?: unknown
  theirs?: unknown
}

export interface Merged {
  /** With mine where the two are in conflict: what a hand typed is never lost. */
  value: Json
  conflicts: MergeConflict[]
  /** Places taken over from theirs. */
  taken: Path[]
}

/**
 * What a person typed and what somebody else changed meanwhile, field by field. Lists whose items both sides kept are
 * merged item by item; a list that one side made longer or shorter is one field.
 */
export function merge(base: Json, mine: Json, theirs: Json): Merged {
  const conflicts: MergeConflict[] = []
  const taken: Path[] = []
  const value = step(base, mine, theirs, [], conflicts, taken)
  return { value: isRecord(value) ? value : mine, conflicts, taken }
}

function step(
  base: unknown,
  mine: unknown,
  theirs: unknown,
  path: Path,
  conflicts: MergeConflict[],
  taken: Path[],
): unknown {
  if (isEqual(mine, theirs) || isEqual(base, theirs)) return mine
  if (isEqual(base, mine)) {
    taken.push(path)
    return theirs
  }
  if (isRecord(mine) && isRecord(theirs)) {
    const old = isRecord(base) ? base : {}
    const result: Json = {}
    for (const key of new Set([...Object.keys(mine), ...Object.keys(theirs)])) {
      const merged = step(old[key], mine[key], theirs[key], [...path, key], conflicts, taken)
      if (merged !== undefined) result[key] = merged
    }
    return result
  }
  if (Array.isArray(mine) && Array.isArray(theirs) && Array.isArray(base))
    if (mine.length === base.length && theirs.length === base.length)
      return mine.map((item: unknown, index) =>
        step(base[index], item, theirs[index], [...path, index], conflicts, taken),
      )
  conflicts.push({
    path,
    ...(base === undefined ? {} : { base }),
    ...(mine === undefined ? {} : { mine }),
    ...(theirs === undefined ? {} : { theirs }),
  })
  return mine
}

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
