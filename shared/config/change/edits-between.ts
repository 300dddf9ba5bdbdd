import type { Edit } from '#shared/config/finding.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, Path } from '#shared/mesh/object.ts'

/** The fewest places that make one value of another: fields by name, lists by their common beginning and end. */
export function editsBetween(before: unknown, after: unknown, path: Path = []): Edit[] {
  if (isEqual(before, after)) return []
  if (isRecord(before) && isRecord(after)) {
    const gone = Object.keys(before).filter(key => !Object.hasOwn(after, key))
    return [
      ...Object.keys(after).flatMap(key =>
        Object.hasOwn(before, key)
          ? editsBetween(before[key], after[key], [...path, key])
          : [{ op: 'set' as const, path: [...path, key], value: after[key] }],
      ),
      ...gone.map(key => ({ op: 'remove' as const, path: [...path, key] })),
    ]
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length > 0 && after.length > 0)
    return editsOfLists(before, after, path)
  return [{ op: 'set', path: [...path], value: after }]
}

function editsOfLists(before: unknown[], after: unknown[], path: Path): Edit[] {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && isEqual(before[head], after[head])) head++
  let tail = 0
  while (tail < shorter - head && isEqual(before.at(-1 - tail), after.at(-1 - tail))) tail++
  const [was, is] = [before.length - head - tail, after.length - head - tail]
  const both = Math.min(was, is)
  const edits: Edit[] = []
  for (let index = head; index < head + both; index++)
    edits.push(...editsBetween(before[index], after[index], [...path, index]))
  for (let index = head + both; index < head + is; index++)
    edits.push({ op: 'insert', path: [...path, index], value: after[index] })
  for (let index = head + was - 1; index >= head + both; index--) edits.push({ op: 'remove', path: [...path, index] })
  return edits
}

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
