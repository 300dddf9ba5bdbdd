import type { Step } from '#shared/security/evaluate/trail.ts'
import { explained } from '#shared/security/judge.ts'
import { type Workload, workloadKey } from '#shared/security/landscape.ts'
import { type Cell, flowsTo, type Matrix } from '#shared/security/matrix.ts'
import { type Caller, callerKey } from '#shared/security/party.ts'
import { type Mode, modesOf } from '#shared/security/posture/posture.ts'

/** A policy in force at a workload, and why it applies. */
export type InForce = Pick<Extract<Step, { step: 'policy' }>, 'policy' | 'action' | 'reach' | 'idle' | 'problems'>

/** What stands before one workload, and who comes. */
export interface Standing {
  workload: Workload
  modes: readonly Mode[]
  policies: readonly InForce[]
  /** Those that were seen, most first, and those that were refused. */
  callers: readonly { caller: Caller; cell: Cell }[]
  /** Identities that may call it and were not seen. */
  unused: number
}

const outside = { kind: 'outside' } as const

/** As the evaluator explains it to somebody without an identity: every policy of the workload is a step of that story. */
export function standingOf(workload: Workload, matrix: Matrix): Standing {
  const policies = new Map<string, InForce>()
  for (const flow of flowsTo(outside, workload, matrix))
    for (const step of explained(matrix.reading, flow, workload).trail)
      if (step.step === 'policy') {
        const { policy, action, reach, idle, problems } = step
        policies.set(`${policy.kind} ${policy.namespace}/${policy.name}`, { policy, action, reach, idle, problems })
      }
  const all = matrix.callers.map(caller => ({ caller, cell: matrix.cell(caller, workload) }))
  return {
    workload,
    modes: workload.enforcedBy === 'none' ? [] : modesOf(workload, matrix),
    policies: [...policies.values()],
    callers: all
      .filter(({ cell }) => cell.passed + cell.refused > 0)
      .sort(
        (a, b) =>
          b.cell.passed + b.cell.refused - (a.cell.passed + a.cell.refused) ||
          (callerKey(a.caller) < callerKey(b.caller) ? -1 : 1),
      ),
    unused: all.filter(({ cell }) => cell.state === 'granted').length,
  }
}

/** Workloads by name, in a namespace; those nobody knows are left out. */
export const workloadsNamed = (
  workloads: readonly Workload[],
  namespace: string,
  names: readonly string[],
): Workload[] => {
  const wanted = new Set(names.map(name => workloadKey({ namespace, name })))
  return workloads.filter(one => wanted.has(workloadKey(one)))
}
