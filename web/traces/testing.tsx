import { type ReactNode, useState } from 'react'
import { page } from 'vitest/browser'
import type { Span } from '#shared/mesh/span.ts'
import type { FoundTraces, TraceRow } from '#shared/traces/api.ts'
import { renderWithBff, type Replies, statusAt } from '#web/api/testing.tsx'
import { chooseLanguage, openTexts, startLanguage } from '#web/ui/language.ts'
import type { TraceMap } from './MapStage.tsx'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

export const at = Date.UTC(2026, 10, 25, 14)
export const markup = '<img src=x onerror="alert(1)">'

/** A page with the BFF played by the test. */
export async function renderPage(content: ReactNode, replies: Replies = {}) {
  await page.viewport(1280, 720)
  await startLanguage()
  await chooseLanguage('en')
  await Promise.all([openTexts('traces'), openTexts('charts')])
  return renderWithBff(content, { '/api/status': () => statusAt(at), ...replies })
}

type Words = Record<string, string | undefined>

/** A page with an address of its own, which the test reads; where it goes is told too. */
export function Addressed(props: {
  first?: Words
  children: (address: { search: Words; onSearch: (patch: Words) => void; onGo: (href: string) => void }) => ReactNode
}): ReactNode {
  const [search, setSearch] = useState<Words>(props.first ?? {})
  const [gone, setGone] = useState('')
  return (
    <>
      <div style={{ height: 'calc(100vh - 60px)' }}>
        {props.children({
          search,
          onSearch: patch => setSearch(before => ({ ...before, ...patch })),
          onGo: setGone,
        })}
      </div>
      <pre data-testid="search">{JSON.stringify(search)}</pre>
      <pre data-testid="gone">{gone}</pre>
    </>
  )
}

export const row = (traceId: string, more: Partial<TraceRow> = {}): TraceRow => ({
  traceId,
  service: 'web.shop',
  operation: 'GET /',
  start: at * 1000,
  duration: 50_000,
  spans: 6,
  errors: 0,
  services: [{ name: 'web.shop', spans: 6, errors: 0 }],
  hidden: 0,
  ...more,
})
export const found = (...traces: TraceRow[]): FoundTraces => ({
  at,
  start: at - 3_600_000,
  end: at,
  traces,
  limit: 200,
  isFull: false,
})

/** A span says only what the test is about; milliseconds since `at`. */
export const span = (
  spanId: string,
  parentId: string | null,
  service: string,
  start: number,
  end: number,
  more: Partial<Span> = {},
): Span => ({
  spanId,
  parentId,
  service,
  operation: `GET /${spanId}`,
  kind: 'server',
  start: (at + start) * 1000,
  duration: (end - start) * 1000,
  isError: false,
  attributes: [],
  events: [],
  links: [],
  process: [],
  warnings: [],
  ...more,
})

/** The map played by the test: what it would draw as buttons, but for what goes to a host outside. */
export const played: TraceMap = ({ calls, onPick, missing }) => {
  const away = calls.filter(({ destination }) => destination.namespace === '')
  return (
    <div>
      {calls
        .filter(call => !away.includes(call))
        .map(call => (
          <button
            key={`${call.source.workload} ${call.destination.workload}`}
            type="button"
            onClick={() => onPick(call)}
          >{`drawn ${call.source.workload} > ${call.destination.workload}: ${call.mark.text}`}</button>
        ))}
      {away.length > 0 && missing(away)}
    </div>
  )
}
