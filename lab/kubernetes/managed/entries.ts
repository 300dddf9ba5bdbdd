import { canonicalText, type Fields, isEqual, isFields, listOf, textOf } from '#lab/kubernetes/value.ts'
import type { FieldError } from '#lab/kubernetes/api/status.ts'
import { type FieldSet, isEmpty, isSame, readFieldSet, sorted, union } from './field-set.ts'

/** Who writes: an applier is the same whatever version it applies in, an updater is another one in each. */
export interface Manager {
  manager: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  /** '' for the object itself. */
  subresource: string
}

/** What one manager has said of an object: an entry of `metadata.managedFields`. */
export interface Entry extends Manager {
  time: string | undefined
  fields: FieldSet
}

export const isSameManager = (a: Manager, b: Manager): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion)

/** Equal but for the times. */
export function isSameManaged(a: readonly Entry[] | null, b: readonly Entry[] | null): boolean {
  if (a === null || b === null) return a === b
  return (
    a.length === b.length &&
    a.every(entry => {
      const other = b.find(candidate => isSameManager(candidate, entry))
      return other !== undefined && other.apiVersion === entry.apiVersion && isSame(other.fields, entry.fields)
    })
  )
}

/** Reads `metadata.managedFields`; undefined where it holds something that is no entry. */
export function readEntries(value: unknown): Entry[] | undefined {
  if (!Array.isArray(value)) return undefined
  const entries: Entry[] = []
  for (const item of value as unknown[]) {
    const fields = isFields(item) ? readFieldSet(item['fieldsV1'] ?? {}) : undefined
    if (!isFields(item) || fields === undefined) return undefined
    const { manager, operation, apiVersion, subresource, time } = item
    if (operation !== 'Apply' && operation !== 'Update') return undefined
    entries.push({
      manager: textOf(manager),
      operation,
      apiVersion: textOf(apiVersion),
      subresource: textOf(subresource),
      time: typeof time === 'string' ? time : undefined,
      fields,
    })
  }
  return entries
}

/** One empty entry: the client asks that nobody shall be known to own anything. */
export const isReset = (value: unknown): boolean => isEqual(value, [{}])

/** What may not be sent as `metadata.managedFields`. */
export function entryErrors(value: unknown): FieldError[] {
  return listOf(value).flatMap((item): FieldError[] => {
    if (Object.keys(item).length === 0) return []
    const { operation, fieldsType } = item
    const wrong = (field: string, found: unknown, detail: string): FieldError => ({
      field: `metadata.managedFields.${field}`,
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(found ?? '')}: ${detail}`,
    })
    return [
      ...(operation === 'Apply' || operation === 'Update'
        ? []
        : [wrong('operation', operation, 'must be `Apply` or `Update`')]),
      ...(fieldsType === undefined || fieldsType === '' || fieldsType === 'FieldsV1'
        ? []
        : [wrong('fieldsType', fieldsType, 'must be `FieldsV1`')]),
    ]
  })
}

/** As the server writes them: appliers first, the older before the newer; who owns nothing is left out. */
export function writeEntries(entries: readonly Entry[]): Fields[] {
  return capped(entries.filter(entry => !isEmpty(entry.fields)))
    .toSorted((a, b) => compareText(orderOf(a), orderOf(b)))
    .map(({ manager, operation, apiVersion, subresource, time, fields }) => ({
      apiVersion,
      fieldsType: 'FieldsV1',
      fieldsV1: sorted(fields),
      manager,
      operation,
      ...(subresource === '' ? {} : { subresource }),
      ...(time === undefined ? {} : { time }),
    }))
}

const orderOf = (entry: Entry): string =>
  [entry.operation, entry.time ?? '', entry.manager, entry.apiVersion, entry.subresource].join(' ')
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** More updaters than this are not told apart: the oldest become one. */
const mostUpdaters = 10
const ancient = 'ancient-changes'

function capped(entries: readonly Entry[]): readonly Entry[] {
  const updaters = entries.filter(entry => entry.operation === 'Update')
  const tooMany = updaters.length - mostUpdaters
  if (tooMany <= 0) return entries
  const oldest = updaters.toSorted((a, b) => compareText(orderOf(a), orderOf(b))).slice(0, tooMany + 1)
  const buckets = new Map<string, Entry>()
  for (const entry of oldest) {
    const bucket = buckets.get(entry.apiVersion)
    buckets.set(entry.apiVersion, {
      ...entry,
      manager: ancient,
      subresource: '',
      fields: bucket ? union(bucket.fields, entry.fields) : entry.fields,
    })
  }
  return [...entries.filter(entry => !oldest.includes(entry)), ...buckets.values()]
}

/** A manager in the order in which the server tells of several. */
export const identityOf = ({ manager, operation, apiVersion, subresource }: Manager): string =>
  canonicalText([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource])
