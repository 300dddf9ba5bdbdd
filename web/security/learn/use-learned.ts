import { useMemo } from 'react'
import type { MeshObject } from '#shared/mesh/object.ts'
import { keyOf, refOf } from '#shared/mesh/object.ts'
import { boardOf, type Card } from '#shared/security/board.ts'
import { workloadKey } from '#shared/security/landscape.ts'
import { type Closing, learn, type Proposal } from '#shared/security/learn/learn.ts'
import type { Confidence } from '#shared/security/learn/confidence.ts'
import { isScrapedItself, platformOf, prometheusIn } from '#shared/security/learn/platform.ts'
import { sightingsOf } from '#shared/security/learn/seen.ts'
import type { Security } from '#web/security/query.ts'
import type { Subject } from './subject.ts'

export interface Offered extends Proposal {
  key: string
  /** Of its policy, as the board would have it; null: none is proposed. */
  card: Card | null
  /** Policies that allow calls there already. */
  besides: readonly string[]
}

export interface Learnt {
  proposals: readonly Offered[]
  /** Null: it is about one workload. */
  closing: (Closing & { card: Card | null; isClosed: boolean }) | null
  confidence: Confidence
  /** Requests that nobody can be granted for, or that may have been refused. */
  hidden: number
  refused: number
  unsettled: number
  unscraped: readonly string[]
}

/** What is proposed for a namespace or a workload, made in the page from what was seen. Null: it is not known yet. */
export function useLearned(security: Security, subject: Subject | null, admitted: ReadonlySet<string>): Learnt | null {
  const { matrix, objects, workloads, settings, flows } = security
  const around = matrix?.around
  const { namespace, workload } = subject ?? { namespace: null, workload: null }
  return useMemo(() => {
    if (around === undefined || settings === undefined || flows === null || namespace === null) return null
    const seen = flows.flows.filter(
      ({ destination }) =>
        destination.namespace === namespace && (workload === null || destination.workload === workload),
    )
    const prometheus = prometheusIn(workloads, settings.trustDomain)
    const running = workloads.filter(one => one.namespace === namespace && one.role !== 'waypoint')
    const { proposals, closing, confidence } = learn(sightingsOf(seen, { workloads, around, settings }), {
      window: { from: flows.at - flows.window * 1000, to: flows.at },
      settings,
      objects,
      workloads: workloads.filter(({ role }) => role !== 'waypoint'),
      platform: platformOf(running, objects, { trustDomain: settings.trustDomain, prometheus }),
      admitted,
    })
    const ending = workload === null ? closing.find(one => one.namespace === namespace) : undefined
    const policies = [...proposals.flatMap(({ policy }) => policy ?? []), ...(ending?.policy ? [ending.policy] : [])]
    const cards = boardOf({ objects, workloads, around, drafts: policies.map(asDraft) })
    const cardOf = (policy: MeshObject | null): Card | null =>
      policy === null
        ? null
        : (cards.find(({ stage, ref }) => stage === 'draft' && keyOf(ref) === keyOf(refOf(policy))) ?? null)
    const allowing = cards.filter(({ stage, policy }) => stage === 'enforced' && policy?.action === 'ALLOW')
    const sum = (of: (flow: (typeof seen)[number]) => number) => seen.reduce((total, flow) => total + of(flow), 0)
    return {
      proposals: proposals.map(one => {
        const own = new Set(one.workloads.map(name => workloadKey({ namespace, name })))
        const named = one.policy?.metadata.name
        return {
          ...one,
          key: one.workloads.join(','),
          card: cardOf(one.policy),
          besides: allowing
            .filter(
              ({ workloads: reached, policy }) =>
                policy && policy.rules.length > 0 && reached.some(each => own.has(workloadKey(each))),
            )
            .flatMap(({ ref }) => (ref.name === named ? [] : [`${ref.namespace}/${ref.name}`])),
        }
      }),
      closing:
        ending === undefined
          ? null
          : { ...ending, card: cardOf(ending.policy), isClosed: allowing.some(card => closes(card, namespace)) },
      confidence,
      hidden: sum(({ source, passed }) => (source.isHidden ? passed : 0)),
      refused: sum(({ refused }) => refused),
      unsettled: seen.filter(({ isUnsettled, protocol }) => isUnsettled === true && protocol === 'tcp').length,
      unscraped: prometheus === null ? running.filter(isScrapedItself).map(({ name }) => name) : [],
    }
  }, [around, objects, workloads, settings, flows, namespace, workload, admitted])
}

const asDraft = (policy: MeshObject) => {
  const ref = refOf(policy)
  return { object: { ...ref, name: `new:${ref.name}` }, manifest: policy }
}

/** An ALLOW without rules for the whole namespace, or the whole mesh. */
const closes = ({ policy, reach, ref }: Card, namespace: string): boolean =>
  policy?.rules.length === 0 && (reach === 'mesh' || (reach === 'namespace' && ref.namespace === namespace))
