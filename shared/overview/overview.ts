import { type Health, type HealthReason, healthRank, type Since } from '#shared/mesh/health.ts'

/** Why it fails: whose errors it passes on (null: its own; without a name: nobody the reader may see), and how they end. */
export interface Cause {
  of: { namespace: string; name: string } | null
  code: string
  protocol: string
  flags: string
}

/** A service as far as the overview goes. Rates 1/s, ratios 0–1, durations milliseconds; null: nobody knows. */
export interface ServiceFacts {
  namespace: string
  name: string
  health: Health
  reason: HealthReason | null
  since?: Since | undefined
  cause: Cause | null
  requestRate: number
  byteRate: number
  isTcp: boolean
  /** A gateway tells of what it asked for; whom it asked counts that. */
  isAsking: boolean
  errorRatio: number | null
  deniedRatio: number | null
  mtlsRatio: number | null
  pods: { ready: number; total: number } | null
}

/** Some services as one. */
export interface Sum {
  health: Health
  requestRate: number
  errorRatio: number | null
  mtlsRatio: number | null
  byteRate: number
  services: number
  healthy: number
}

export interface NamespaceFacts extends Sum {
  name: string
  /** Those that make it what it is, worst first. */
  guilty: readonly ServiceFacts[]
}

/** Requests are counted where they are served: a gateway's own are those of whom it asks. */
export function sumOf(services: readonly ServiceFacts[]): Sum {
  const served = services.filter(({ isAsking }) => !isAsking)
  const total = (of: (service: ServiceFacts) => number) => served.reduce((sum, service) => sum + of(service), 0)
  const requestRate = total(service => service.requestRate)
  const known = served.filter(({ mtlsRatio }) => mtlsRatio !== null)
  const knownRate = known.reduce((sum, service) => sum + service.requestRate, 0)
  return {
    health: worstOf(services.map(({ health }) => health)),
    requestRate,
    errorRatio:
      requestRate > 0 ? total(service => (service.errorRatio ?? 0) * service.requestRate) / requestRate : null,
    mtlsRatio:
      knownRate > 0
        ? known.reduce((sum, service) => sum + (service.mtlsRatio ?? 0) * service.requestRate, 0) / knownRate
        : null,
    byteRate: total(service => (service.isTcp ? service.byteRate : 0)),
    services: services.length,
    healthy: services.filter(({ health }) => health === 'healthy').length,
  }
}

const worstOf = (all: readonly Health[]): Health =>
  all.reduce<Health>((worst, health) => (healthRank[health] > healthRank[worst] ? health : worst), 'unknown')

/** Worst first; of equal ones that with the larger share of errors, then the busier one. */
export const byBadness = (a: ServiceFacts, b: ServiceFacts): number =>
  healthRank[b.health] - healthRank[a.health] ||
  (b.errorRatio ?? 0) - (a.errorRatio ?? 0) ||
  b.requestRate - a.requestRate ||
  (a.name < b.name ? -1 : 1)

export function namespacesOf(services: readonly ServiceFacts[]): NamespaceFacts[] {
  return [...Map.groupBy(services, ({ namespace }) => namespace)]
    .map(([name, own]): NamespaceFacts => {
      const guilty = own.filter(({ health }) => health === 'failing' || health === 'degraded').toSorted(byBadness)
      return { name, ...sumOf(own), guilty }
    })
    .sort(
      (a, b) =>
        healthRank[b.health] - healthRank[a.health] ||
        (b.errorRatio ?? 0) - (a.errorRatio ?? 0) ||
        b.requestRate - a.requestRate ||
        (a.name < b.name ? -1 : 1),
    )
}

export type Bad =
  | { kind: 'health'; service: ServiceFacts }
  | { kind: 'denied'; service: ServiceFacts }
  | { kind: 'slower'; namespace: string; name: string; p95: number; before: number; hours: number }

/** The ten worst things of a scope: what fails, what has become slow, what is refused, in this order of weight. */
export function worstTen(
  services: readonly ServiceFacts[],
  slower: readonly { namespace: string; name: string; p95: number; before: number; hours: number }[],
): Bad[] {
  const sick = services.filter(({ health }) => health === 'failing' || health === 'degraded').toSorted(byBadness)
  const failing = sick.filter(({ health }) => health === 'failing')
  const degraded = sick.filter(({ health }) => health === 'degraded')
  const denied = services
    .filter(({ deniedRatio }) => (deniedRatio ?? 0) > 0)
    .toSorted((a, b) => (b.deniedRatio ?? 0) * b.requestRate - (a.deniedRatio ?? 0) * a.requestRate)
  const health = (service: ServiceFacts): Bad => ({ kind: 'health', service })
  return [
    ...failing.map(health),
    ...slower.map((one): Bad => ({ kind: 'slower', ...one })),
    ...degraded.map(health),
    ...denied.map((service): Bad => ({ kind: 'denied', service })),
  ].slice(0, 10)
}
