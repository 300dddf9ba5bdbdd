import type { Scenario } from '#lab/contract.ts'
import { assemble } from './assemble.ts'
import { generatedPlan } from './generated.ts'
import { shopPlan } from './shop.ts'

/**
 * The mesh as it is when the lab starts: its objects, how its workloads behave, what lies outside. The same arguments
 * give the same scenario, to the byte.
 * @param startedAt milliseconds since the epoch; everything was created days to months before it.
 */
export function createScenario(
  preset: Scenario['preset'],
  seed: number,
  startedAt: number = Date.UTC(2026, 10, 23, 8),
): Scenario {
  switch (preset) {
    case 'shop':
      return assemble(shopPlan(), startedAt)
    case 'thousand':
    case 'tenthousand':
      return assemble(generatedPlan(preset, seed), startedAt)
  }
}
