import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { FlowWindow } from '#shared/security/api.ts'
import { boardOf, type Card } from '#shared/security/board.ts'
import { type SeenFlow, workloadKey } from '#shared/security/landscape.ts'
import { callsOf } from '#shared/security/replay/seen.ts'
import { type UnusedGrant, unusedGrants } from '#shared/security/learn/unused.ts'
import { flowsQuery, type Security } from '#web/security/query.ts'
import type { Subject } from './subject.ts'

export interface GrantRow {
  id: string
  policy: MeshObject
  grant: UnusedGrant
  use: 'unused' | 'uncertain'
  /** Longer ago than the window; null: nobody has said yet. */
  wasUsed: boolean | null
}

export interface Unused {
  rows: readonly GrantRow[]
  /** Grants that were asked for. */
  count: number
  /** Policies. */
  done: number
  all: number
}

/** Grants of enforced ALLOW policies that nobody used, found a policy at a time so that nobody waits. Null: not known yet. */
export function useUnused(security: Security, subject: Subject, over: FlowWindow): Unused | null {
  const { flows } = security
  const month = useQuery({ ...flowsQuery('30d'), enabled: over !== '30d' })
  const policies = usePolicies(security, subject)
  const now = useGrants(security, policies, flows?.flows)
  const before = useGrants(security, over === '30d' ? none : policies, month.data?.flows)
  return useMemo(() => {
    if (now === null) return null
    const stillUnused =
      over === '30d'
        ? new Set(now.found.map(({ id }) => id))
        : before === null || before.done < before.all
          ? null
          : new Set(before.found.filter(({ use }) => use === 'unused').map(({ id }) => id))
    return {
      count: now.count,
      done: now.done,
      all: now.all,
      rows: now.found.map(one => ({ ...one, wasUsed: stillUnused === null ? null : !stillUnused.has(one.id) })),
    }
  }, [now, before, over])
}

const none: readonly MeshObject[] = []

function usePolicies({ objects, workloads, matrix }: Security, { namespace, workload }: Subject) {
  const around = matrix?.around
  return useMemo(() => {
    if (around === undefined) return none
    const cards = boardOf({ objects, workloads, drafts: [], around })
    const reaches = (card: Card) =>
      workload === null
        ? card.ref.namespace === namespace
        : card.workloads.some(one => workloadKey(one) === workloadKey({ namespace, name: workload }))
    return cards
      .filter(card => card.stage === 'enforced' && card.policy?.action === 'ALLOW' && reaches(card))
      .flatMap(({ object }) => object ?? [])
  }, [objects, workloads, around, namespace, workload])
}

type Found = { count: number; done: number; all: number; found: Omit<GrantRow, 'wasUsed'>[] }

function useGrants(
  { matrix, objects, workloads, settings }: Security,
  policies: readonly MeshObject[],
  flows: readonly SeenFlow[] | undefined,
): Found | null {
  const around = matrix?.around
  const [told, setTold] = useState<{ of: unknown; found: Found } | null>(null)
  useEffect(() => {
    if (around === undefined || settings === undefined || flows === undefined) return
    const calls = callsOf(flows, { workloads, around, settings })
    const surroundings = objects.filter(({ apiVersion }) => !apiVersion.startsWith('security.istio.io/'))
    const found: Found = { count: 0, done: 0, all: policies.length, found: [] }
    let timer = 0
    const step = () => {
      const until = performance.now() + 30
      while (found.done < policies.length && performance.now() < until) {
        const policy = policies[found.done]
        found.done += 1
        if (policy === undefined) continue
        const { unused, uncertain, count } = unusedGrants([...surroundings, policy], calls, settings)
        found.count += count
        for (const grant of unused) found.found.push({ id: idOf(grant), policy, grant, use: 'unused' })
        for (const grant of uncertain) found.found.push({ id: idOf(grant), policy, grant, use: 'uncertain' })
      }
      setTold({ of: policies, found: { ...found, found: [...found.found] } })
      if (found.done < policies.length) timer = window.setTimeout(step)
    }
    timer = window.setTimeout(step)
    return () => window.clearTimeout(timer)
  }, [around, settings, flows, workloads, objects, policies])
  return told?.of === policies ? told.found : null
}

const idOf = ({ policy, path }: UnusedGrant): string => JSON.stringify([policy.namespace, policy.name, ...path])
