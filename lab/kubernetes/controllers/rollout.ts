/** How a rolling update moves pods from old ReplicaSets to the new one; pure. */

export interface Size {
  /** Pods wanted of this set. */
  wanted: number
  /** Pods of it that can serve. */
  available: number
}

export interface Rollout {
  replicas: number
  /** How many pods there may be beyond `replicas`. */
  maxSurge: number
  /** How many of `replicas` may be missing. */
  maxUnavailable: number
}

/** `25%` or a number, of the replicas; surge rounds up, unavailable rounds down (Kubernetes, "Deployments"). */
export function resolve(value: unknown, replicas: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return Math.max(0, Math.trunc(value))
  const percent = /^(\d+)%$/.exec(typeof value === 'string' ? value : '')?.[1]
  const share = (Number(percent ?? 0) * replicas) / 100
  return round === 'up' ? Math.ceil(share) : Math.floor(share)
}

/** The next sizes: of the new set, and of the old ones in their order (oldest first). */
export function nextSizes(
  { replicas, maxSurge, maxUnavailable }: Rollout,
  fresh: Size,
  old: readonly Size[],
): { fresh: number; old: number[] } {
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0)
  const oldSizes = old.map(size => size.wanted)
  const room = replicas + maxSurge - fresh.wanted - sum(oldSizes)
  const next = fresh.wanted > replicas ? replicas : fresh.wanted + Math.max(0, Math.min(room, replicas - fresh.wanted))

  // Down only as far as enough can serve: what is new and not yet serving must not be counted on.
  const least = replicas - maxUnavailable
  const waiting = Math.max(0, next - Math.min(fresh.available, next))
  let spare = next + sum(oldSizes) - least - waiting
  const sizes = [...oldSizes]
  for (const [index, size] of old.entries()) {
    const broken = Math.max(0, Math.min(size.wanted - size.available, spare))
    sizes[index] = size.wanted - broken
    spare -= broken
  }
  let surplus = fresh.available + sum(old.map(size => size.available)) - least
  for (const [index, size] of sizes.entries()) {
    const taken = Math.max(0, Math.min(size, spare, surplus))
    sizes[index] = size - taken
    spare -= taken
    surplus -= taken
  }
  return { fresh: next, old: sizes }
}
