import { meant } from '#shared/config/change/diff.ts'
import { editsBetween } from '#shared/config/change/edits-between.ts'
import { merge, type MergeConflict } from '#shared/config/change/merge.ts'
import type { Json, ObjectRef, Path } from '#shared/mesh/object.ts'
import { edit, textOf } from './edit.ts'
import { readOne } from './manifest.ts'

/** What a hand has typed and not applied, with what it began from. */
export interface Draft {
  object: ObjectRef
  text: string
  /** The object as it was when the text was last in step with it; null: there is none yet. */
  base: Json | null
  /** Milliseconds since the epoch. */
  typedAt: number
}

/** What an object looks like in the editor: what people mean, without status and the server's bookkeeping. */
export const textOfObject = (object: Json): string => textOf(meant(object))

export const versionOf = (object: Json | null): string | undefined => {
  const metadata = object?.['metadata'] as Json | undefined
  const version = metadata?.['resourceVersion']
  return typeof version === 'string' ? version : undefined
}

export interface Brought {
  draft: Draft
  /** Places taken over from the cluster. */
  taken: Path[]
  /** Places both changed: the text keeps what was typed until somebody decides. */
  conflicts: MergeConflict[]
}

/**
 * A draft in step with what somebody else made of the object meanwhile: their fields come into the text, what was typed
 * stays. Null: the text cannot be read just now, so nothing can be merged into it.
 */
export function bring(draft: Draft, theirs: Json): Brought | null {
  const mine = readOne(draft.text).manifest?.value
  if (mine === undefined) return null
  const typed = meant(mine)
  const { value, conflicts, taken } = merge(draft.base === null ? {} : meant(draft.base), typed, meant(theirs))
  const text = edit(draft.text, editsBetween(typed, value))
  return text === null ? null : { draft: { ...draft, text, base: theirs }, conflicts, taken }
}

/** Decides a conflict for the cluster's side. */
export function takeTheirs(text: string, { path, theirs }: MergeConflict): string | null {
  const [last] = path.slice(-1)
  if (last === undefined) return text
  return edit(text, [
    theirs === undefined ? { op: 'remove', path: [...path] } : { op: 'set', path: [...path], value: theirs },
  ])
}
