import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'

/** What a side panel is about, and the way to close it. */
export function SideHead(props: { title: ReactNode; children?: ReactNode; onClose: () => void }): ReactNode {
  const { t } = useTranslation('security')
  return (
    <div className="hd">
      <div className="row">
        {props.title}
        <span className="grow" />
        <button type="button" className="btn ghost icon" aria-label={t($ => $.close)} onClick={props.onClose}>
          <Icon name="close" />
        </button>
      </div>
      {props.children}
    </div>
  )
}
