import type { TFunction } from 'i18next'
import type { FindError } from '#shared/topology/find.ts'

/** What is wrong, in the reader's language. */
export function errorText(t: TFunction, { reason, parameters }: FindError): string {
  if (reason === 'badUnit' && parameters['units'] === '')
    return String(t($ => $.topology.findError.badUnitNone, parameters))
  // Which parameters a reason has is said beside it in find.ts; the texts use those and no others.
  return String(t($ => $.topology.findError[reason], parameters))
}
