import type { Finding, FindingLevel, Fix } from '#shared/config/finding.ts'
import { keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import type { Manifest, Span, Trouble } from './manifest.ts'
import { spanOf } from './manifest.ts'
import { pathOf } from './path.ts'
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

export const troubleMarks = (troubles: readonly Trouble[], say: (trouble: Trouble) => string): Mark[] =>
  troubles.map(trouble => ({
    from: trouble.from,
    to: trouble.to,
    level: 'Error',
    code: 'YAML',
    path: '',
    message: say(trouble),
  }))

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
      ...spanOf(manifest, path === undefined ? [] : (pathOf(path) ?? [])),
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
    ...spanOf(manifest, path === null ? [] : (pathOf(path) ?? [])),
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
