import { type ReactNode, useState } from 'react'
import { page } from 'vitest/browser'
import type { Message } from '#shared/live.ts'
import type { Certificates, Flows, Landscape } from '#shared/security/api.ts'
import {
  asserted,
  type Assertions,
  type AssertionsState,
  keptIn,
  type Standing,
} from '#shared/security/assert/assertions.ts'
import type { Denials, Plaintext } from '#shared/security/denials.ts'
import { isMeshObject } from '#shared/security/landscape.ts'
import { given } from '#shared/security/matrix.fixture.ts'
import type { Trend } from '#shared/security/posture/trend.ts'
import type { Facets } from '#shared/security/facets.ts'
import type { Given } from '#shared/security/matrix.ts'
import { problem, renderWithBff, type Reply } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import type { PageProps } from './search.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

type Live = Message<AssertionsState, never>

export const at = Date.UTC(2026, 10, 23, 14, 32)

/** A security page with the BFF played by the test: what it would read, or the problem it would tell. */
export async function renderPage(
  content: (props: PageProps) => ReactNode,
  first: Record<string, string> = {},
  what: Partial<Given> & {
    failing?: Partial<
      Record<
        'landscape' | 'flows' | 'certificates' | 'denials' | 'plaintext' | 'trend' | 'facets' | 'assertions',
        string
      >
    >
    certificates?: Partial<Certificates>
    denials?: Partial<Denials>
    plaintext?: Partial<Plaintext>
    trend?: Partial<Trend>
    assertions?: Assertions['objects']
    /** More of how a sentence stands, by its text. */
    turned?: Readonly<Record<string, Partial<Standing>>>
    facets?: Partial<Facets>
    /** Sampled spans are told only then. */
    facetsAfter?: Promise<void>
  } = {},
) {
  await page.viewport(1280, 720)
  await startLanguage()
  await openTexts('security')
  const { objects, workloads, settings, readable, flows } = given(what)
  const landscape: Landscape = {
    at,
    settings: { ...settings, trustDomainAliases: [...settings.trustDomainAliases] },
    objects: objects.map(object => ({ ...object })),
    workloads: [...workloads],
    readable,
    partial: [],
  }
  const seen: Flows = {
    at,
    window: 3600,
    step: 300,
    flows: [...flows],
    queries: [{ name: 'requests', query: 'sum(increase(istio_requests_total[3600s]))' }],
    duration: 12,
  }
  const told: Certificates = {
    at,
    certificates: [],
    workloads: [],
    keySets: null,
    queries: [],
    partial: [],
    ...what.certificates,
  }
  const looks = { at, window: 3600, step: 60, recent: 60, queries: [], duration: 3 }
  const denials: Denials = { ...looks, counts: [], ...what.denials }
  const plaintext: Plaintext = { ...looks, calls: [], told: [], ...what.plaintext }
  const trend: Trend = { times: [], mesh: [], namespaces: [], query: '', ...what.trend }
  const facets: Facets = { at, flows: [], partial: [], ...what.facets }
  const written = { 'shop/weft-assertions': { manager: 'kubectl', at: at - 3_600_000 } }
  const assertions: Assertions = { at, objects: what.assertions ?? [], written, partial: [] }
  const { failing } = what
  const answers = { flows: seen, certificates: told, denials, plaintext, trend, facets, landscape, assertions }
  const reply: Reply = async ({ path }) => {
    const name = /^\/api\/security\/(\w+)/.exec(path)?.[1] as keyof typeof answers
    if (name === 'facets') await what.facetsAfter
    const because = failing?.[name]
    return because === undefined ? answers[name] : problem(503, because)
  }
  let state: AssertionsState = {
    ...assertions,
    because: failing?.assertions ?? null,
    standings: standingsOf(assertions.objects, landscape, what.turned ?? {}),
  }
  let version = 1
  const snapshot = (): Live => ({ kind: 'snapshot', epoch: 'e', version, at, state })
  const went: string[] = []
  function Harness() {
    const [search, setSearch] = useState<Record<string, string | undefined>>(first)
    return (
      <div style={{ height: '100vh' }}>
        {content({
          search,
          onSearch: patch => setSearch(before => ({ ...before, ...patch })),
          onGo: href => went.push(href),
        })}
        <pre data-testid="search" className="sr">
          {JSON.stringify(search)}
        </pre>
      </div>
    )
  }
  const { screen, tell } = await renderWithBff(<Harness />, reply, snapshot)
  return {
    screen,
    went,
    landscape,
    /** The state of assertions from now on. */
    tell: (next: AssertionsState) => {
      state = next
      version += 1
      return tell(snapshot())
    },
  }
}

/** As the BFF would say it: each sentence checked, since the test began. */
export function standingsOf(
  objects: readonly unknown[],
  landscape: Landscape,
  turned: Readonly<Record<string, Partial<Standing>>> = {},
): AssertionsState['standings'] {
  const kept = keptIn(objects.filter(isMeshObject))
  const told = asserted(
    kept.map(({ sentence }) => sentence.text),
    landscape,
    [],
  )
  return Object.fromEntries(
    kept.flatMap(({ id, sentence }) => {
      const own = told.find(({ text }) => text === sentence.text)
      if (own === undefined) return []
      const { outcome, example, missing } = own.before
      const standing: Standing = { outcome, example, missing, since: at, isTurnSeen: false, turnedBy: [] }
      return [[id, { ...standing, ...turned[sentence.text] }]]
    }),
  )
}
