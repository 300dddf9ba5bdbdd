import type { KubeObject } from '#lab/contract.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import { type Fields, fieldsOf, isFields } from '#lab/kubernetes/value.ts'
import { type Entry, isReset, isSameManager, type Manager, readEntries, writeEntries } from './entries.ts'
import { difference, type FieldSet, intersection, isEmpty, none, union } from './field-set.ts'
import { allFieldsIn, compare } from './fields.ts'
import { afterUpdate, ownable, servers } from './own.ts'
import type { Shape } from './shape.ts'
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

const revision = 'deployment.kubernetes.io/revision'

/** What the lab brought is its author's, but for what controllers tell. Built in one go: lists hold thousands of these. */
function assumed(kind: Kind, object: KubeObject): Entry[] {
  const shape = shapeOf(kind, kind.storage)
  const { author, reporter } = parted(kind, object)
  return [
    { ...authorOf(kind, object), time: object.metadata.creationTimestamp, fields: writtenIn(kind, shape, author) },
    { ...reporterOf(kind), time: timeOfStatus(object), fields: writtenIn(kind, shape, reporter) },
  ].filter(entry => !isEmpty(entry.fields))
}

/** What somebody wrote who wrote all of this. */
function writtenIn(kind: Kind, shape: Shape, object: Fields): FieldSet {
  const { added, modified } = compare(shape, bareOf(kind), object)
  return union(added, modified)
}

/** An object without what only the server writes, parted in what its author wrote and what controllers told. */
function parted(kind: Kind, object: KubeObject): { author: Fields; reporter: Fields } {
  const { apiVersion: _, kind: __, metadata: given, status, ...rest } = object
  const metadata: Fields = {}
  for (const name in given) if (!servers.has(name)) metadata[name] = given[name]
  const told: Fields = kind.status && status !== undefined && Object.keys(status).length > 0 ? { status } : {}
  const author = { metadata, ...rest, ...(kind.status || status === undefined ? {} : { status }) }
  const { [revision]: turn, ...annotations } = given.annotations ?? {}
  if (kind.kind !== 'Deployment' || turn === undefined) return { author, reporter: told }
  if (Object.keys(annotations).length > 0) metadata['annotations'] = annotations
  else delete metadata['annotations']
  return { author, reporter: { metadata: { annotations: { [revision]: turn } }, ...told } }
}

/** Stored entries, as controllers have left them: without what is gone, with the status that they told since. */
function settled(kind: Kind, object: KubeObject, entries: readonly Entry[]): Entry[] {
  const shape = shapeOf(kind, kind.storage)
  const present = allFieldsIn(shape, object)
  const living = entries
    .map(entry => ({ ...entry, fields: intersection(entry.fields, present) }))
    .filter(entry => !isEmpty(entry.fields))
  const owned = living.reduce((all, entry) => union(all, entry.fields), none)
  const told = difference(writtenIn(kind, shape, parted(kind, object).reporter), owned)
  if (isEmpty(told)) return living
  const reporter = reporterOf(kind)
  const known = living.find(entry => isSameManager(entry, reporter))
  const entry: Entry = { ...reporter, time: timeOfStatus(object), fields: union(known?.fields ?? none, told) }
  return [...living.filter(other => other !== known), entry]
}

/**
 * Kinds of which there may be tens of thousands, all written by controllers: shown with managers only where clients wrote.
 * For ten thousand pods they would be a second of work and as many bytes again as the pods.
 */
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
  const before = { manager: 'before-first-apply', operation: 'Update', subresource: '' } as const
  const fields = ownable(writtenIn(kind, shapeOf(kind, version), plain(object)))
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
