import type { ApiAnswer } from '#bff/sources/kubernetes-api.ts'
import type { Outcome } from '#shared/config/api.ts'
import { lastChange, ownedFields } from '#shared/config/ownership/fields.ts'
import { ownerOf as looksAfter } from '#shared/config/ownership/owner.ts'
import { items, record, text } from '#shared/config/world/read.ts'
import { type Json, type MeshObject, type ObjectRef, pathText } from '#shared/mesh/object.ts'
import { pathOfField, valueAt } from './field-path.ts'
import { refText } from './object.ts'
import { hidden, isSecret } from './redact.ts'
import { ownerOf, type Removal } from './removals.ts'
import type { Wish, Writing } from './writing.ts'

/** What others have a say in: fields they own, changes they made meanwhile, tools that will undo ours. */

/** Why what is there is not what the person had before their eyes; null where it is. */
export function staleness(
  ref: ObjectRef,
  before: MeshObject | null,
  expected: string | undefined,
  { versions }: Writing,
): string | null {
  const what = refText(ref)
  if (before === null)
    return expected === undefined ? null : `${what} was deleted meanwhile; apply it as a new object, or discard it.`
  versions.remember(before)
  if (expected === undefined) return `There is a ${what} already; open it and merge, or choose another name.`
  if (versions.isSame(before, expected)) return null
  const change = lastChange(before.metadata.managedFields ?? [])
  const by = change === null ? '' : ` by ${change.manager}`
  return `${what} was changed${by} meanwhile; merge that change and apply again.`
}

/** A tool that keeps an object as its source says will undo a change made here: whoever makes it says why. */
export function needsReason(ref: ObjectRef, before: MeshObject | null, { dryRun, reason }: Writing): string | null {
  if (dryRun || before === null || (reason ?? '').trim() !== '') return null
  const owner = looksAfter(before)
  return owner.isGitOps
    ? `${refText(ref)} is looked after by ${owner.kind === 'argocd' ? 'Argo CD' : 'Flux'} (${owner.name}), which will undo a change made here: change its source, or give a reason.`
    : null
}

/** Fields of the manifest that others own with other values. */
export function conflictsIn({ status, json }: ApiAnswer, ours: Json, before: MeshObject): Outcome['conflicts'] {
  if (status !== 409) return []
  const owners = ownedFields(before as Json, before.metadata.managedFields ?? [])
  const isHidden = isSecret(ours)
  return items(record(json?.['details'])['causes'])
    .filter(cause => text(cause['reason']) === 'FieldManagerConflict')
    .map(cause => {
      const path = pathOfField(text(cause['field']), ours, before)
      const named = /conflict with "((?:[^"\\]|\\.)*)"/.exec(text(cause['message']))?.[1]
      const owner = owners.find(each => each.manager === named && ownerOf(path, [each])) ?? ownerOf(path, owners)
      const [mine, theirs] = [valueAt(ours, path), valueAt(before, path)]
      return {
        path: pathText(path),
        manager: named ?? owner?.manager ?? 'unknown',
        time: owner?.time ?? null,
        kind: 'change' as const,
        ...(theirs === undefined ? {} : { theirs: isHidden ? hidden : theirs }),
        ...(mine === undefined ? {} : { ours: isHidden ? hidden : mine }),
      }
    })
}

/** Removals that nobody has ticked. */
export const leftIn = (removals: readonly Removal[], { take }: Wish, applied: Json): Outcome['conflicts'] =>
  removals
    .filter(removal => !take.includes(removal.text))
    .map(({ text: path, manager: owner, time, theirs }) => ({
      path,
      manager: owner,
      time,
      kind: 'remove' as const,
      theirs: isSecret(applied) ? hidden : theirs,
    }))
