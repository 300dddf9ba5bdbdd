import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { SourceError, type Tracing } from './source.ts'
import { StateKeeper, unsetState } from './source-state.ts'
import { type Answer, Wire } from './wire.ts'

export interface TracingOptions {
  /** Jaeger's query service; may carry a base path (`/jaeger`) and credentials. */
  url: string
  now: () => EpochMilliseconds
  timeout?: Milliseconds
}

export function openTracing(options: TracingOptions): Tracing & { close(): Promise<void> } {
  return new TracingClient(options)
}

/** Stands where no tracing was given. */
export function unsetTracing(): Tracing & { close(): Promise<void> } {
  return {
    state: () => unsetState('tracing', '--tracing or WEFT_TRACING_URL'),
    probe: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

/** Which of Jaeger's query APIs there is: v3, or v1 where v3 is not known (404). */
const paths = { v3: '/api/v3/services', v1: '/api/services' }

/** Health only, for now. */
class TracingClient implements Tracing {
  readonly #wire: Wire
  readonly #state: StateKeeper
  readonly #timeout: Milliseconds
  #mode: 'v3' | 'v1' = 'v3'

  constructor({ url, now, timeout = 5000 }: TracingOptions) {
    this.#wire = new Wire({ name: 'tracing', url, connections: 3 })
    this.#state = new StateKeeper('tracing', this.#wire.url, now)
    this.#timeout = timeout
  }

  state() {
    return this.#state.get()
  }

  async probe(signal?: AbortSignal): Promise<void> {
    try {
      let answer = await this.#ask(paths[this.#mode], signal)
      if (answer.status === 404) {
        // An upgrade or a downgrade changes what there is: the other one is always tried before giving up.
        const other = this.#mode === 'v3' ? 'v1' : 'v3'
        answer = await this.#ask(paths[other], signal)
        if (answer.status === 200) this.#mode = other
      }
      this.#judge(answer)
      this.#state.is(`Jaeger query API ${this.#mode}`)
      this.#state.good(answer.duration)
    } catch (error) {
      if (signal?.aborted) return
      if (!(error instanceof SourceError)) throw error
      this.#state.bad(error.message)
    }
  }

  async close(): Promise<void> {
    await this.#wire.close()
  }

  #ask(path: string, signal: AbortSignal | undefined): Promise<Answer> {
    return this.#wire.ask({ method: 'GET', path, timeout: this.#timeout, cap: 4e6, signal })
  }

  #judge({ status, body }: Answer): void {
    if (status === 401 || status === 403)
      throw this.#wire.error('refused', `refuses us (${status}). Give credentials in its address.`)
    if (status === 404)
      throw this.#wire.error('malformed', 'has no Jaeger query API at this path (404). Is the base path right?')
    if (status !== 200) throw this.#wire.error('unreachable', `answers ${status}.`)
    if (!isServices(body.toString()))
      throw this.#wire.error('malformed', 'answered with something else than a list of services.')
  }
}

/** v3: `{services: […]}` or `{}` when there are none, v1: `{data: […]}` or null; whatever the content type says. */
function isServices(text: string): boolean {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json !== 'object' || json === null) return false
    return 'services' in json || 'data' in json || Object.keys(json).length === 0
  } catch {
    return false
  }
}
