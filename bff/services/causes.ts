import type { Call } from '#bff/mesh/fold.ts'
import type { Inventory } from '#bff/mesh/inventory.ts'
import { place } from '#bff/mesh/party.ts'
import { responsesOf } from '#bff/mesh/responses.ts'
import type { Cause } from '#shared/services/api.ts'

/**
 * Why services fail, as far as their calls tell it: half or more of what one fails is what it was itself refused by one
 * of those it calls, or else how its own requests ended most often. By the ids of their places.
 */
export function causesOf(
  calls: readonly Call[],
  level: 'service' | 'workload',
  inventory: Inventory | null,
): Map<string, Cause> {
  const failing = calls.filter(({ tally }) => tally.serverErrors > 0)
  const arriving = Map.groupBy(failing, ({ destination }) => place(destination, level, inventory).id)
  const leaving = Map.groupBy(failing, ({ source }) => place(source, level, inventory).id)
  const found = new Map<string, Cause>()
  for (const [id, own] of arriving) {
    const worst = worstOf(leaving.get(id) ?? [], inventory)
    const isPassedOn = worst !== null && worst.errors >= 0.5 * errorsOf(own)
    const [response] = responsesOf(isPassedOn ? worst.calls : own).filter(({ isServerError }) => isServerError)
    if (response === undefined) continue
    const { code, protocol, flags } = response
    found.set(id, { of: isPassedOn ? worst.of : null, code, protocol, flags })
  }
  return found
}

const errorsOf = (calls: readonly Call[]): number => calls.reduce((sum, { tally }) => sum + tally.serverErrors, 0)

/** Whom it calls is told by the name it calls it by. */
function worstOf(
  calls: readonly Call[],
  inventory: Inventory | null,
): { of: { namespace: string; name: string }; calls: Call[]; errors: number } | null {
  const groups = Map.groupBy(calls, ({ destination }) => place(destination, 'service', inventory).id)
  let worst: ReturnType<typeof worstOf> = null
  for (const own of groups.values()) {
    const [first] = own
    if (first === undefined) continue
    const { namespace, name } = place(first.destination, 'service', inventory)
    const errors = errorsOf(own)
    if (worst === null || errors > worst.errors) worst = { of: { namespace, name }, calls: own, errors }
  }
  return worst
}
