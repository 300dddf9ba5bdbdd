import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { rightsQuery } from './queries.ts'
import { type Deed, missingRights, rightText } from './rights.ts'

/** Why something cannot be done to an object, in a sentence; null: it can, or nobody knows yet and the trial will tell. */
export function useLacks(): (object: ObjectRef, deed: Deed) => string | null {
  const { t } = useTranslation('config')
  const { data } = useQuery(rightsQuery)
  return (object, deed) => {
    if (data === undefined) return null
    const missing = missingRights(data, object, [deed])
    return missing.length === 0 ? null : t($ => $.editor.whyNot.right, { right: rightText(missing, object) })
  }
}
