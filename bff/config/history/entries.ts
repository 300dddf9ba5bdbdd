import { HttpProblem } from '#bff/http/problem.ts'
import { keptKinds } from '#bff/config/kinds.ts'
import type { Deps } from '#bff/config/deps.ts'
import type { Change, Place, Question, Store, Tally, Version } from '#bff/store/store.ts'
import { refOfParams } from '#shared/config/address.ts'
import type { HistoryEntry } from '#shared/config/api.ts'
import type { Finding } from '#shared/config/finding.ts'
import { isOurs } from '#shared/config/ownership/managers.ts'
import { differences } from '#shared/config/change/diff.ts'
import { type Json, type ObjectRef, pathText } from '#shared/mesh/object.ts'
import type { Turn } from '#shared/mesh/turn.ts'
import { refText } from '#bff/config/object.ts'
import { type Seen, seenFindings } from '#bff/config/seen.ts'
import { filterOf, type HistoryWords } from './filter.ts'

/** Where the past is read from. */
export interface Past {
  rights: Deps['rights']
  /** What of the findings of then they may be told now. */
  seen(user: string): Promise<Seen>
  store: Store
  /** Whose past it is. Throws where the cluster does not say. */
  mesh(): Promise<string>
  /** Resolves when what the page may have seen is kept. */
  settled(): Promise<void>
}

export interface HistoryScope {
  namespaces: string[]
  object?: string | undefined
}

export interface HistoryQuery extends HistoryScope, HistoryWords {
  before?: string | undefined
  limit?: string | undefined
}

const usual = 50
const most = 500

/** The timeline of an object, of namespaces or of the mesh: as far as the caller may `get` the objects. */
export async function listEntries(
  past: Past,
  query: HistoryQuery,
  user: string,
): Promise<{ entries: HistoryEntry[]; isEnd: boolean }> {
  const limit = wholeNumber(query.limit, 'limit', most) ?? usual
  const before = wholeNumber(query.before, 'before', Number.MAX_SAFE_INTEGER)
  const filter = filterOf(query)
  const question = { ...(await within(past, query, user)), limit, filter }
  const { changes, isEnd } = await past.store.query(before === undefined ? question : { ...question, before })
  const told = await turnsTold(past, changes, user)
  return { entries: changes.map(change => entryOf(told(change))), isEnd }
}

/** What there is to choose from, of that part of the past. */
export const tallyEntries = async (past: Past, scope: HistoryScope, user: string): Promise<Tally> =>
  past.store.tally(await within(past, scope, user))

/** That part of the past, as far as they may read it. */
async function within(past: Past, scope: HistoryScope, user: string): Promise<Omit<Question, 'limit'>> {
  const object = scope.object === undefined ? undefined : refIn(scope.object)
  const mesh = await past.mesh()
  await past.settled()
  if (object && !(await mayGet(past, user, object)))
    throw new HttpProblem(403, `${user} may not read ${refText(object)} (get), nor its history.`)
  const places = object ? undefined : await readable(past, mesh, user)
  return {
    mesh,
    ...(object && { object }),
    // What belongs to the cluster belongs to every namespace.
    ...(scope.namespaces.length > 0 && { namespaces: [...scope.namespaces, ''] }),
    ...(places && { places }),
  }
}

export interface Revision {
  entry: HistoryEntry
  before: Json | null
  after: Json | null
  findings: Finding[]
  turns: Turn[]
}

/** One change. Its manifests are without what only the server writes: as they are, they can be applied again. */
export async function readEntry(past: Past, id: string, user: string): Promise<Revision> {
  const mesh = await past.mesh()
  const version = /^\d{1,15}$/.test(id) ? await past.store.read(mesh, Number(id)) : null
  // Nobody learns that there is something they may not read.
  if (!version || !(await mayGet(past, user, version.object)))
    throw new HttpProblem(
      404,
      `There is no such change, or ${user} may not read its object; it may have been forgotten.`,
    )
  const { before, after, findings } = contentOf(version)
  const own = JSON.stringify([before, after])
  const told = findings.length === 0 ? [] : seenFindings(findings, await past.seen(user), own)
  const change = (await turnsTold(past, [version], user))(version)
  return { entry: entryOf(change), before, after, findings: told, turns: change.turns }
}

/** Changes with the assertions that somebody may read: those of ConfigMaps that are theirs to list. */
async function turnsTold(
  past: Past,
  changes: readonly Change[],
  user: string,
): Promise<<T extends Change>(change: T) => T> {
  const places = [...new Set(changes.flatMap(({ turns }) => turns.map(({ assertion }) => assertion.namespace)))]
  const deed = { verb: 'list', group: '', plural: 'configmaps' } as const
  const answers = await Promise.all(places.map(namespace => past.rights.may(user, deed, namespace)))
  const open = new Set(places.filter((_, index) => answers[index]))
  return change => ({ ...change, turns: change.turns.filter(({ assertion }) => open.has(assertion.namespace)) })
}

const contentOf = ({ before, after, findings }: Version) => ({ before, after, findings: findings as Finding[] })

/** What differs from the object after one change to the object after another, be it the same object or not. */
export async function compareEntries(past: Past, ids: { id: string; other: string }, user: string) {
  const [from, to] = await Promise.all([readEntry(past, ids.id, user), readEntry(past, ids.other, user)])
  const diff = differences(from.after, to.after).map(({ path, ...rest }) => ({ path: pathText(path), ...rest }))
  return { from: from.entry, to: to.entry, before: from.after, after: to.after, diff }
}

export function entryOf({ id, object, at, change, manager, fields, counts, note, turns }: Change): HistoryEntry {
  const count = (outcome: Turn['became']) => turns.filter(({ became }) => became === outcome).length
  return {
    id: String(id),
    object,
    at,
    change,
    author: note?.author ?? manager ?? 'unknown',
    manager,
    isThroughWeft: note !== null || isOurs(manager),
    reason: note?.reason ?? null,
    fields,
    findings: counts,
    turns: { broken: count('broken'), holds: count('holds'), uncertain: count('uncertain') },
  }
}

/** Undefined where they may read everything there is. */
async function readable(past: Past, mesh: string, user: string): Promise<Place[] | undefined> {
  const places = await past.store.places(mesh)
  const answers = await Promise.all(places.map(place => mayGet(past, user, place)))
  return answers.every(Boolean) ? undefined : places.filter((_, index) => answers[index])
}

async function mayGet({ rights }: Past, user: string, { group, kind, namespace }: Place): Promise<boolean> {
  const known = keptKinds.find(each => each.group === group && each.kind === kind)
  if (!known) return false
  return rights.may(user, { verb: 'get', group, plural: known.plural }, namespace === '' ? null : namespace)
}

/** `group/kind/namespace/name`, as addresses write them or empty where there is none. */
function refIn(text: string): ObjectRef {
  const steps = text.split('/')
  const [group = '', kind = '', namespace = '', name = ''] = steps
  if (steps.length !== 4 || kind === '' || name === '')
    throw new HttpProblem(400, 'query.object: is group/kind/namespace/name, such as core/Namespace/-/shop.')
  return refOfParams({ group, kind, namespace, name })
}

function wholeNumber(text: string | undefined, name: string, greatest: number): number | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^\d{1,15}$/.test(text) || Number(text) < 1 || Number(text) > greatest)
    throw new HttpProblem(400, `query.${name}: is a whole number from 1 to ${greatest}.`)
  return Number(text)
}
