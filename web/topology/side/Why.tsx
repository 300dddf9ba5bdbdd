import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Detail } from '#shared/topology/api.ts'
import { Icon, type IconName } from '#web/ui/Icon.tsx'
import { Rich } from '#web/ui/Rich.tsx'

export interface WhyLink {
  key: string
  icon: IconName
  /** A sentence; `<m>…</m>` is mono. */
  text: string
  go: () => void
}

/** Where to ask on: the next hop that fails, the ends, and the queries these numbers came from. */
export function Why({ links, detail }: { links: readonly WhyLink[]; detail: Detail | undefined }): ReactNode {
  const { t } = useTranslation('side')
  const [isOpen, setOpen] = useState(false)
  return (
    <section className="grow">
      <h3>{t($ => $.why)}</h3>
      <div className="why">
        {links.map(({ key, icon, text, go }) => (
          <button key={key} type="button" onClick={go}>
            <Icon name={icon} />
            <span>
              <Rich text={text} />
            </span>
            <Icon name="right" small />
          </button>
        ))}
        {detail !== undefined && detail.queries.length > 0 && (
          <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <Icon name="code" />
            <span>{t($ => $.queries)}</span>
            <Icon name="right" small />
          </button>
        )}
      </div>
      {isOpen && (
        <div className="queries">
          {detail?.queries.map(query => (
            <Query key={query.name} {...query} />
          ))}
        </div>
      )}
    </section>
  )
}

function Query({ name, query }: { name: string; query: string }): ReactNode {
  const { t } = useTranslation('side')
  const { t: say } = useTranslation()
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(query)
    setCopied(true)
  }
  return (
    <article>
      <header>
        <span>{name}</span>
        <button
          type="button"
          className="link s11"
          aria-label={t($ => $.copyQuery, { name })}
          onClick={() => void copy()}
          onBlur={() => setCopied(false)}
        >
          {isCopied ? say($ => $.shell.copied) : say($ => $.shell.copy)}
        </button>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and arrows must reach it */}
      <pre tabIndex={0} aria-label={name}>
        {query}
      </pre>
    </article>
  )
}
