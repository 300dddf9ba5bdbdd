import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type ScopeSearch, scopeIn, scopeSearch } from '#web/api/scope.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Mark } from '#web/ui/Mark.tsx'
import { pages } from './pages.ts'

/** Another page of the same namespaces and the same time; what was chosen on this one stays behind. */
const scopeOf = (search: ScopeSearch) => ({ ...scopeSearch(scopeIn(search)) })

export function Rail(): ReactNode {
  const { t } = useTranslation()
  return (
    <nav className="rail" aria-label={t($ => $.shell.pages)}>
      <Link className="logo" to="/" search={scopeOf} aria-label={t($ => $.shell.home)}>
        <Mark size={26} />
      </Link>
      {pages.map(({ name, path }) => {
        const word = t($ => $.shell.page[name])
        return (
          <Link
            key={name}
            className="item"
            to={path}
            search={scopeOf}
            activeProps={{ 'aria-current': 'page' }}
            activeOptions={{ exact: path === '/', includeSearch: false }}
          >
            <Icon name={name} />
            <span>{word}</span>
          </Link>
        )
      })}
    </nav>
  )
}
