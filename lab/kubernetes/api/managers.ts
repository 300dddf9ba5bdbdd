import { entryErrors, type Manager } from '#lab/kubernetes/managed/entries.ts'
import { apiVersionOf, type Kind } from '#lab/kubernetes/resources.ts'
import { type Fields, textOf } from '#lab/kubernetes/value.ts'
import type { WriteOptions } from './options.ts'
import type { ResourceRequest } from './request.ts'
import { invalid } from './status.ts'

/** Who a request writes as. */
export const managerOf = (
  { kind, version, subresource }: ResourceRequest,
  { fieldManager }: WriteOptions,
  operation: Manager['operation'],
): Manager => ({ manager: fieldManager, operation, apiVersion: apiVersionOf(kind.group, version), subresource })

/** Refuses (422) `metadata.managedFields` that no manager could have made. */
export function checkEntries(kind: Kind, metadata: Fields): void {
  const errors = entryErrors(metadata['managedFields'])
  if (errors.length > 0) throw invalid(kind, textOf(metadata['name']), errors)
}
