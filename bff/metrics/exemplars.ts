import type { Exemplar } from '#bff/sources/source.ts'
import type { Grid } from '#shared/metrics/step.ts'

/** More diamonds than this hide the lines. */
const stretches = 40

/** The slowest of each stretch of the range: of all that are told those one would open first. Oldest first. */
export function slowestOf(exemplars: readonly Exemplar[], { from, to }: Pick<Grid, 'from' | 'to'>): Exemplar[] {
  const width = Math.max(1, (to - from) / stretches)
  const slowest = new Map<number, Exemplar>()
  for (const exemplar of exemplars) {
    if (exemplar.at < from || exemplar.at > to) continue
    const stretch = Math.min(stretches - 1, Math.floor((exemplar.at - from) / width))
    const known = slowest.get(stretch)
    if (known === undefined || exemplar.value > known.value) slowest.set(stretch, exemplar)
  }
  return [...slowest.values()].sort((a, b) => a.at - b.at)
}
