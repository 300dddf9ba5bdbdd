import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cutMiddle } from '#web/ui/format.ts'
import { gatewayOf } from './names.ts'

/** A kind's own word; of the two Gateways, which. */
export function Kind({ of, title }: { of: { group: string; kind: string }; title?: string }): ReactNode {
  const { t } = useTranslation('config')
  const whose = gatewayOf(of)
  return (
    <span title={title ?? (of.group === '' ? of.kind : `${of.group}/${of.kind}`)}>
      {cutMiddle(of.kind, 40)}
      {whose !== null && <span className="t3"> {t($ => $.list[whose])}</span>}
    </span>
  )
}
