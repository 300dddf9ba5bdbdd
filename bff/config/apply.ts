import { HttpProblem } from '#bff/http/problem.ts'
import { Limit } from '#bff/sources/limit.ts'
import type { Outcome } from '#shared/config/api.ts'
import { keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import type { Deps } from './deps.ts'
import { refText } from './object.ts'
import { deleteOne } from './delete.ts'
import { isGood, outcomeOf, unanswered } from './outcome.ts'
import { writeOne } from './write.ts'
import { refOfManifest, type Wish, type Writing } from './writing.ts'

export interface ChangeInput {
  apply: (Omit<Wish, 'take' | 'annotations'> & { take: string[]; annotations?: string[] | undefined })[]
  delete: { object: ObjectRef; resourceVersion?: string | undefined }[]
  dryRun: boolean
  reason?: string | undefined
}

export interface ChangeReply {
  outcomes: Outcome[]
  isComplete: boolean
}

/** What was written through this console: the history learns from it who, and why. */
export interface Written {
  object: ObjectRef
  change: 'created' | 'changed' | 'deleted'
  /** Of the object as it is now; of a deleted one, as it was. */
  resourceVersion: string | null
  user: string
  reason: string | null
  at: EpochMilliseconds
}

const most = 100
/** Objects tried at a time. */
const atOnce = 8

/** One step of a change. */
interface Step {
  ref: ObjectRef
  run(writing: Writing): Promise<Outcome>
}

/**
 * Applies a change as the caller. Everything is tried first (dry run), and nothing is written where one thing is refused.
 * Then one after the other, up to the first that fails: the outcomes say what was written and what was not tried.
 */
export function createApply(
  deps: Deps,
): (input: ChangeInput, user: string, signal: AbortSignal) => Promise<ChangeReply> {
  const turns = createTurns()

  return async (input, user, signal) => {
    const steps = stepsOf(deps, input, user, signal)
    const client = deps.users.as(user)
    const find: Writing['find'] = (apiVersion, kind) => deps.resources.find(client, apiVersion, kind)
    const trial: Writing = { client, find, versions: deps.versions, dryRun: true, signal }
    const made = new Set(input.apply.map(({ manifest }) => refOfManifest(manifest)).flatMap(namespaceMade))
    const limit = new Limit(atOnce)
    const tried = await Promise.all(
      steps.map(step => limit.run(async () => leniently(await step.run(trial), made, step.ref), signal)),
    )
    if (tried.some(({ result }) => result === 'forbidden')) deps.rights.forget(user)
    const isFine = tried.every(isGood)
    if (input.dryRun) return { outcomes: tried, isComplete: isFine }
    if (!isFine)
      return {
        outcomes: tried.map(outcome => (isGood(outcome) ? notTried(outcome, nothingWritten) : outcome)),
        isComplete: false,
      }

    // What is begun is brought to its end, also when the page has gone: nobody would know what was written.
    const said = (input.reason ?? '').trim()
    const reason = said === '' ? null : said
    const wrote: Writing['wrote'] = (object, resourceVersion) =>
      deps.written({ object, change: 'changed', resourceVersion, user, reason, at: deps.now() })
    const writing: Writing = { client, find, versions: deps.versions, dryRun: false, reason: input.reason, wrote }
    const outcomes: Outcome[] = []
    let failed: ObjectRef | null = null
    for (const step of steps) {
      if (failed) {
        outcomes.push(
          outcomeOf(step.ref, 'notTried', { because: `Not tried, because ${refText(failed)} failed before.` }),
        )
        continue
      }
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that the first failure stops the rest
      const outcome = await turns(keyOf(step.ref), () => step.run(writing))
      outcomes.push(outcome)
      if (isGood(outcome)) tell(deps, outcome, user, reason)
      else failed = step.ref
    }
    if (outcomes.some(({ result }) => result === 'forbidden')) deps.rights.forget(user)
    return { outcomes, isComplete: failed === null }
  }
}

const nothingWritten = 'Not written, because another object of this change was refused.'

const notTried = (outcome: Outcome, because: string): Outcome => ({ ...outcome, result: 'notTried', because })

function stepsOf(deps: Deps, input: ChangeInput, user: string, signal: AbortSignal): Step[] {
  if (input.apply.length + input.delete.length > most)
    throw new HttpProblem(400, `A change has at most ${most} objects; split this one.`)
  const steps: Step[] = [
    ...input.apply.map(
      (wish): Step => ({ ref: refOfManifest(wish.manifest), run: writing => writeOne(wish, writing) }),
    ),
    ...input.delete.map(
      ({ object, resourceVersion }): Step => ({
        ref: object,
        run: async writing => {
          try {
            const { group, kind } = object
            const resource = await deps.resources.prefer(
              deps.users.as(user),
              group,
              kind,
              writing.dryRun ? signal : undefined,
            )
            return await deleteOne(object, resource, resourceVersion, writing)
          } catch (error) {
            return unanswered(object, error, writing.dryRun)
          }
        },
      }),
    ),
  ]
  const seen = new Set<string>()
  for (const { ref } of steps) {
    if (seen.has(keyOf(ref))) throw new HttpProblem(400, `${refText(ref)} is in this change twice; write it once.`)
    seen.add(keyOf(ref))
  }
  return steps
}

const namespaceMade = ({ group, kind, name }: ObjectRef): string[] =>
  group === '' && kind === 'Namespace' ? [name] : []

/** What lives in a namespace that this same change makes can only be tried when it is there. */
function leniently(outcome: Outcome, made: ReadonlySet<string>, ref: ObjectRef): Outcome {
  const waits =
    outcome.result === 'rejected' && made.has(ref.namespace) && outcome.because?.startsWith('There is no namespace')
  if (!waits) return outcome
  return outcomeOf(ref, 'created', {
    warnings: [`It could not be tried, because its namespace ${ref.namespace} is made by this change.`],
  })
}

function tell(deps: Deps, outcome: Outcome, user: string, reason: string | null): void {
  if (outcome.result === 'unchanged') return
  const change = outcome.result === 'created' ? 'created' : outcome.result === 'deleted' ? 'deleted' : 'changed'
  const before = (outcome.before as { metadata?: { resourceVersion?: string } } | null)?.metadata?.resourceVersion
  deps.written({
    object: outcome.object,
    change,
    resourceVersion: outcome.resourceVersion ?? before ?? null,
    user,
    reason,
    at: deps.now(),
  })
}

/**
 * Writes of one object one after the other. Versions protect what is there; two that make the same new object at once
 * have none, and the second would take the first one's fields for its own.
 */
function createTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const waiting = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const mine = (waiting.get(key) ?? Promise.resolve()).then(work)
    const settled = mine
      .catch(() => {})
      .finally(() => {
        if (waiting.get(key) === settled) waiting.delete(key)
      })
    waiting.set(key, settled)
    return mine
  }
}
