import { sharedReading } from '#bff/http/shared-reading.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import { openSight, type Seers, type Sight } from '#bff/http/sight.ts'
import { explainEmpty, type Ladder, type LadderQuery, type Rung, type RungName } from '#shared/mesh/ladder.ts'
import type { Statement } from '#shared/mesh/statement.ts'
import { type EmptyDeps, explain, type Explained } from './empty.ts'
import { told, unasked } from './ladder.ts'
import { panelMetrics } from './panels.ts'
import type { JudgeScrapes } from './scrapes.ts'

export interface EmptyRouteDeps extends EmptyDeps {
  seers?: Seers
  /** Absent: nobody knows policies here. */
  judgeScrapes?: JudgeScrapes
}

/** Panels are empty for minutes, and for everybody who looks. */
const fresh = 10_000

/** Why a panel of numbers is empty: one reading for all who look at the same, told as far as each may know. */
export function emptyRoutes(router: Router, deps: EmptyRouteDeps): void {
  const { seers = openSight, sources, now } = deps
  const reading = sharedReading<LadderQuery, Explained>({
    key: query => JSON.stringify(query),
    read: (query, signal) => explain(query, deps, signal),
    fresh: () => fresh,
    now,
  })
  const known = () => sources.kubernetes.objects()?.namespaces.map(({ name }) => name) ?? []
  serve(router, explainEmpty, async ({ query }, signal, caller) => {
    const named = query.namespace === undefined ? query.namespaces : [query.namespace]
    const rights = rightsOf(caller(), query, named, await seers.of(caller(), [...new Set([...named, ...known()])]))
    if (rights.seen === null) return { rungs: [rights.rung, ...rungsOf(query).map(unasked)], lastAt: null }
    const { ladder, failing } = await reading({ ...query, namespaces: rights.seen }, signal)
    const judgement = failing.length === 0 ? undefined : await deps.judgeScrapes?.(caller(), failing)
    return { ...ladder, rungs: [rights.rung, ...withPolicies(ladder, judgement)] }
  })
}

/** `seen`: the namespaces that may be asked about, empty for all; null: none of them. */
function rightsOf(
  user: string,
  query: LadderQuery,
  named: readonly string[],
  sight: Sight,
): { seen: string[] | null; rung: Rung } {
  const rung = (state: 'holds' | 'fails', statement: Statement) => told('rights', { state, detail: [statement] })
  if (sight === 'everything')
    return { seen: query.namespaces, rung: rung('holds', { says: 'seesAll', facts: { user } }) }
  if (panelMetrics[query.panel].teller === 'istiod')
    return { seen: null, rung: rung('fails', { says: 'seesNotAll', facts: { user } }) }
  const seen = named.length === 0 ? [...sight].sort() : named.filter(name => sight.has(name))
  const count = seen.length
  if (count === 0) return { seen: null, rung: rung('fails', { says: 'seesNoneHere', facts: { user } }) }
  return {
    seen,
    rung: rung(
      'holds',
      count < named.length
        ? { says: 'seesSome', facts: { user, count, all: named.length } }
        : { says: 'seesChosen', facts: { user, count } },
    ),
  }
}

/** The rungs of a panel, in their order. */
function rungsOf({ panel }: LadderQuery): RungName[] {
  const { teller } = panelMetrics[panel]
  return [
    'sourceReachable',
    ...(teller === 'kubelets' ? [] : ['scraped' as const]),
    'metricThere',
    ...(teller === 'istiod' ? [] : ['labelsAsExpected' as const]),
    'trafficInWindow',
  ]
}

const withPolicies = (ladder: Ladder, judgement: Awaited<ReturnType<JudgeScrapes>> | undefined): Rung[] =>
  judgement === undefined
    ? ladder.rungs
    : ladder.rungs.map(each =>
        each.rung === 'scraped'
          ? { ...each, detail: [...each.detail, ...judgement.detail], objects: [...judgement.objects] }
          : each,
      )
