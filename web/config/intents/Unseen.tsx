import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SceneView } from './use-scene.ts'

/** Where the caller may not see all objects of a kind, one that is there may be missing from what is said. */
export function Unseen(props: {
  kinds: readonly { group: string; kind: string }[]
  unseen: SceneView['unseen']
  namespace: string
}): ReactNode {
  const { t } = useTranslation('config')
  const hidden = props.kinds.filter(({ group, kind }) =>
    props.unseen.some(each => each.kind === `${group}/${kind}` && !each.except.includes(props.namespace)),
  )
  if (hidden.length === 0) return null
  return (
    <p className="note degraded">{t($ => $.intents.unseen, { kinds: hidden.map(({ kind }) => kind).join(', ') })}</p>
  )
}
