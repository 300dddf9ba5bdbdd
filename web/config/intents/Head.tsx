import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Target } from '#shared/config/intents/intent.ts'
import { cutMiddle } from '#web/ui/format.ts'
import { Go } from './Go.tsx'
import type { IntentId } from './ids.ts'

/** Which task, of what. */
export function Head({ id, target, onGo }: { id: IntentId; target: Target; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('config')
  const { namespace, service, workload, source } = target
  const name = service ?? workload
  return (
    <header className="object-head intent-head">
      <nav className="crumbs-line" aria-label={t($ => $.object.crumbs)}>
        <Go href="/config" onGo={onGo}>
          {t($ => $.object.config)}
        </Go>
        <i aria-hidden="true">/</i>
        <span className="t3">{t($ => $.intents.change)}</span>
        <i aria-hidden="true">/</i>
      </nav>
      <h1>
        {t($ => $.intents.title[id])}
        {namespace !== '' && (
          <>
            {' '}
            <span className="mono of" title={name === undefined ? namespace : `${namespace}/${name}`}>
              {name === undefined ? cutMiddle(namespace, 40) : cutMiddle(`${namespace}/${name}`, 56)}
            </span>
          </>
        )}
      </h1>
      {source !== undefined && (
        <span className="t2 s12">
          {t($ => $.intents.calledBy)}{' '}
          <span className="mono">{cutMiddle(`${source.namespace}/${source.workload}`, 48)}</span>
        </span>
      )}
      <span className="grow" />
      <span className="t3 s12 cut lead">{t($ => $.intents.lead[id])}</span>
    </header>
  )
}
