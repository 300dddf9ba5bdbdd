import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import { useConnection } from '#web/api/use-live.ts'
import { rightsQuery } from './queries.ts'
import { type Deed, missingRights, rightText } from './rights.ts'

/** Why a deed cannot be done now, in a sentence; null: it can. */
export function useWhyNot(objects: readonly ObjectRef[], deeds: readonly Deed[]): string | null {
  const { t } = useTranslation('config')
  const rights = useQuery(rightsQuery)
  const { state } = useConnection()
  if (state === 'cut') return t($ => $.editor.whyNot.cut)
  if (rights.data === undefined)
    return rights.error === null
      ? t($ => $.editor.whyNot.asking)
      : t($ => $.editor.whyNot.rights, { because: problemFrom(rights.error).detail })
  for (const object of objects) {
    const missing = missingRights(rights.data, object, deeds)
    if (missing.length > 0) return t($ => $.editor.whyNot.right, { right: rightText(missing, object) })
  }
  return null
}
