import type { ReactNode } from 'react'
import type { Message } from '#shared/live.ts'
import type { ServiceList, ServiceRow } from '#shared/services/api.ts'
import type { ServicesChange } from '#shared/services/list.ts'
import { renderWithBff, type Replies } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import type { Slots, Subject } from './page/parts.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

type Told = Message<ServiceList, ServicesChange>

export const at = Date.UTC(2026, 10, 23, 14, 32)

export const listOf = (rows: ServiceRow[], partial: string[] = []): ServiceList => ({
  at,
  window: 60,
  rows,
  queries: [],
  partial,
})

export const snapshot = (state: ServiceList): Told => ({ kind: 'snapshot', epoch: 'a', version: 1, at, state })

/** A page with the BFF played by the test. */
export async function renderPage(content: ReactNode, replies: Replies = {}) {
  await startLanguage()
  await Promise.all([openTexts('services'), openTexts('health')])
  return renderWithBff<Told>(content, replies)
}

const slot = (name: string) => (of: Subject) => <p>{`${name} of ${of.name}: ${of.related.join(' ')}`}</p>

/** What other rooms bring to a page, played: each says its name and what it was asked about. */
export const slots: Slots = {
  metrics: slot('metrics'),
  traces: slot('traces'),
  logs: slot('logs'),
  security: slot('security'),
  happened: slot('happened'),
  config: slot('config'),
  governed: slot('governed'),
}
