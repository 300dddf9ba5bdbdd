import type { MergeConflict } from '#shared/config/change/merge.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, ObjectRef, Path } from '#shared/mesh/object.ts'
import { bring, type Draft, takeTheirs, textOfObject, versionOf } from './draft.ts'

/** What lies before a person: the cluster's object, what was typed over it, and where the two disagree. */
export interface Desk {
  object: ObjectRef
  /** As the cluster has it now; null: there is none. */
  theirs: Json | null
  /** Null: nothing typed, the text is the cluster's. */
  draft: Draft | null
  conflicts: readonly MergeConflict[]
  /** Places that came from somebody else into what was typed, since it was last said. */
  taken: readonly Path[]
  /** Somebody changed the object, and what is typed cannot be read just now: the merge waits. */
  isWaiting: boolean
}

export type Event =
  | { kind: 'typed'; text: string; at: number }
  /** The cluster's object, whenever it is read; null once it is gone. */
  | { kind: 'told'; theirs: Json | null }
  /** A draft that was kept from before. */
  | { kind: 'recalled'; draft: Draft }
  /** Typed, discarded or applied (null) in another tab, at this time. */
  | { kind: 'elsewhere'; draft: Draft | null; at: number }
  | { kind: 'decided'; conflict: MergeConflict; for: 'mine' | 'theirs'; at: number }
  | { kind: 'seen' }
  | { kind: 'discarded' }
  /** It was written: what was typed is the cluster's now. */
  | { kind: 'applied'; theirs: Json | null; text: string }

export const emptyDesk = (object: ObjectRef, theirs: Json | null): Desk => ({
  object,
  theirs,
  draft: null,
  conflicts: [],
  taken: [],
  isWaiting: false,
})

export const textOn = (desk: Desk): string =>
  desk.draft?.text ?? (desk.theirs === null ? '' : textOfObject(desk.theirs))

export function step(desk: Desk, event: Event): Desk {
  switch (event.kind) {
    case 'typed':
      return inStep(typed(desk, event.text, event.at))
    case 'told':
      return inStep({ ...desk, theirs: event.theirs })
    case 'recalled':
      // What a hand has typed since the page opened is newer than what was kept.
      return desk.draft === null ? inStep({ ...desk, draft: event.draft }) : desk
    case 'elsewhere':
      // One person types in one tab at a time: what was typed last is the draft, in every tab.
      if (desk.draft !== null && desk.draft.typedAt >= event.at) return desk
      return event.draft === null ? emptyDesk(desk.object, desk.theirs) : inStep({ ...desk, draft: event.draft })
    case 'decided': {
      const conflicts = desk.conflicts.filter(each => !isEqual(each.path, event.conflict.path))
      if (event.for === 'mine') return { ...desk, conflicts }
      const text = takeTheirs(textOn(desk), event.conflict)
      return text === null ? desk : { ...typed(desk, text, event.at), conflicts }
    }
    case 'seen':
      return { ...desk, taken: [] }
    case 'discarded':
      return emptyDesk(desk.object, desk.theirs)
    case 'applied': {
      const next = { ...emptyDesk(desk.object, event.theirs) }
      // What was typed while the server wrote stays a draft, on top of what it wrote.
      return desk.draft === null || desk.draft.text === event.text
        ? next
        : { ...next, draft: { ...desk.draft, base: event.theirs } }
    }
  }
}

function typed(desk: Desk, text: string, at: number): Desk {
  const base = desk.draft === null ? desk.theirs : desk.draft.base
  const isAsItWas = desk.theirs !== null && !desk.isWaiting && text === textOfObject(desk.theirs)
  return isAsItWas
    ? { ...desk, draft: null, conflicts: [] }
    : { ...desk, draft: { object: desk.object, text, base, typedAt: at } }
}

/** Brings what was typed in step with the cluster, if that has moved and the text can be read. */
function inStep(desk: Desk): Desk {
  const { draft, theirs } = desk
  if (draft === null || theirs === null || versionOf(draft.base) === versionOf(theirs))
    return { ...desk, isWaiting: false }
  const brought = bring(draft, theirs)
  if (brought === null) return { ...desk, isWaiting: true }
  const isNew = (path: Path) => !brought.conflicts.some(each => isEqual(each.path, path))
  return {
    ...desk,
    draft: brought.draft.text === textOfObject(theirs) ? null : brought.draft,
    conflicts: [...desk.conflicts.filter(({ path }) => isNew(path)), ...brought.conflicts],
    taken: [...desk.taken, ...brought.taken],
    isWaiting: false,
  }
}
