import * as z from 'zod/mini'
import { ObjectRef } from '#shared/mesh/object.ts'

/** Worst first. The words are those of Istio's own messages. */
export const FindingLevel = z.enum(['Error', 'Warning', 'Info'])
export type FindingLevel = z.infer<typeof FindingLevel>

/**
 * One change inside an object. `set` makes what is missing on the way; `insert` goes into a list before the last step of
 * the path; `move` takes an entry of a list to where `value` counts afterwards; `rename` gives a field the name `value`.
 */
export const Edit = z.object({
  op: z.enum(['set', 'remove', 'insert', 'move', 'rename']),
  path: z.array(z.union([z.string(), z.number()])),
  value: z.optional(z.unknown()),
})
export type Edit = z.infer<typeof Edit>

/** A safe way to mend what was found: one or several edits, shown as a diff before anything happens. */
export const Fix = z.object({
  /** What the button says: `Remove port 9091`. */
  title: z.string(),
  edits: z.array(z.object({ object: ObjectRef, edits: z.array(Edit) })),
})
export type Fix = z.infer<typeof Fix>

/** Something an analyzer has to say about an object. */
export const Finding = z.object({
  /** Istio's own where Istio has one (`IST0101`), else ours (`WEFT0231`). */
  code: z.string(),
  /** Istio's name of the message (`ReferencedResourceNotFound`), or ours in its manner. */
  name: z.string(),
  level: FindingLevel,
  object: ObjectRef,
  /** `spec.http[0].route[1].destination.host`; absent where it is about the object as a whole. */
  path: z.optional(z.string()),
  message: z.string(),
  /** Facts that show it: names, numbers, what was looked for and where. */
  evidence: z.optional(z.array(z.string())),
  /** Other objects it is about. */
  related: z.optional(z.array(ObjectRef)),
  documentation: z.optional(z.string()),
  fix: z.optional(Fix),
})
export type Finding = z.infer<typeof Finding>

export const findingRank: Record<FindingLevel, number> = { Error: 2, Warning: 1, Info: 0 }
