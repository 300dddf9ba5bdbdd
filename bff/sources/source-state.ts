import type { SourceName, SourceState } from '#shared/mesh/source.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'

/** An answer that took longer is told as `slow`. */
export const slowAfter: Milliseconds = 3000

/** How the people who read messages call an upstream. */
export const sourceLabels: Record<SourceName, string> = {
  prometheus: 'Prometheus',
  kubernetes: 'Kubernetes',
  tracing: 'Tracing',
}

/** What an upstream is like, kept from its answers: ok · slow · failing since … because …. */
export class StateKeeper {
  readonly #now: () => EpochMilliseconds
  #state: SourceState

  constructor(name: SourceName, url: string, now: () => EpochMilliseconds) {
    this.#now = now
    this.#state = {
      name,
      state: 'failing',
      url,
      since: now(),
      lastGoodAt: null,
      duration: null,
      because: `${sourceLabels[name]} at ${url} has not answered yet.`,
      version: null,
    }
  }

  get(): SourceState {
    return this.#state
  }

  /** It answered, after so many milliseconds. `because`: what is not well all the same. */
  good(duration: Milliseconds, because: string | null = null): void {
    const { name, url } = this.#state
    const isSlow = duration > slowAfter
    this.#change(isSlow ? 'slow' : 'ok', {
      lastGoodAt: this.#now(),
      duration,
      because: isSlow
        ? `${sourceLabels[name]} at ${url} took ${(duration / 1000).toFixed(1)} s to answer; what is shown may be late.`
        : because,
    })
  }

  /** It failed, in one sentence. */
  bad(because: string): void {
    this.#change('failing', { because })
  }

  is(version: string): void {
    this.#state = { ...this.#state, version }
  }

  #change(state: SourceState['state'], rest: Partial<SourceState>): void {
    const since = state === this.#state.state ? this.#state.since : this.#now()
    this.#state = { ...this.#state, ...rest, state, since }
  }
}

/** The state of an upstream nobody gave an address for. */
export function unsetState(name: SourceName, setting: string): SourceState {
  return {
    name,
    state: 'unset',
    url: '',
    since: 0,
    lastGoodAt: null,
    duration: null,
    because: `No address is set; give one with ${setting}.`,
    version: null,
  }
}
