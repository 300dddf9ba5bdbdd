import type { Edit } from '#shared/config/finding.ts'

/** What a value is after edits, one after the other. The value itself stays as it was. */
export const edited = <T>(value: T, edits: readonly Edit[]): T =>
  edits.reduce<unknown>((current, edit) => at(current, edit.path, edit), value) as T

function at(value: unknown, path: readonly (string | number)[], edit: Edit): unknown {
  const [step, ...rest] = path
  if (step === undefined) return edit.value
  const isLast = rest.length === 0
  if (typeof step === 'number') {
    const list: unknown[] = Array.isArray(value) ? (value as unknown[]) : []
    if (isLast && edit.op === 'insert') return list.toSpliced(step, 0, edit.value)
    if (isLast && edit.op === 'remove') return list.toSpliced(step, 1)
    if (isLast && edit.op === 'move')
      return step < list.length ? list.toSpliced(step, 1).toSpliced(Number(edit.value), 0, list[step]) : list
    if (edit.op !== 'set' && edit.op !== 'insert' && step >= list.length) return list
    const copy = [...list]
    copy[step] = at(list[step], rest, edit)
    return copy
  }
  const known = typeof value === 'object' && value !== null && !Array.isArray(value)
  const record: Record<string, unknown> = known ? { ...value } : {}
  if (edit.op === 'remove' && (isLast || !Object.hasOwn(record, step)))
    return Object.fromEntries(Object.entries(record).filter(([key]) => key !== step))
  if (edit.op === 'rename' && (isLast || !Object.hasOwn(record, step)))
    return Object.fromEntries(
      Object.entries(record).map(([key, each]) => [key === step ? String(edit.value) : key, each]),
    )
  if (edit.op === 'move' && !Object.hasOwn(record, step)) return record
  // defineProperty: a key called __proto__ is a key like any other.
  Object.defineProperty(record, step, {
    value: at(record[step], rest, edit),
    enumerable: true,
    configurable: true,
    writable: true,
  })
  return record
}
