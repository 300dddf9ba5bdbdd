import { HttpProblem } from '#bff/http/problem.ts'
import type { Impact } from '#shared/config/api.ts'
import { draftOf } from '#shared/config/analyze/draft.ts'
import type { Finding } from '#shared/config/finding.ts'
import type { Json, ObjectRef } from '#shared/mesh/object.ts'
import type { Deps } from './deps.ts'
import { analyzeDraft } from './draft.ts'
import { governedBy } from './traffic.ts'
import { type Seen, seenFindings, seenName } from './seen.ts'

const most = 100

/** What is wrong with a change and what it touches, before it is made. Of others, what the caller may see. */
export async function analyzeChangeOf(
  deps: Deps,
  change: { apply: Json[]; delete: ObjectRef[] },
  may: Seen,
  signal: AbortSignal,
): Promise<{
  findings: Finding[]
  brought: Finding[]
  resolved: Finding[]
  impacts: { object: ObjectRef; impact: Impact }[]
}> {
  const { sees, hides } = may
  if (change.apply.length + change.delete.length > most)
    throw new HttpProblem(400, `A change has at most ${most} objects; split this one.`)
  const drafts = change.apply.flatMap(manifest => draftOf(manifest) ?? [])
  const { findings, brought, resolved, impacts } = await deps.mirror.ask(analysis =>
    analyzeDraft(analysis, drafts, change.delete),
  )
  const own = JSON.stringify(change.apply)
  const told = (of: Finding[]) => seenFindings(of, may, own)
  const seen = (of: Finding[]) => told(of.filter(({ object }) => sees(object)))
  return {
    findings: told(findings),
    brought: seen(brought),
    resolved: seen(resolved),
    impacts: await Promise.all(
      impacts.map(async ({ object, impact, hosts }) => ({
        object,
        impact: {
          ...impact,
          ...(await governedBy({ prometheus: deps.prometheus, now: deps.now }, impact, hosts, signal).then(traffic =>
            covered(traffic, may),
          )),
          // Counted they stay: whoever writes a policy of the whole mesh has to know how far its arm reaches.
          selects: impact.selects && {
            ...impact.selects,
            workloads: impact.selects.workloads.filter(({ namespace }) => !hides(namespace)),
          },
          relations: impact.relations.filter(relation => sees(relation.object)),
        },
      })),
    ),
  }
}

/** Calls with callers and destinations they may not know of keep their rate, not their names. */
function covered<T extends Pick<Impact, 'edges'>>(traffic: T, seen: Seen): T {
  const named = (traffic.edges ?? []).map(edge => ({
    ...edge,
    source: seenName(edge.source, seen),
    destination: seenName(edge.destination, seen),
  }))
  const alike = Map.groupBy(named, ({ source, destination }) => `${source} ${destination}`)
  const edges = [...alike.values()].flatMap(([first, ...rest]) =>
    first === undefined
      ? []
      : [{ ...first, requestRate: rest.reduce((sum, edge) => sum + (edge.requestRate ?? 0), first.requestRate ?? 0) }],
  )
  return { ...traffic, edges: traffic.edges && edges }
}
