import { createHash } from 'node:crypto'
import * as z from 'zod/mini'
import { HttpProblem, isSourceFailure } from '#bff/http/problem.ts'
import type { Subject } from '#bff/live/subject.ts'
import type { Turns } from '#bff/mesh/turns.ts'
import type { ObjectsWatch } from '#bff/sources/kubernetes-objects.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import { groupOf, keyOf, type MeshObject, type ObjectRef } from '#shared/mesh/object.ts'
import type { Landscape } from '#shared/security/api.ts'
import { type Checked, createChecker } from '#shared/security/assert/assert.ts'
import { parse } from '#shared/security/assert/sentence.ts'
import { type Assertions, type AssertionsState, type Kept, keptIn } from '#shared/security/assert/assertions.ts'
import { isMeshObject } from '#shared/security/landscape.ts'
import type { Milliseconds } from '#shared/units.ts'
import { readAssertionsFor } from './assertions.ts'
import { blank, lookedAgain, type Look, sentenceKey, versionsOf, withEarlier } from './standing.ts'
import { type Turned, turnsBetween } from './turns.ts'
import { type LandscapeDeps, readLandscapeFor } from '#bff/security/landscape.ts'

export interface AssertionWatchDeps extends LandscapeDeps {
  users: Pick<KubernetesUsers, 'as' | 'current'>
  objects: Pick<ObjectsWatch, 'subscribe'>
  /** Hears which change turned what. */
  turns?: Pick<Turns, 'tell'>
  report: (error: unknown) => void
}

export interface AssertionWatch {
  subject: Subject<Record<string, never>, AssertionsState, AssertionsState>
  close(): Promise<void>
}

const every: Milliseconds = 3000
/** Changes come in crowds: they are looked at together. */
const gather: Milliseconds = 1000
/** Pods come and go all the time. */
const restless = new Set(['Pod', 'Node'])
/** Sentences change without a word of the watches, which do not follow ConfigMaps; so does what is restless. */
const unasked: Milliseconds = 20_000
const mostReaders = 64

/**
 * Checks what is asserted on whatever changes in the cluster, whether somebody looks or not, as the console itself; and
 * for each who looks as far as they may read: a verdict names policies and callers.
 */
export function openAssertionWatch(deps: AssertionWatchDeps): AssertionWatch {
  const end = new AbortController()
  const looks = new Map<string, Look>()
  const check = remembering(checkedOf)
  let timer: NodeJS.Timeout | undefined
  let working: Promise<unknown> = Promise.resolve()
  /** What the console's own last look was made of, and the looks that wait for it: none goes back in time. */
  let lastSeen: Landscape | null = null
  let own: Promise<unknown> = Promise.resolve()
  let telling: Promise<void> = Promise.resolve()

  function lookAs(user: string, signal: AbortSignal): Promise<AssertionsState> {
    if (user !== deps.users.current) return look(user, signal)
    const next = own.then(() => look(user, signal))
    own = next.catch(() => {})
    return next
  }

  /** Which change turned what: told to whoever keeps it, without holding up who looks. */
  function tellTurns(before: Look, after: Look, kept: readonly Kept[], landscape: Landscape): void {
    const earlier = lastSeen
    lastSeen = landscape
    if (earlier === null || deps.turns === undefined) return
    const turned = turnedIn(before, after, kept)
    telling = telling
      .then(() => turnsBetween(earlier, landscape, turned))
      .then(turns => {
        for (const turn of turns) deps.turns?.tell(turn)
      })
      .catch(deps.report)
  }

  async function look(user: string, signal: AbortSignal): Promise<AssertionsState> {
    const told = await readAssertionsFor(user, deps, signal)
    const landscape = await readLandscapeFor(user, deps)
    const kept = keptIn(told.objects.filter(isMeshObject))
    const checked = await check([...new Set(kept.map(({ sentence }) => sentence.text))], landscape)
    const bySentence = new Map(
      kept.flatMap(one => {
        const found = checked.get(one.sentence.text)
        return found === undefined ? [] : [[sentenceKey(one), found] as const]
      }),
    )
    const versions = versionsOf(landscape.objects.filter(isMeshObject))
    const before = looks.get(user) ?? blank
    const next = lookedAgain(before, bySentence, versions, deps.now(), managerOf)
    if (user === deps.users.current) tellTurns(before, next, kept, landscape)
    looks.delete(user)
    looks.set(user, next)
    const [oldest] = [...looks.keys()].filter(name => name !== deps.users.current)
    if (looks.size > mostReaders && oldest !== undefined) looks.delete(oldest)
    const { readable } = landscape
    const sees = (object: ObjectRef) =>
      versions.has(keyOf(object)) || readable.namespaces === null || readable.namespaces.includes(object.namespace)
    const earlier = looks.get(deps.users.current)?.standings
    return {
      ...toldOf(told),
      because: null,
      standings: Object.fromEntries(
        kept.flatMap(one => {
          const own = next.standings.get(sentenceKey(one))
          return own === undefined ? [] : [[one.id, withEarlier(own, earlier?.get(sentenceKey(one)), sees)]]
        }),
      ),
    }
  }

  function managerOf({ group, kind, namespace, name }: ObjectRef): string | null {
    for (const { apiVersion, metadata } of deps.objectsOf(group, kind)) {
      if (metadata.name !== name || (metadata.namespace ?? '') !== namespace || groupOf(apiVersion) !== group) continue
      const fields = (metadata.managedFields ?? []).filter(({ subresource }) => subresource === undefined)
      const last = fields.toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1))[0]
      return last?.manager ?? null
    }
    return null
  }

  let due = Infinity
  const plan = (wait: Milliseconds) => {
    const at = performance.now() + wait
    // Put off by nothing: where something changes all the time, it is looked at all the same.
    if (end.signal.aborted || due <= at) return
    due = at
    clearTimeout(timer)
    timer = setTimeout(() => {
      due = Infinity
      working = lookAs(deps.users.current, end.signal)
        // Whoever looks is told the same, by the page; here nobody listens.
        .catch((error: unknown) => {
          if (!isTold(error) && !end.signal.aborted) deps.report(error)
        })
        .finally(() => plan(unasked))
    }, wait)
    timer.unref()
  }
  // Without a cluster there is nobody to ask.
  const unsubscribe =
    deps.users.current === ''
      ? () => {}
      : deps.objects.subscribe(of => {
          if (of === undefined || !restless.has(of.kind)) plan(gather)
        })
  if (deps.users.current !== '') plan(gather)

  return {
    subject: {
      name: 'assertions',
      query: z.object({}) as z.ZodMiniType<Record<string, never>, unknown>,
      isPersonal: true,
      key: () => '',
      every: () => every,
      read: async (_, signal, caller = '') => {
        try {
          return await lookAs(caller, signal)
        } catch (error) {
          // Rights that are missing, or a cluster that has not spoken yet: no trouble of a source, and no fault.
          if (!(error instanceof HttpProblem)) throw error
          return {
            objects: [],
            written: {},
            partial: [],
            standings: {},
            because: error.problem.detail ?? error.message,
          }
        }
      },
      diff: (before, after) => (JSON.stringify(before) === JSON.stringify(after) ? null : after),
    },
    close: async () => {
      end.abort(new Error('The console ends.'))
      unsubscribe()
      clearTimeout(timer)
      await working
      await telling
    },
  }
}

const turnedIn = (before: Look, after: Look, kept: readonly Kept[]): Turned[] =>
  kept.flatMap((one): Turned[] => {
    const key = sentenceKey(one)
    const [was, is] = [before.standings.get(key), after.standings.get(key)]
    if (was === undefined || is === undefined || was.outcome === is.outcome) return []
    const { namespace = '', name } = one.object.metadata
    const assertion = { namespace, name, text: one.sentence.text }
    return [{ assertion, was: was.outcome, became: is.outcome, at: is.since }]
  })

const isTold = (error: unknown): boolean => error instanceof HttpProblem || isSourceFailure(error)

const toldOf = ({ objects, written, partial }: Assertions) => ({ objects, written, partial })

type Check = (texts: readonly string[], landscape: Landscape) => Promise<ReadonlyMap<string, Checked>>

/** One sentence after the other: others want to be answered too. */
const checkedOf: Check = async (texts, { objects, workloads, settings, readable }) => {
  const { check } = createChecker(objects.filter(isMeshObject), settings, { workloads, readable })
  const found = new Map<string, Checked>()
  for (const text of texts) {
    const read = parse(text)
    if ('problem' in read) continue
    found.set(text, check(read.assertion))
    // oxlint-disable-next-line no-await-in-loop -- the pause is what this is for
    await new Promise(resolve => setImmediate(resolve))
  }
  return found
}

/** What was checked is not checked again, be it for another who may read the same: only what changed costs anything. */
function remembering(check: Check, most = 16): Check {
  const known = new Map<string, ReturnType<Check>>()
  return (texts, landscape) => {
    if (texts.length === 0) return Promise.resolve(new Map())
    const key = fingerprint(texts, landscape)
    const found = known.get(key) ?? check(texts, landscape)
    known.delete(key)
    known.set(key, found)
    const [oldest] = known.keys()
    if (known.size > most && oldest !== undefined) known.delete(oldest)
    return found
  }
}

function fingerprint(texts: readonly string[], { objects, workloads, settings, readable }: Landscape): string {
  const hash = createHash('sha256').update(JSON.stringify([texts, settings, readable, workloads]))
  for (const object of objects.filter(isMeshObject)) hash.update(JSON.stringify(versionIn(object)))
  return hash.digest('base64')
}

/** An object is as its version says; what has none is told whole. */
const versionIn = (object: MeshObject): unknown => {
  const { kind, metadata } = object
  const { namespace, name, uid, resourceVersion } = metadata
  return resourceVersion === undefined ? object : [kind, namespace, name, uid, resourceVersion]
}
