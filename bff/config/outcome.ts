import type { ApiAnswer } from '#bff/sources/kubernetes-api.ts'
import { SourceError } from '#bff/sources/source.ts'
import type { Outcome } from '#shared/config/api.ts'
import { differences } from '#shared/config/change/diff.ts'
import { type Json, type MeshObject, type ObjectRef, type Path, pathText } from '#shared/mesh/object.ts'
import { refText } from './object.ts'
import { hidden, isSecret, redacted } from './redact.ts'
import { refused } from './refused.ts'
import type { Place, Writing } from './writing.ts'

/** What became of one object, told as the page is told it. */

/** Of an object that is not to be: nothing was asked of the server. */
export const outcomeOf = (object: ObjectRef, result: Outcome['result'], rest: Partial<Outcome> = {}): Outcome => ({
  object,
  result,
  because: null,
  causes: [],
  conflicts: [],
  warnings: [],
  diff: [],
  before: null,
  after: null,
  resourceVersion: null,
  ...rest,
})

/** Every outcome that lets a change go on. */
export const isGood = ({ result }: Outcome): boolean =>
  result === 'created' || result === 'applied' || result === 'unchanged' || result === 'deleted'

/** What is left when the server did not answer. */
export function unanswered(ref: ObjectRef, error: unknown, dryRun: boolean): Outcome {
  if (!(error instanceof SourceError)) throw error
  const known = dryRun
    ? 'Nothing was written.'
    : `Whether ${refText(ref)} was written is not known; look at it before trying again.`
  return outcomeOf(ref, 'failed', { because: `${error.message} ${known}` })
}

export function yes(
  ref: ObjectRef,
  before: MeshObject | null,
  answer: ApiAnswer,
  conflicts: Outcome['conflicts'],
  { dryRun, versions }: Writing,
): Outcome {
  const after = answer.json as unknown as MeshObject
  if (!dryRun) versions.remember(after)
  const isHidden = isSecret(after as Json)
  const diff = differences(before as Json | null, after as Json).map(({ path, ...values }) => {
    const told = isHidden
      ? Object.fromEntries(Object.entries(values).map(([key, it]) => [key, veiled(path, it)]))
      : values
    return { path: pathText(path), ...told }
  })
  return outcomeOf(ref, before === null ? 'created' : diff.length === 0 ? 'unchanged' : 'applied', {
    conflicts,
    warnings: answer.warnings,
    diff,
    before: before && shown(before),
    after: shown(after),
    resourceVersion: after.metadata.resourceVersion ?? null,
  })
}

/** A part of a Secret as it may be shown: that what it holds is another, and not what. */
function veiled(path: Path, value: unknown): unknown {
  if (path.length === 0) return redacted(value as Json)
  return path[0] === 'data' || path[0] === 'stringData' ? hidden : value
}

export function no(
  answer: ApiAnswer,
  { ref, resource }: Place,
  { client }: Writing,
  verb: 'get' | 'create' | 'patch' | 'delete',
  before: MeshObject | null,
): Outcome {
  const { result, because, causes } = refused(answer, { ref, resource, user: client.user, verb })
  return outcomeOf(ref, result, { because, causes, warnings: answer.warnings, before: before && shown(before) })
}

/** An object as pages show it. */
export function shown(object: MeshObject): Json {
  const { managedFields: _, ...metadata } = object.metadata
  return redacted({ ...object, metadata })
}
