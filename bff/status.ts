import type { Sources } from '#bff/sources/source.ts'
import type { SourceState, Status } from '#shared/mesh/source.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'

export interface StatusOptions {
  sources: Sources
  version: string
  mesh: Status['mesh']
  /** Whom the page may switch to; nobody unless said. */
  users?: readonly string[]
  now(): EpochMilliseconds
  /** Hears of every change of a source's state. */
  changed(status: Status): void
}

export interface StatusWatch {
  read(): Status
  /** Resolves when every source has been asked once. */
  firstWord: Promise<void>
  close(): void
}

const lookEvery: Milliseconds = 1000
/** A source that answered its last question this recently is not asked for its health. */
const fresh: Milliseconds = 10_000
const probeEvery: Milliseconds = 15_000
const probeWhenFailing: Milliseconds = 5000

/** Keeps an eye on the sources: asks those that nobody else asks, and tells when one changes its state. */
export function watchStatus(options: StatusOptions): StatusWatch {
  const { sources, now } = options
  const end = new AbortController()
  let scrape = { interval: 15, known: false }
  const states = (): SourceState[] => [sources.prometheus.state(), sources.kubernetes.state(), sources.tracing.state()]
  const read = (): Status => ({
    version: options.version,
    mesh: options.mesh,
    cluster: sources.kubernetes.cluster(),
    user: sources.kubernetes.user(),
    users: [...(options.users ?? [])],
    now: now(),
    scrapeInterval: scrape.interval,
    scrapeIntervalKnown: scrape.known,
    sources: states(),
  })

  const askPrometheus = async () => {
    await sources.prometheus.probe(end.signal)
    if (sources.prometheus.state().state !== 'failing') scrape = await sources.prometheus.scrapeInterval(end.signal)
  }
  const timers = new Set<NodeJS.Timeout>()
  const keepAsking = async (state: () => SourceState, ask: () => Promise<void>): Promise<void> => {
    const before = state()
    const isFresh = before.state === 'ok' && before.lastGoodAt !== null && now() - before.lastGoodAt < fresh
    if (before.state !== 'unset' && !isFresh) await ask()
    if (end.signal.aborted) return
    const timer = setTimeout(
      () => {
        timers.delete(timer)
        void keepAsking(state, ask)
      },
      state().state === 'failing' ? probeWhenFailing : probeEvery,
    )
    timers.add(timer)
  }
  const asked = [
    keepAsking(() => sources.prometheus.state(), askPrometheus),
    keepAsking(
      () => sources.tracing.state(),
      () => sources.tracing.probe(end.signal),
    ),
  ]

  let told = gist(read())
  const look = setInterval(() => {
    const status = read()
    const next = gist(status)
    if (next === told) return
    told = next
    options.changed(status)
  }, lookEvery)

  return {
    read,
    firstWord: Promise.all(asked).then(() => {}),
    close: () => {
      end.abort()
      clearInterval(look)
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** What is worth a message: not the clock, and not how long the last answer took. */
function gist({ scrapeInterval, sources, cluster }: Status): string {
  return JSON.stringify([
    cluster,
    scrapeInterval,
    sources.map(({ state, since, because, version }) => [state, since, because, version]),
  ])
}
