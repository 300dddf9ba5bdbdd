import type { KubeObject } from '#lab/contract.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import { type Fields, fieldsOf, isFields } from '#lab/kubernetes/value.ts'
import { type Entry, isReset, isSameManager, type Manager, readEntries, writeEntries } from './entries.ts'
import { difference, type FieldSet, intersection, isEmpty, leaf, none, under, union } from './field-set.ts'
import { allFieldsIn, compare, fieldsIn } from './fields.ts'
import { afterUpdate, ownable } from './own.ts'
import { shapeOf } from './shapes.ts'
import { authorOf, bareOf, reporterOf, timeOfStatus } from './system.ts'

/**
 * Who owns what of an object. Objects that the lab brings and what its controllers write carry no `managedFields` in the
 * store: they are worked out from the object when somebody asks. So a controller pays nothing for a status, and ten
 * thousand pods hold none. What clients write is stored with them.
 */
export function entriesOf(kind: Kind, object: KubeObject): Entry[] | null {
  const stored = object.metadata['managedFields']
  if (!Array.isArray(stored)) return assumed(kind, object)
  // Reset by a client: nobody is known to own anything until somebody applies.
  if (stored.length === 0) return null
  return settled(kind, object, readEntries(stored) ?? [])
}

const statusItself: FieldSet = { 'f:status': leaf }
const revision: FieldSet = {
  'f:metadata': { 'f:annotations': { 'f:deployment.kubernetes.io/revision': leaf } },
}

function assumed(kind: Kind, object: KubeObject): Entry[] {
  const { added, modified } = compare(shapeOf(kind, kind.storage), bareOf(kind), object)
  const all = ownable(union(added, modified))
  const told = reported(kind, all)
  return [
    {
      ...authorOf(kind, object),
      time: object.metadata.creationTimestamp,
      fields: difference(all, union(told, statusItself)),
    },
    { ...reporterOf(kind), time: timeOfStatus(object), fields: told },
  ].filter(entry => !isEmpty(entry.fields))
}

/** What of a set controllers write. */
function reported(kind: Kind, all: FieldSet): FieldSet {
  const said = under(all, 'f:status')
  const status = kind.status && !isEmpty(said) ? { 'f:status': said } : none
  return kind.kind === 'Deployment' ? union(status, intersection(all, revision)) : status
}

/** Stored entries, as controllers have left them: without what is gone, with the status that they told since. */
function settled(kind: Kind, object: KubeObject, entries: readonly Entry[]): Entry[] {
  const shape = shapeOf(kind, kind.storage)
  const present = allFieldsIn(shape, object)
  const living = entries
    .map(entry => ({ ...entry, fields: intersection(entry.fields, present) }))
    .filter(entry => !isEmpty(entry.fields))
  const owned = living.reduce((all, entry) => union(all, entry.fields), none)
  const told = difference(reported(kind, ownable(fieldsIn(shape, object))), owned)
  if (isEmpty(told)) return living
  const reporter = reporterOf(kind)
  const known = living.find(entry => isSameManager(entry, reporter))
  const entry: Entry = { ...reporter, time: timeOfStatus(object), fields: union(known?.fields ?? none, told) }
  return [...living.filter(other => other !== known), entry]
}

/** Kinds of which there may be tens of thousands, all written by controllers: shown with managers only where clients wrote. */
const crowds = new Set([
  'pods',
  'events',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'replicasets.apps',
  'controllerrevisions.apps',
])

/** The object as it is shown. */
export function withManagers(kind: Kind, object: KubeObject): KubeObject {
  if (crowds.has(kind.name) && object.metadata['managedFields'] === undefined) return object
  const shown = withEntries(object, entriesOf(kind, object))
  return (shown.metadata['managedFields'] as unknown[]).length === 0 ? plain(shown) : shown
}

/** The object as it is stored. */
export function withEntries<T extends Fields>(object: T, entries: readonly Entry[] | null): T {
  return { ...object, metadata: { ...fieldsOf(object['metadata']), managedFields: writeEntries(entries ?? []) } }
}

/** The owners that an apply meets: where nobody is known, all there is belongs to those before it. */
export function entriesBeforeApply(kind: Kind, version: string, object: KubeObject): Entry[] {
  const entries = entriesOf(kind, object)
  if (entries && entries.length > 0) return entries
  const { added, modified } = compare(shapeOf(kind, version), bareOf(kind), plain(object))
  const before = { manager: 'before-first-apply', operation: 'Update', subresource: '' } as const
  const fields = ownable(union(added, modified))
  return [{ ...before, apiVersion: object.apiVersion, time: undefined, fields }]
}

/** Who owns what of a new object. */
export function entriesOfNew(kind: Kind, version: string, object: Fields, me: Manager, time: string): Entry[] | null {
  const given = fieldsOf(object['metadata'])['managedFields']
  const entries = isReset(given) ? [] : (readEntries(given) ?? [])
  return afterUpdate(entries, me, compare(shapeOf(kind, version), bareOf(kind), plain(object)), time)
}

/**
 * Who owns what after a write that was no apply. `given` is the list that the client sent along, if any: clients may
 * hand ownership on or, with one empty entry, take it from everybody. An empty list changes nothing, so that clients
 * that know nothing of managed fields lose none.
 */
export function entriesAfter(
  kind: Kind,
  version: string,
  write: { before: KubeObject; after: Fields; given: unknown; me: Manager; time: string },
): Entry[] | null {
  const { before, after, given, me, time } = write
  if (me.subresource === '' && isReset(given)) return null
  const sent = me.subresource === '' ? readEntries(given) : undefined
  const entries = sent && sent.length > 0 ? sent : entriesOf(kind, before)
  if (entries === null) return null
  return afterUpdate(entries, me, compare(shapeOf(kind, version), plain(before), plain(after)), time)
}

/** Without what says who owns it. */
export function plain<T extends Fields>(object: T): T {
  const { metadata } = object
  if (!isFields(metadata) || !('managedFields' in metadata)) return object
  const { managedFields: _, ...rest } = metadata
  return { ...object, metadata: rest }
}
