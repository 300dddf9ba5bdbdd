import type { EpochMilliseconds, PerSecond } from '#shared/units.ts'

/** A bucket of tokens: `burst` at once, `rate` per second in the long run. */
export class Budget {
  readonly #rate: PerSecond
  readonly #burst: number
  #tokens: number
  #at: EpochMilliseconds | null = null

  constructor(rate: PerSecond, burst: number) {
    this.#rate = rate
    this.#burst = burst
    this.#tokens = burst
  }

  /** Takes one token; false when there is none. */
  take(now: EpochMilliseconds): boolean {
    const passed = this.#at === null ? 0 : Math.max(0, now - this.#at) / 1000
    this.#at = now
    this.#tokens = Math.min(this.#burst, this.#tokens + passed * this.#rate)
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
