import { Link, useLocation } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cutMiddle } from '#web/ui/format.ts'
import { Rich } from '#web/ui/Rich.tsx'

export function NotFound(): ReactNode {
  const { t } = useTranslation()
  const path = useLocation({ select: location => location.pathname })
  return (
    <section className="whole-page">
      <h1>{t($ => $.shell.notFound.title)}</h1>
      <p className="t2">
        <Rich text={t($ => $.shell.notFound.text, { path: cutMiddle(path, 60) })} />
      </p>
      <Link to="/topology">{t($ => $.shell.notFound.back)}</Link>
    </section>
  )
}
