import { meant } from '#shared/config/change/diff.ts'
import { editsBetween } from '#shared/config/change/edits-between.ts'
import type { Written } from '#shared/config/intents/written.ts'
import { type Draft, textOfObject } from '#web/config/editor/draft.ts'
import { edit } from '#web/config/editor/edit.ts'

/**
 * A task's change as a draft of the object: in the text that a hand has typed already, where there is one, so that its
 * comments and all else it says stay. Null: that text cannot be read just now.
 */
export function draftWith({ object, before, after }: Written, draft: Draft | null, now: number): Draft | null {
  if (before === null || after === null) return null
  const text = edit(draft?.text ?? textOfObject(before), editsBetween(meant(before), meant(after)))
  return text === null ? null : { object, text, base: draft === null ? before : draft.base, typedAt: now }
}
