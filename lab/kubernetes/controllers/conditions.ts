import { timestamp } from '#lab/kubernetes/identity.ts'
import { type Fields, isEqual } from '#lab/kubernetes/value.ts'

/** metav1.Condition (Kubernetes API conventions, "Typical status properties"). */
export interface Condition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message: string
}

export const holds = (type: string, reason: string, message: string): Condition => ({
  type,
  status: 'True',
  reason,
  message,
})

export const fails = (type: string, reason: string, message: string): Condition => ({
  type,
  status: 'False',
  reason,
  message,
})

/**
 * What was said before with what is said now in its place. `lastTransitionTime` moves only when the status does; a
 * condition that says the same stays the same value.
 */
export function setConditions(
  before: readonly Fields[],
  now: readonly Condition[],
  at: { time: number; generation?: number | undefined },
): Fields[] {
  const time = timestamp(at.time)
  const next = [...before]
  for (const condition of now) {
    const index = next.findIndex(other => other['type'] === condition.type)
    const old = next[index]
    const made: Fields = {
      ...(old && old['status'] === condition.status && typeof old['lastTransitionTime'] === 'string'
        ? { lastTransitionTime: old['lastTransitionTime'] }
        : { lastTransitionTime: time }),
      message: condition.message,
      ...(at.generation === undefined ? {} : { observedGeneration: at.generation }),
      reason: condition.reason,
      status: condition.status,
      type: condition.type,
    }
    if (old === undefined) next.push(made)
    else if (!isEqual(old, made)) next[index] = made
  }
  return next
}
