import { setTimeout as pause } from 'node:timers/promises'
import type { KindState, ObjectKind, ObjectsWatch } from '#bff/sources/kubernetes-objects.ts'
import { SourceError } from '#bff/sources/source.ts'
import { allAnalyzers } from '#shared/config/analyze/all.ts'
import type { Analyzer, EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { type Analysis, createAnalysis } from '#shared/config/analyze/engine.ts'
import { indexes } from '#shared/config/analyze/indexes.ts'
import type { ConfigRow } from '#shared/config/api.ts'
import { type Applies, appliesTo } from '#shared/config/applies/applies.ts'
import type { Finding } from '#shared/config/finding.ts'
import { defaultSettings, type MeshSettings } from '#shared/config/world/settings.ts'
import { type KindKey, kindKeyOf } from '#shared/config/world/world.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import type { Milliseconds } from '#shared/units.ts'
import { groundKinds, listedKinds, secretKind, settingsKind, watchedKinds } from './kinds.ts'
import { rowOf } from './row.ts'
import { settingsIn } from './settings.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { inSlices } from './slices.ts'

/** One object that is another than before; null where there was or is none. */
export interface ObjectChange {
  ref: ObjectRef
  before: MeshObject | null
  after: MeshObject | null
  findings: readonly Finding[]
}

/** What the cluster's mesh objects are, with what is to be said about each: one for all who look. */
export interface Mirror {
  /** Rises with every change of a row. */
  revision(): number
  /** In the order of their keys. */
  rows(): readonly ConfigRow[]
  kinds(): readonly KindState[]
  /** Resolves when everything has been looked at once. */
  readonly ready: Promise<void>
  /** Throws SourceError where the cluster does not answer: what is known is old. */
  check(): void
  /** Asks the analysis when it is not in the middle of a change. The question must not wait for anything. */
  ask<T>(question: (analysis: Analysis) => T): Promise<T>
  /** All objects of the watched kinds, and which of them are others than at an earlier time. */
  readonly ledger: Ledger
  /** Traffic as it was measured, instead of what was measured before: see `shared/config/world/traffic.ts`. */
  measured(calls: readonly MeshObject[]): Promise<void>
  /** The mesh's settings as last read. */
  settings(): MeshSettings
  /**
   * Hears of changes of listed objects, in order. At start all of them are told as `before: null`, with `isFirst`: they
   * are found, not new.
   */
  subscribe(listener: (changes: readonly ObjectChange[], isFirst: boolean) => void): () => void
  close(): Promise<void>
}

/** Changes that come this close together are taken in together. */
const settle: Milliseconds = 50

export function openMirror(objects: ObjectsWatch, report: (error: unknown) => void): Mirror {
  const ledger = createLedger()
  const dirty = new Set<ObjectKind>(watchedKinds)
  const rowsByKey = new Map<string, ConfigRow>()
  const listeners = new Set<(changes: readonly ObjectChange[], isFirst: boolean) => void>()
  const ready = Promise.withResolvers<void>()
  const end = new AbortController()
  const scope = scopeOf()
  let analysis: Analysis | null = null
  let settings: MeshSettings = defaultSettings
  let conditions = ''
  /** Keys in order; null when one has come or gone. */
  let order: readonly string[] | null = null
  let sorted: readonly ConfigRow[] | null = null
  let revision = 0
  let isFirst = true
  let traffic: ReadonlyMap<string, MeshObject> = new Map()
  let timer: NodeJS.Timeout | undefined
  /** Changes and questions one after the other. */
  let queue: Promise<unknown> = Promise.resolve()
  const next = <T>(work: () => Promise<T> | T): Promise<T> => {
    const done = queue.then(() => {
      end.signal.throwIfAborted()
      return work()
    })
    queue = done.catch(() => {})
    return done
  }

  const states = (): readonly KindState[] => objects.kinds()
  const isSettled = () => states().every(({ state }) => state !== 'starting')

  const wake = () => {
    if (timer !== undefined || end.signal.aborted) return
    timer = setTimeout(begun, settle)
  }
  const begun = () => {
    clearTimeout(timer)
    timer = undefined
    if (!isSettled()) return
    next(takeIn).catch((error: unknown) => {
      if (!end.signal.aborted) report(error)
    })
  }
  const leave = objects.subscribe(kind => {
    if (kind) dirty.add(kind)
    wake()
  })
  wake()

  async function takeIn(): Promise<void> {
    const { put, remove } = changed()
    settings = settingsIn(objects.items(settingsKind).values())
    const readable = readableKinds()
    const now = JSON.stringify([settings, readable])
    const before = (ref: ObjectRef) => analysis?.read(ref) ?? null
    const told = new Map([...put.map(refOf), ...remove].map(ref => [keyOf(ref), { ref, before: before(ref) }]))
    let touched: Iterable<string>
    if (analysis === null || now !== conditions) {
      touched = await begin(settings, readable)
      conditions = now
    } else if (put.length + remove.length === 0) return
    else touched = await inSlices(analysis.steps({ put, remove }), end.signal)
    await inSlices(writeRows(new Set([...touched, ...told.keys(), ...scope.takeTouched()])), end.signal)
    ready.resolve()
    tell([...told.values()])
  }

  /** What the watches know and the analysis does not. */
  function changed(): { put: MeshObject[]; remove: ObjectRef[] } {
    const put: MeshObject[] = []
    const remove: ObjectRef[] = []
    for (const kind of watchedKinds) {
      if (!dirty.delete(kind)) continue
      const told = ledger.take(kind, objects.items(kind))
      put.push(...told.put)
      remove.push(...told.remove)
    }
    return { put, remove }
  }

  /** A new analysis of everything: at start, and when what holds for the whole mesh is another. */
  async function begin(settings: MeshSettings, readable: readonly KindKey[]): Promise<Iterable<string>> {
    const fresh = createAnalysis([scope.analyzer, ...analyzersFor(readable)], indexes, settings, [])
    scope.clear()
    const all = watchedKinds.flatMap(kind => [...ledger.of(kind).values()])
    await inSlices(fresh.steps({ put: [...all, ...traffic.values()] }), end.signal)
    analysis = fresh
    return all.map(object => keyOf(refOf(object)))
  }

  const readableKinds = (): KindKey[] =>
    states()
      .filter(({ state }) => state === 'ok' || state === 'missing')
      .map(({ group, kind }) => `${group}/${kind}`)

  function* writeRows(keys: ReadonlySet<string>): Generator<void, void, void> {
    for (const key of keys) {
      const applies = scope.known.get(key)
      if (applies && analysis?.read(refOf(applies.object))) {
        const row = rowOf(applies.object, applies, analysis.findingsOf(refOf(applies.object)))
        if (isEqual(rowsByKey.get(key), row)) continue
        if (!rowsByKey.has(key)) order = null
        rowsByKey.set(key, row)
      } else {
        scope.known.delete(key)
        if (!rowsByKey.delete(key)) continue
        order = null
      }
      sorted = null
      revision += 1
      yield
    }
  }

  function tell(changes: { ref: ObjectRef; before: MeshObject | null }[]): void {
    const listed = changes.filter(({ ref }) => isListed(`${ref.group}/${ref.kind}`))
    const whole = listed.map(({ ref, before }) => ({
      ref,
      before,
      after: analysis?.read(ref) ?? null,
      findings: analysis?.findingsOf(ref) ?? [],
    }))
    if (whole.length > 0) for (const listener of listeners) listener(whole, isFirst)
    isFirst = false
  }

  return {
    revision: () => revision,
    rows() {
      order ??= [...rowsByKey.keys()].sort()
      return (sorted ??= order.flatMap(key => rowsByKey.get(key) ?? []))
    },
    kinds: states,
    ledger,
    measured: calls =>
      next(async () => {
        const before = traffic
        traffic = new Map(calls.map(call => [keyOf(refOf(call)), call]))
        const remove = [...before].filter(([key]) => !traffic.has(key)).map(([, call]) => refOf(call))
        if (analysis === null) return
        const touched = await inSlices(analysis.steps({ put: calls, remove }), end.signal)
        await inSlices(writeRows(new Set([...touched, ...scope.takeTouched()])), end.signal)
      }),
    settings: () => settings,
    ready: ready.promise,
    check() {
      if (objects.user === null)
        throw new SourceError(
          'kubernetes',
          'unset',
          'No cluster is set; give one with --kubeconfig or WEFT_KUBECONFIG.',
        )
      const served = states().filter(({ state }) => state !== 'missing')
      const [first] = served
      // One kind that fails is that kind's trouble; all of them are the cluster's.
      if (first?.because && served.every(({ state }) => state === 'failing'))
        throw new SourceError('kubernetes', 'unreachable', first.because)
    },
    async ask(question) {
      if (analysis === null) await Promise.race([ready.promise, pause(patience, undefined, { ref: false })])
      // What the watches have told is taken in first: who asks after a change is answered after it.
      if (timer !== undefined) begun()
      return next(() => {
        if (analysis === null) throw new SourceError('kubernetes', 'unreachable', notYet)
        return question(analysis)
      })
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      end.abort(new Error('The console ends.'))
      clearTimeout(timer)
      leave()
      await queue
    },
  }
}

/** At start a question waits this long for the first answer there is. */
const patience: Milliseconds = 5000

const notYet = 'Kubernetes has not told its objects yet; try again in a moment.'

const listedKeys = new Set<KindKey>(listedKinds.map(({ group, kind }) => `${group}/${kind}`))
const isListed = (kind: KindKey): boolean => listedKeys.has(kind)

/** Analyzers that can be right: those that would take what we may not read for what is not there are left out. */
function analyzersFor(readable: readonly KindKey[]): readonly Analyzer[] {
  const can = (kind: ObjectKind) => readable.includes(`${kind.group}/${kind.kind}`)
  if (!groundKinds.every(can)) return []
  return can(secretKind) ? allAnalyzers : allAnalyzers.filter(({ name }) => name !== 'gateway.SecretAnalyzer')
}

/**
 * What each listed object applies to, kept true by the analysis' own machine: as an analyzer that says nothing. It is
 * asked again exactly when something it asked about has changed.
 */
function scopeOf(): {
  analyzer: EachAnalyzer
  known: Map<string, Applies & { object: MeshObject }>
  takeTouched(): Iterable<string>
  clear(): void
} {
  const known = new Map<string, Applies & { object: MeshObject }>()
  let touched = new Set<string>()
  return {
    known,
    analyzer: {
      name: 'weft.applies',
      each: [...listedKeys],
      analyze(object, world) {
        if (!isListed(kindKeyOf(object))) return
        const key = keyOf(refOf(object))
        known.set(key, { object, ...appliesTo(object, world) })
        touched.add(key)
      },
    },
    takeTouched() {
      const those = touched
      touched = new Set()
      return those
    },
    clear: () => known.clear(),
  }
}
