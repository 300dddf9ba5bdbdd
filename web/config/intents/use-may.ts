import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { missingRights, rightText } from '#web/config/editor/rights.ts'
import { rightsQuery } from '#web/config/editor/queries.ts'
import { type IntentId, writtenKinds } from './ids.ts'

/** Why a task cannot be begun in a namespace, in a sentence; null: it can, or nobody knows yet and the task will tell. */
export function useMay(): (id: IntentId, namespace: string) => string | null {
  const { t } = useTranslation('config')
  const { data } = useQuery(rightsQuery)
  return (id, namespace) => {
    if (data === undefined) return null
    const lacks = writtenKinds[id].map(kind => {
      const object = { ...kind, namespace, name: '' }
      return { object, missing: missingRights(data, object, ['patch']) }
    })
    const [first] = lacks
    return first === undefined || lacks.some(({ missing }) => missing.length === 0)
      ? null
      : t($ => $.editor.whyNot.right, { right: rightText(first.missing, first.object) })
  }
}
