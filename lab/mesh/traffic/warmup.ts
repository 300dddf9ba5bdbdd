import type { Warmup } from '#lab/mesh/snapshot/load-balancer.ts'

/** Envoy docs, "Slow start mode": the part of its weight that a pod of this age, in milliseconds, gets. */
export function warmth(warmup: Warmup, age: number): number {
  if (age >= warmup.duration) return 1
  const time = Math.max(age, 1000) / warmup.duration
  return Math.max(warmup.minimum, Math.min(1, time) ** (1 / warmup.aggression))
}
