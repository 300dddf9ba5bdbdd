import { HttpProblem } from '#bff/http/problem.ts'
import type { Impact } from '#shared/config/api.ts'
import { draftOf } from '#shared/config/analyze/draft.ts'
import type { Finding } from '#shared/config/finding.ts'
import type { Json, ObjectRef } from '#shared/mesh/object.ts'
import type { Deps } from './deps.ts'
import { analyzeDraft } from './draft.ts'
import { governedBy } from './traffic.ts'
import { type Seen, seenFindings } from './seen.ts'

const most = 100

/** What is wrong with a change and what it touches, before it is made. Of others, what the caller may see. */
export async function analyzeChangeOf(
  deps: Deps,
  change: { apply: Json[]; delete: ObjectRef[] },
  { sees, hides }: Seen,
  signal: AbortSignal,
): Promise<{
  findings: Finding[]
  brought: Finding[]
  resolved: Finding[]
  impacts: { object: ObjectRef; impact: Impact }[]
}> {
  if (change.apply.length + change.delete.length > most)
    throw new HttpProblem(400, `A change has at most ${most} objects; split this one.`)
  const drafts = change.apply.flatMap(manifest => draftOf(manifest) ?? [])
  const { findings, brought, resolved, impacts } = await deps.mirror.ask(analysis =>
    analyzeDraft(analysis, drafts, change.delete),
  )
  const own = JSON.stringify(change.apply)
  const told = (of: Finding[]) => seenFindings(of, { sees, hides }, own)
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
          ...(await governedBy({ prometheus: deps.prometheus, now: deps.now }, impact, hosts, signal)),
          relations: impact.relations.filter(relation => sees(relation.object)),
        },
      })),
    ),
  }
}
