import type { Value } from './database.ts'
import type { ChangeFilter } from './store.ts'

/** Who a change is told of, as SQL; the page says the same of an entry. */
export const authorOf = "coalesce(notes.author, changes.manager, 'unknown')"

const through = "(notes.author IS NOT NULL OR coalesce(changes.manager, '') IN ('weft', 'weft-annotations'))"

const told = ['changes.object', 'changes.manager', 'notes.author', 'notes.reason', 'changes.fields']
  .map(column => `coalesce(${column}, '')`)
  .join(" || ' ' || ")

/** A filter as conditions, each with its values. */
export function holding(filter: ChangeFilter, isOneOf: (column: string) => string): [string, ...Value[]][] {
  const { authors, kinds, changes, isThroughWeft, words = [], since, until } = filter
  const parts: [string, ...Value[]][] = []
  if (authors) parts.push([isOneOf(authorOf), JSON.stringify(authors.map(storable))])
  if (kinds) {
    // A place begins with its group and kind; which of them can hold no slash.
    const begin = kinds.map(({ group, kind }) => storable(`${group}/${kind}/`))
    const any = begin.map(text => `substr(changes.place, 1, ${Array.from(text).length}) = ?`)
    parts.push([any.length === 0 ? '1 = 0' : `(${any.join(' OR ')})`, ...begin])
  }
  if (changes) parts.push([isOneOf('changes.kind'), JSON.stringify(changes)])
  if (isThroughWeft !== undefined) parts.push([isThroughWeft ? through : `NOT ${through}`])
  for (const word of words)
    parts.push([`lower(${told}) LIKE ? ESCAPE '!'`, `%${escaped(storable(word).toLowerCase())}%`])
  if (since !== undefined) parts.push(['changes.at >= ?', Math.trunc(since)])
  if (until !== undefined) parts.push(['changes.at < ?', Math.trunc(until)])
  return parts
}

/** PostgreSQL's texts hold any character but this one. */
export const storable = (text: string): string => text.replaceAll('\0', '')

const escaped = (word: string): string => word.replaceAll(/[!%_]/g, '!$&')
