import type { FindingLevel } from '#shared/config/finding.ts'
import { findingRank } from '#shared/config/finding.ts'
import { type Path, pathIn } from '#shared/mesh/object.ts'
import type { Mark } from '#web/config/editor/marks.ts'

/** What is found, by its place in the object. */
export interface FormMark {
  level: FindingLevel
  code: string
  message: string
  path: Path
}

export const formMarks = (marks: readonly Mark[]): FormMark[] =>
  marks.flatMap(({ level, code, message, path }) => {
    const place = path === '' ? null : pathIn(path)
    return place === null ? [] : [{ level, code, message, path: place }]
  })

export const isWithin = (path: Path, above: Path): boolean =>
  path.length >= above.length && above.every((step, index) => path[index] === step)

/** What is said of a place and of all that stands inside, worst first. */
export const marksWithin = (marks: readonly FormMark[], place: Path): FormMark[] =>
  marks.filter(({ path }) => isWithin(path, place)).toSorted((a, b) => findingRank[b.level] - findingRank[a.level])

/** What is said of a place itself. */
export const marksAt = (marks: readonly FormMark[], place: Path): FormMark[] =>
  marksWithin(marks, place).filter(({ path }) => path.length === place.length)
