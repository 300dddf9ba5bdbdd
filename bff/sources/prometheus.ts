import type { EpochMilliseconds, Milliseconds, Seconds } from '#shared/units.ts'
import { Limit } from './limit.ts'
import {
  AnswerError,
  type Envelope,
  parseEnvelope,
  parseExemplars,
  parseMatrix,
  parseTargets,
  parseVector,
  parseWords,
} from './prometheus-answer.ts'
import { scrapeIntervalOf } from './scrape-interval.ts'
import { type Exemplar, type Prometheus, type Sample, type ScrapeTarget, type Series, SourceError } from './source.ts'
import { StateKeeper, unsetState } from './source-state.ts'
import { type Answer, type Ask, Wire } from './wire.ts'

export interface PrometheusOptions {
  /** May carry a path and credentials. */
  url: string
  /** Bearer token. */
  token?: string | undefined
  now: () => EpochMilliseconds
  /** Of one query, from the moment it is sent. */
  timeout?: Milliseconds
  /** Longest answer in bytes, unpacked. */
  cap?: number
}

/** Queries sent at the same time; Prometheus itself works on 20 of all its clients together. */
const inFlight = 6
const configKept: Milliseconds = 5 * 60_000
const configRetry: Milliseconds = 30_000
const assumedInterval: Seconds = 15

export function openPrometheus(options: PrometheusOptions): Prometheus & { close(): Promise<void> } {
  return new PrometheusClient(options)
}

/** Stands where no Prometheus was given: every question is refused in a sentence. */
export function unsetPrometheus(): Prometheus & { close(): Promise<void> } {
  const refuse = () =>
    Promise.reject(new SourceError('prometheus', 'unset', 'No Prometheus is set: give --prometheus.'))
  return {
    query: refuse,
    queryRange: refuse,
    queryExemplars: refuse,
    words: refuse,
    targets: refuse,
    scrapeInterval: () => Promise.resolve({ interval: assumedInterval, known: false }),
    queryCount: () => 0,
    state: () => unsetState('prometheus', '--prometheus or WEFT_PROMETHEUS_URL'),
    probe: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

class PrometheusClient implements Prometheus {
  readonly #wire: Wire
  readonly #state: StateKeeper
  readonly #now: () => EpochMilliseconds
  readonly #timeout: Milliseconds
  readonly #cap: number
  readonly #limit = new Limit(inFlight)
  #queries = 0
  #interval: { interval: Seconds; known: boolean } = { interval: assumedInterval, known: false }
  #askAgainAt: EpochMilliseconds = 0
  #asking: Promise<void> | null = null

  constructor({ url, token, now, timeout = 10_000, cap = 64e6 }: PrometheusOptions) {
    const bearer = { authorization: `Bearer ${token}` }
    const headers = token ? () => Promise.resolve(bearer) : undefined
    this.#wire = new Wire({ name: 'prometheus', url, headers, connections: inFlight + 1 })
    this.#state = new StateKeeper('prometheus', this.#wire.url, now)
    this.#now = now
    this.#timeout = timeout
    this.#cap = cap
  }

  query(promql: string, at: EpochMilliseconds, signal?: AbortSignal): Promise<Sample[]> {
    return this.#query('/api/v1/query', { query: promql, time: secondsOf(at) }, parseVector, signal)
  }

  queryRange(
    promql: string,
    { start, end, step }: { start: EpochMilliseconds; end: EpochMilliseconds; step: Seconds },
    signal?: AbortSignal,
  ): Promise<Series[]> {
    const form = { query: promql, start: secondsOf(start), end: secondsOf(end), step: String(step) }
    return this.#query('/api/v1/query_range', form, parseMatrix, signal)
  }

  async queryExemplars(
    promql: string,
    { start, end }: { start: EpochMilliseconds; end: EpochMilliseconds },
    signal?: AbortSignal,
  ): Promise<Exemplar[]> {
    const form = { query: promql, start: secondsOf(start), end: secondsOf(end) }
    return this.#query('/api/v1/query_exemplars', form, parseExemplars, signal)
  }

  async words(
    label: string | null,
    selectors: readonly string[],
    { start, end }: { start: EpochMilliseconds; end: EpochMilliseconds },
    signal?: AbortSignal,
  ): Promise<string[]> {
    const form = new URLSearchParams({ start: secondsOf(start), end: secondsOf(end) })
    for (const selector of selectors) form.append('match[]', selector)
    const at = label === null ? '/api/v1/labels' : `/api/v1/label/${encodeURIComponent(label)}/values`
    const path = `${at}?${form.toString()}`
    const { data } = await this.#ask({ method: 'GET', path, timeout: this.#timeout, cap: 16e6, signal })
    return this.#parsed(() => parseWords(data))
  }

  async targets(signal?: AbortSignal): Promise<ScrapeTarget[]> {
    const path = '/api/v1/targets?state=active'
    // It is asked where a panel is empty, and many stores have none: nothing is held against them.
    const { data } = await this.#ask({ method: 'GET', path, timeout: this.#timeout, cap: 16e6, signal }, true)
    return this.#parsed(() => parseTargets(data))
  }

  async scrapeInterval(signal?: AbortSignal): Promise<{ interval: Seconds; known: boolean }> {
    if (this.#now() >= this.#askAgainAt) {
      // One question for all who want to know; whoever stops waiting does not stop the others.
      this.#asking ??= this.#readInterval().finally(() => {
        this.#asking = null
      })
      await (signal ? Promise.race([this.#asking, aborted(signal)]) : this.#asking)
    }
    return this.#interval
  }

  queryCount(): number {
    return this.#queries
  }

  state() {
    return this.#state.get()
  }

  async probe(signal?: AbortSignal): Promise<void> {
    const timeout = Math.min(this.#timeout, 5000)
    try {
      const { data } = await this.#ask(
        { method: 'GET', path: '/api/v1/status/buildinfo', timeout, cap: 1e6, signal },
        true,
      )
      const version = isRecord(data) ? data['version'] : undefined
      if (typeof version === 'string') this.#state.is(`Prometheus ${version.slice(0, 40)}`)
    } catch {
      // Compatible stores often have no buildinfo; they all answer a query. What it says is in the state.
      const form = new URLSearchParams({ query: 'vector(1)' })
      const ask: Ask = { method: 'POST', path: '/api/v1/query', form, timeout, cap: 1e6, signal }
      if (!signal?.aborted) await this.#ask(ask).catch(() => {})
    }
  }

  async close(): Promise<void> {
    await this.#wire.close()
  }

  async #query<T>(
    path: string,
    fields: Record<string, string>,
    parse: (data: unknown) => T,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    // Told to Prometheus too, so that it stops working on what nobody waits for.
    const form = new URLSearchParams({ ...fields, timeout: `${Math.ceil(this.#timeout)}ms` })
    const ask: Ask = { method: 'POST', path, form, timeout: this.#timeout, cap: this.#cap, signal }
    const send = async () => {
      this.#queries += 1
      const { data } = await this.#ask(ask)
      return this.#parsed(() => parse(data))
    }
    try {
      return await this.#limit.run(send, signal)
    } catch (error) {
      if (error instanceof SourceError) throw error
      throw this.#wire.error('unreachable', 'was not asked: nobody needs the answer.', error)
    }
  }

  /** Asks, keeps the state, and returns the envelope's data. What is optional may fail without a mark on the state. */
  async #ask(ask: Ask, isOptional = false): Promise<{ data: unknown }> {
    try {
      const answer = await this.#wire.ask(ask)
      const data = this.#parsed(() => this.#dataOf(answer))
      this.#state.good(answer.duration)
      return { data }
    } catch (error) {
      // Who withdraws a question, or asks a bad one, has learned nothing about Prometheus.
      const isOurs = ask.signal?.aborted === true || (error instanceof SourceError && error.reason === 'refused')
      if (error instanceof SourceError && !isOurs && !isOptional) this.#state.bad(error.message)
      throw error
    }
  }

  #parsed<T>(parse: () => T): T {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error
      throw this.#wire.error('malformed', error.message, error)
    }
  }

  #dataOf({ status, contentType, body, duration }: Answer): unknown {
    if (status === 401 || status === 403)
      throw this.#wire.error(
        'unreachable',
        `refuses us (${status}). Set WEFT_PROMETHEUS_TOKEN, or credentials in its address.`,
      )
    const envelope = this.#envelope(status, contentType, body)
    if (envelope.kind === 'success') return envelope.data
    if (envelope.type === 'timeout') throw this.#wire.error('timeout', `gave up on the query: ${envelope.message}`)
    // It speaks, and says no: it is well, the question is not.
    this.#state.good(duration)
    throw this.#wire.error('refused', `refused the query (${envelope.type || status}): ${envelope.message}`)
  }

  #envelope(status: number, contentType: string, body: Buffer): Envelope {
    if (!contentType.includes('json')) {
      if (status >= 500)
        throw this.#wire.error('unreachable', `answers ${status}: something before it, or it itself, is down.`)
      if (status >= 400) throw new AnswerError(`has no query API at this path (${status}). Is the address right?`)
    }
    return parseEnvelope(body.toString(), contentType)
  }

  async #readInterval(): Promise<void> {
    try {
      const { data } = await this.#ask(
        { method: 'GET', path: '/api/v1/status/config', timeout: Math.min(this.#timeout, 5000), cap: 16e6 },
        true,
      )
      const text = isRecord(data) ? data['yaml'] : undefined
      const interval = typeof text === 'string' ? scrapeIntervalOf(text) : null
      if (interval !== null) this.#interval = { interval, known: true }
      this.#askAgainAt = this.#now() + configKept
    } catch (error) {
      // Many compatible stores do not tell their configuration; one that is down is asked again sooner.
      const isTold = error instanceof SourceError && (error.reason === 'refused' || error.reason === 'malformed')
      this.#askAgainAt = this.#now() + (isTold ? configKept : configRetry)
    }
  }
}

const secondsOf = (at: EpochMilliseconds) => (at / 1000).toFixed(3)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Resolves when the signal aborts: for races with it. */
const aborted = (signal: AbortSignal) =>
  new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
