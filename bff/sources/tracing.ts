import type { Trace } from '#shared/mesh/span.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { Limit } from './limit.ts'
import { type Dependency, SourceError, type TraceSearch, type TraceSummary, type Tracing } from './source.ts'
import { StateKeeper, unsetState } from './source-state.ts'
import { fields, list, text } from './trace-json.ts'
import { type Dialect, type Get, tempo, v1, v3 } from './tracing-dialects.ts'
import { type Answer, Wire } from './wire.ts'

export interface TracingOptions {
  /** Jaeger's query service or Tempo; may carry a base path (`/jaeger`) and credentials. */
  url: string
  now: () => EpochMilliseconds
  timeout?: Milliseconds
}

export function openTracing(options: TracingOptions): Tracing & { close(): Promise<void> } {
  return new TracingClient(options)
}

/** Stands where no tracing was given: every question is refused in a sentence. */
export function unsetTracing(): Tracing & { close(): Promise<void> } {
  const refuse = () => Promise.reject(new SourceError('tracing', 'unset', 'No tracing is set: give --tracing.'))
  return {
    services: refuse,
    operations: refuse,
    search: refuse,
    trace: refuse,
    dependencies: refuse,
    state: () => unsetState('tracing', '--tracing or WEFT_TRACING_URL'),
    probe: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

const dialects: readonly Dialect[] = [v3, v1, tempo]
/** Searches and traces under way at a time: each may be of many megabytes. */
const inFlight = 3

class TracingClient implements Tracing {
  readonly #wire: Wire
  readonly #state: StateKeeper
  readonly #timeout: Milliseconds
  readonly #limit = new Limit(inFlight)
  /** The one that was understood last; null until one was. */
  #dialect: Dialect | null = null

  constructor({ url, now, timeout = 10_000 }: TracingOptions) {
    this.#wire = new Wire({ name: 'tracing', url, connections: inFlight + 1 })
    this.#state = new StateKeeper('tracing', this.#wire.url, now)
    this.#timeout = timeout
  }

  services(signal?: AbortSignal): Promise<string[]> {
    return this.#told(() => this.#services(signal), signal)
  }

  operations(service: string, signal?: AbortSignal): Promise<string[]> {
    return this.#ask((dialect, get) => dialect.operations(get, service), signal)
  }

  search(query: TraceSearch, signal?: AbortSignal): Promise<TraceSummary[]> {
    return this.#ask((dialect, get) => dialect.search(get, query), signal)
  }

  trace(
    traceId: string,
    around?: { start: EpochMilliseconds; end: EpochMilliseconds },
    signal?: AbortSignal,
  ): Promise<Trace | null> {
    return this.#ask((dialect, get) => dialect.trace(get, traceId, around), signal)
  }

  dependencies(end: EpochMilliseconds, lookback: Milliseconds, signal?: AbortSignal): Promise<Dependency[] | null> {
    return this.#ask((dialect, get) => dialect.dependencies(get, end, lookback), signal)
  }

  state() {
    return this.#state.get()
  }

  async probe(signal?: AbortSignal): Promise<void> {
    try {
      await this.#told(() => this.#services(signal, Math.min(this.#timeout, 5000)), signal)
    } catch (error) {
      if (!(error instanceof SourceError)) throw error
    }
  }

  async close(): Promise<void> {
    await this.#wire.close()
  }

  /** Speaks the language that is understood; an upgrade or a downgrade changes which that is. */
  async #services(signal: AbortSignal | undefined, timeout = this.#timeout): Promise<string[]> {
    const known = this.#dialect
    const order = known === null ? dialects : [known, ...dialects.filter(each => each !== known)]
    for (const dialect of order) {
      // oxlint-disable-next-line no-await-in-loop -- the next one is asked only where this one is not understood
      const services = await dialect.services(this.#get(signal, timeout))
      if (services === null) continue
      this.#dialect = dialect
      this.#state.is(dialect.name)
      return services
    }
    throw this.#wire.error(
      'malformed',
      'has no query API of Jaeger or Tempo at this path (404). Is the base path right?',
    )
  }

  #ask<T>(question: (dialect: Dialect, get: Get) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const send = () =>
      this.#told(async () => {
        if (this.#dialect === null) await this.#services(signal)
        return question(this.#dialect ?? v3, this.#get(signal, this.#timeout))
      }, signal)
    return this.#limit.run(send, signal).catch((error: unknown) => {
      if (error instanceof SourceError) throw error
      throw this.#wire.error('unreachable', 'was not asked: nobody needs the answer.', error)
    })
  }

  /** Keeps the state by how it went. Who withdraws a question has learned nothing about the store. */
  async #told<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      return await work()
    } catch (error) {
      const isNews = error instanceof SourceError && error.reason !== 'refused' && error.reason !== 'tooLarge'
      if (isNews && signal?.aborted !== true) this.#state.bad(error.message)
      throw error
    }
  }

  #get(signal: AbortSignal | undefined, timeout: Milliseconds): Get {
    return async (path, params, cap) => {
      const search = new URLSearchParams()
      for (const [name, value] of Object.entries(params)) if (value !== undefined) search.set(name, value)
      const query = search.size === 0 ? '' : `?${search.toString()}`
      const answer = await this.#wire.ask({ method: 'GET', path: path + query, timeout, cap, signal })
      if (answer.status === 404) return null
      const value = this.#valueOf(answer)
      this.#state.good(answer.duration)
      return value
    }
  }

  #valueOf({ status, body }: Answer): unknown {
    if (status === 401 || status === 403)
      throw this.#wire.error('unreachable', `refuses us (${status}). Give credentials in its address.`)
    // Errors come as text/plain with JSON in it: the content type says nothing.
    const value = parsed(body)
    if (status >= 400 && status < 500)
      throw this.#wire.error('refused', `refused the question (${status}): ${reasonIn(value) || 'it does not say why'}`)
    if (status !== 200) throw this.#wire.error('unreachable', `answers ${status}.`)
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#wire.error('malformed', 'answered with something else than JSON of Jaeger or Tempo.')
    return value
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    return undefined
  }
}

/** v1: `errors[0].msg`; v3: `error.message`. */
function reasonIn(value: unknown): string {
  const { errors, error } = fields(value)
  const [first] = list(errors)
  return (text(fields(first)['msg']) || text(fields(error)['message']) || text(error)).slice(0, 500)
}
