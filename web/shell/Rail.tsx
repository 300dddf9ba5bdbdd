import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'
import { Mark } from '#web/ui/Mark.tsx'
import { pages } from './pages.ts'

export function Rail(): ReactNode {
  const { t } = useTranslation()
  return (
    <nav className="rail" aria-label={t($ => $.shell.pages)}>
      <Link className="logo" to="/topology" aria-label={t($ => $.shell.home)}>
        <Mark size={26} />
      </Link>
      {pages.map(({ name, path }) => {
        const word = t($ => $.shell.page[name])
        const content = (
          <>
            <Icon name={name} />
            <span>{word}</span>
          </>
        )
        return path === null ? (
          <span
            key={name}
            className="item"
            role="link"
            aria-disabled="true"
            title={t($ => $.shell.notBuilt, { page: word })}
          >
            {content}
          </span>
        ) : (
          <Link key={name} className="item" to={path} activeProps={{ 'aria-current': 'page' }}>
            {content}
          </Link>
        )
      })}
    </nav>
  )
}
