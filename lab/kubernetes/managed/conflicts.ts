import { StatusError } from '#lab/kubernetes/api/status.ts'
import { type Entry, identityOf } from './entries.ts'
import { pathsOf } from './field-set.ts'
import type { Conflict } from './own.ts'

/** 409 with one cause for each field, in the real server's words: kubectl and consoles take them apart. */
export function applyConflict(conflicts: readonly Conflict[]): StatusError {
  const byOwner = conflicts
    .toSorted((a, b) => (identityOf(a.owner) < identityOf(b.owner) ? -1 : 1))
    .map(({ owner, fields }) => ({ owner: printed(owner), paths: pathsOf(fields) }))
  const causes = byOwner.flatMap(({ owner, paths }) =>
    paths.map(field => ({ reason: 'FieldManagerConflict', message: `conflict with ${owner}`, field })),
  )
  const [first] = causes
  const message =
    causes.length === 1 && first
      ? `Apply failed with 1 conflict: ${first.message}: ${first.field}`
      : `Apply failed with ${causes.length} conflicts: ${byOwner
          .flatMap(({ owner, paths }) => [`conflicts with ${owner}:`, ...paths.map(path => `- ${path}`)])
          .join('\n')}`
  return new StatusError(409, 'Conflict', message, { details: { causes } })
}

function printed({ manager, operation, apiVersion, subresource }: Entry): string {
  const name = JSON.stringify(manager) + (subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`)
  return operation === 'Update' ? `${name} using ${apiVersion}` : name
}
