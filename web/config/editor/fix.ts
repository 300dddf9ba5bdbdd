import type { Fix } from '#shared/config/finding.ts'
import type { Owner } from '#shared/config/owner.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json, ObjectRef } from '#shared/mesh/object.ts'
import { type Wanted, wantedOf } from './change.ts'
import { textOfObject } from './draft.ts'
import { edit } from './edit.ts'
import { read } from './manifest.ts'

export type FixEdits = Fix['edits'][number]

/** What a fix makes of the text, and what it does to objects that are not in it. */
export interface FixParts {
  /** The text as it is where the fix is all about others; null: the text, or the place in it, is not there any more. */
  after: string | null
  others: FixEdits[]
}

export function partsOf({ edits }: Fix, text: string, named: readonly ObjectRef[]): FixParts {
  let after: string | null = text
  const others: FixEdits[] = []
  for (const each of edits) {
    const which = named.findIndex(ref => isEqual(ref, each.object))
    if (which < 0) others.push(each)
    else if (after !== null) after = edit(after, each.edits, which)
  }
  return { after, others }
}

/** An object beside the text, as a fix would have it. */
export interface OtherChange {
  object: ObjectRef
  theirs: Json
  owner: Owner | null
  before: string
  after: string
  manifest: Json
}

/** Null: it is not as the fix found it. */
export function otherChange({ object, edits }: FixEdits, theirs: Json, owner: Owner | null): OtherChange | null {
  const before = textOfObject(theirs)
  const after = edit(before, edits)
  const manifest = after === null ? undefined : read(after).manifests[0]?.value
  return after === null || manifest === undefined ? null : { object, theirs, owner, before, after, manifest }
}

/** One change of everything a fix touches: what stands in the text first. */
export function wantedByFix(own: readonly Json[], base: Json | null, others: readonly OtherChange[]): Wanted {
  const beside = others.flatMap(({ manifest, theirs }) => wantedOf([manifest], theirs).apply)
  return { apply: [...wantedOf(own, base).apply, ...beside], delete: [] }
}

/** Whoever is GitOps' has to be asked why. */
export const ownerOfAll = (own: Owner | null, others: readonly OtherChange[]): Owner | null =>
  [own, ...others.map(({ owner }) => owner)].find(owner => owner?.isGitOps === true) ?? own
