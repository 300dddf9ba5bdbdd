import type { Written } from '#bff/config/apply.ts'
import type { Deps } from '#bff/config/deps.ts'
import { listedKinds, namespaceKind } from '#bff/config/kinds.ts'
import { HttpProblem } from '#bff/http/problem.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import type { ObjectsWatch } from '#bff/sources/kubernetes-objects.ts'
import { type Store, StoreError } from '#bff/store/store.ts'
import { compareRevisions, listHistory, readRevision } from '#shared/config/api.ts'
import type { Finding } from '#shared/config/finding.ts'
import type { Bytes, EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { compareEntries, listEntries, type Past, readEntry } from './entries.ts'
import { openRecorder } from './recorder.ts'

export interface HistoryOptions {
  objects: ObjectsWatch
  mirror: Pick<Deps['mirror'], 'ask' | 'ready'>
  rights: Deps['rights']
  store: Store
  retention: { age: Milliseconds; bytes: Bytes }
  /** The cluster's name, where it does not say who it is. */
  cluster: () => string
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
  const mesh = mirror.ready.then(() => meshOf(objects, options.cluster()))
  const recorder = openRecorder({
    objects,
    kinds: listedKinds,
    store,
    mesh,
    now,
    report,
    findings: refs =>
      mirror
        .ask(analysis => refs.map(ref => [...analysis.findingsOf(ref)]))
        // Without an answer of the cluster there are none; the change is told all the same.
        .catch((): Finding[][] => []),
  })
  const past: Past = { rights, store, mesh, settled: () => recorder.settled() }

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
      serve(router, readRevision, ({ params }, _, caller) => told(readEntry(past, params.id, caller())))
      serve(router, compareRevisions, ({ params }, _, caller) => told(compareEntries(past, params, caller())))
    },
    close: async () => {
      clearTimeout(timer)
      timer = undefined
      await recorder.close()
    },
  }
}

/**
 * Which mesh this is, in a store that may keep several: the uid of kube-system stands for a cluster (OpenTelemetry,
 * `k8s.cluster.uid`); where we may not read it, the name the kubeconfig has for it.
 */
const meshOf = (objects: ObjectsWatch, name: string): string =>
  objects.items(namespaceKind).get('/kube-system')?.metadata.uid ?? name

/** A store that does not answer is not our fault and says itself what to do. */
async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof StoreError) throw new HttpProblem(503, error.message, undefined, { cause: error })
    throw error
  }
}
