import { setTimeout as sleep } from 'node:timers/promises'
import type { Written } from '#bff/config/apply.ts'
import type { Deps } from '#bff/config/deps.ts'
import { keptKinds, namespaceKind } from '#bff/config/kinds.ts'
import { HttpProblem } from '#bff/http/problem.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import type { Turns } from '#bff/mesh/turns.ts'
import type { ObjectsWatch } from '#bff/sources/kubernetes-objects.ts'
import { type Store, StoreError } from '#bff/store/store.ts'
import { compareRevisions, listHistory, readRevision, tallyHistory } from '#shared/config/api.ts'
import type { Finding } from '#shared/config/finding.ts'
import type { Bytes, EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { compareEntries, listEntries, type Past, readEntry, tallyEntries } from './entries.ts'
import { seenBy } from '#bff/config/seen.ts'
import { openRecorder } from './recorder.ts'

export interface HistoryOptions {
  objects: ObjectsWatch
  mirror: Pick<Deps['mirror'], 'ask' | 'ready' | 'check' | 'rows'>
  rights: Deps['rights']
  store: Store
  retention: { age: Milliseconds; bytes: Bytes }
  /** The cluster's name, where it does not say who it is. */
  cluster: () => string
  /** Who tells of assertions that a change turned. */
  turns?: Pick<Turns, 'hear'>
  now: () => EpochMilliseconds
  report: (error: unknown) => void
}

export interface History {
  routes(router: Router): void
  /** Who made a change, and why: to be told after each write of this console. */
  written(event: Written): void
  close(): Promise<void>
}

const forgetEvery: Milliseconds = 3_600_000
const forgetFirst: Milliseconds = 60_000

/** Brings changes into the store, forgets old ones, and answers for the past. */
export function openHistory(options: HistoryOptions): History {
  const { objects, mirror, rights, store, retention, now, report } = options
  const { mesh, giveUp } = meshOf(objects, options.cluster)
  const recorder = openRecorder({
    objects,
    kinds: keptKinds,
    store,
    mesh: Promise.all([mesh, mirror.ready]).then(([name]) => name),
    now,
    report,
    findings: refs =>
      mirror
        .ask(analysis => refs.map(ref => [...analysis.findingsOf(ref)]))
        // Without an answer of the cluster there are none; the change is told all the same.
        .catch((): Finding[][] => []),
  })
  const unheard = options.turns?.hear(turn => recorder.turned(turn))
  const seen = (user: string) => seenBy({ rights, mirror }, user)
  const past: Past = { rights, seen, store, mesh: () => soon(mesh, mirror), settled: () => recorder.settled() }

  const forget = () => {
    store
      .prune({ olderThan: now() - retention.age, bytes: retention.bytes })
      .catch((error: unknown) => error instanceof StoreError || report(error))
      .finally(() => {
        if (timer !== undefined) timer = setTimeout(forget, forgetEvery)
      })
  }
  let timer: NodeJS.Timeout | undefined = setTimeout(forget, forgetFirst)

  return {
    written: event => recorder.note(event),
    routes(router) {
      serve(router, listHistory, ({ query }, _, caller) => told(listEntries(past, query, caller())))
      serve(router, tallyHistory, ({ query }, _, caller) => told(tallyEntries(past, query, caller())))
      serve(router, readRevision, ({ params }, _, caller) => told(readEntry(past, params.id, caller())))
      serve(router, compareRevisions, ({ params }, _, caller) => told(compareEntries(past, params, caller())))
    },
    close: async () => {
      clearTimeout(timer)
      timer = undefined
      giveUp()
      unheard?.()
      await recorder.close()
    },
  }
}

/**
 * Which mesh this is, in a store that may keep several: the uid of kube-system stands for a cluster (OpenTelemetry,
 * `k8s.cluster.uid`); where there is none or we may not read it, the name the kubeconfig has for it. Nothing is guessed
 * while the cluster does not answer.
 */
function meshOf(objects: ObjectsWatch, name: () => string): { mesh: Promise<string>; giveUp(): void } {
  const { promise, resolve } = Promise.withResolvers<string>()
  const look = () => {
    const state = objects.kinds().find(each => each.group === '' && each.kind === namespaceKind.kind)?.state
    if (state === undefined || state === 'starting' || state === 'failing') return
    leave()
    resolve(objects.items(namespaceKind).get('/kube-system')?.metadata.uid ?? name())
  }
  const leave = objects.subscribe(look)
  look()
  return { mesh: promise, giveUp: leave }
}

/** As long as somebody who asks waits for the cluster to say which one it is. */
const patience: Milliseconds = 5000

async function soon(mesh: Promise<string>, mirror: Pick<Deps['mirror'], 'check'>): Promise<string> {
  const known = await Promise.race([mesh, Promise.resolve(null)])
  if (known !== null) return known
  // In its first seconds no source has said anything: who asks then waits.
  const late = new AbortController()
  try {
    const found = await Promise.race([mesh, sleep(patience, null, { signal: late.signal })])
    if (found !== null) return found
    mirror.check()
    throw new HttpProblem(503, 'Kubernetes has not told yet which cluster this is; try again in a moment.')
  } finally {
    late.abort()
  }
}

/** A store that does not answer is not our fault and says itself what to do. */
async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof StoreError) throw new HttpProblem(503, error.message, undefined, { cause: error })
    throw error
  }
}
