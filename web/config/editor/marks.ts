import type { Finding, FindingLevel, Fix } from '#shared/config/finding.ts'
import { keyOf, type ObjectRef, pathIn } from '#shared/mesh/object.ts'
import type { Manifest, Span } from './manifest.ts'
import { spanOf } from './manifest.ts'
import type { Refusal } from './validate.ts'

/** Something to be said at a place of the text. */
export interface Mark extends Span {
  level: FindingLevel
  /** `IST0101`, `WEFT0231`; of the text and the schema, where it was found. */
  code: string
  message: string
  path: string
  documentation?: string
  fix?: Fix
  evidence?: readonly string[]
}

export const refusalMarks = (
  manifest: Manifest,
  refusals: readonly Refusal[],
  say: (refusal: Refusal) => string,
): Mark[] =>
  refusals.map(refusal => ({
    ...spanOf(manifest, refusal.path),
    level: 'Error',
    code: 'schema',
    path: '',
    message: say(refusal),
  }))

/** Findings about this object, each where its path stands. */
export const findingMarks = (manifest: Manifest, object: ObjectRef, findings: readonly Finding[]): Mark[] =>
  findings
    .filter(finding => keyOf(finding.object) === keyOf(object))
    .map(({ level, code, message, path, documentation, fix, evidence }) => ({
      ...spanOf(manifest, path === undefined ? [] : (pathIn(path) ?? [])),
      level,
      code,
      message,
      path: path ?? '',
      ...(documentation === undefined ? {} : { documentation }),
      ...(fix === undefined ? {} : { fix }),
      ...(evidence === undefined ? {} : { evidence }),
    }))

/** What the server refused: its schema, CEL rules, admission. */
export const causeMarks = (
  manifest: Manifest,
  causes: readonly { path: string | null; message: string }[],
  code: string,
): Mark[] =>
  causes.map(({ path, message }) => ({
    ...spanOf(manifest, path === null ? [] : (pathIn(path) ?? [])),
    level: 'Error',
    code,
    path: path ?? '',
    message,
  }))

export const lineOf = (text: string, offset: number): number => {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}
