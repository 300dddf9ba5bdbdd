import type { Place } from './landscape.ts'
import type { Random } from './random.ts'

/** How many steps lead from the teams people see to those that everybody builds on. */
const tiers = 5

/**
 * Which team builds on which: teams stand in tiers, each uses a few of the next tiers and one or two of the last, as
 * organisations do. So namespaces call few others, never in a circle, and a map of them can be read.
 */
export function createNeighbours(places: readonly Place[], random: Random): Map<Place, Place[]> {
  const teams = random.shuffle(places.filter(place => place.role === 'team'))
  const tierOf = (index: number) => Math.floor((index * tiers) / teams.length)
  const platform = teams.filter((_, index) => tierOf(index) === tiers - 1)
  return new Map(
    places.map(place => {
      const index = teams.indexOf(place)
      // Old systems know a few teams and nothing of tiers.
      if (index < 0) return [place, random.shuffle(teams).slice(0, 3)]
      const next = teams.filter((_, other) => tierOf(other) === tierOf(index) + 1)
      const shared = random.shuffle(platform).slice(0, 1)
      const used = [...random.shuffle(next).slice(0, 2), ...(tierOf(index) < tiers - 1 ? shared : [])]
      return [place, [...new Set(used)]]
    }),
  )
}
