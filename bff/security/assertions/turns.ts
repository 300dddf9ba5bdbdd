import { isEqual } from '#shared/mesh/equal.ts'
import { keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import type { Turn } from '#shared/mesh/turn.ts'
import type { TurnSeen } from '#bff/mesh/turns.ts'
import type { Landscape } from '#shared/security/api.ts'
import { type Checked, createChecker } from '#shared/security/assert/assert.ts'
import { parse } from '#shared/security/assert/sentence.ts'
import { isMeshObject } from '#shared/security/landscape.ts'

/** A sentence that stands otherwise than at the look before. */
export interface Turned extends Turn {
  at: TurnSeen['at']
}

interface Step {
  before: MeshObject | null
  after: MeshObject | null
}

/**
 * Which change turned each sentence. Of several that came together they are made again one after the other, as they were
 * written: the one with which it came to stand as it does has turned it. What turned because of what runs was turned by
 * none.
 */
export async function turnsBetween(
  before: Landscape,
  after: Landscape,
  turned: readonly Turned[],
): Promise<TurnSeen[]> {
  const steps = stepsBetween(before, after)
  if (turned.length === 0 || steps.length === 0) return []
  const isSameCast =
    isEqual(before.workloads, after.workloads) &&
    isEqual(before.settings, after.settings) &&
    isEqual(before.readable, after.readable)
  const outcomeAfter = remembered(steps, before, after)
  const found: TurnSeen[] = []
  for (const { assertion, became, was, at } of turned) {
    // Between these two lies a change with which it came to stand so.
    let [low, high] = [0, steps.length]
    let had: Turn['was'] | null = isSameCast ? was : outcomeAfter(0, assertion.text)
    if (had === became || had === null) continue
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      const outcome = outcomeAfter(middle, assertion.text)
      if (outcome === became) high = middle
      else [low, had] = [middle, outcome ?? had]
      // oxlint-disable-next-line no-await-in-loop -- others want to be answered too
      await new Promise(resolve => setImmediate(resolve))
    }
    const step = steps[high - 1]
    const object = step?.after ?? step?.before
    if (object == null) continue
    found.push({
      assertion,
      was: had,
      became,
      at,
      object: refOf(object),
      version: object.metadata.resourceVersion ?? '',
      isGone: step?.after == null,
    })
  }
  return found
}

/** What differs, in the order in which it was written; when something was deleted nobody says, so it comes last. */
function stepsBetween(before: Landscape, after: Landscape): Step[] {
  const [had, has] = [before, after].map(
    ({ objects }) => new Map(objects.filter(isMeshObject).map(one => [keyOf(refOf(one)), one])),
  ) as [Map<string, MeshObject>, Map<string, MeshObject>]
  const written = [...has].flatMap(([key, object]): Step[] => {
    const was = had.get(key) ?? null
    return was !== null && isSameVersion(was, object) ? [] : [{ before: was, after: object }]
  })
  const gone = [...had].flatMap(([key, object]): Step[] => (has.has(key) ? [] : [{ before: object, after: null }]))
  return [...written.sort((a, b) => versionIn(a.after) - versionIn(b.after)), ...gone]
}

const isSameVersion = (a: MeshObject, b: MeshObject): boolean =>
  a.metadata.resourceVersion === undefined || b.metadata.resourceVersion === undefined
    ? isEqual(a, b)
    : a.metadata.resourceVersion === b.metadata.resourceVersion && a.metadata.uid === b.metadata.uid

/** Kubernetes docs, "Resource versions": whole numbers that grow, of one server. What has none was there before. */
function versionIn(object: MeshObject | null): number {
  const version = Number(object?.metadata.resourceVersion ?? 0)
  return Number.isFinite(version) ? version : 0
}

/** How a sentence stands once so many of the changes are made. */
function remembered(steps: readonly Step[], before: Landscape, after: Landscape) {
  const { workloads, settings, readable } = after
  const checkers = new Map<number, (text: string) => Checked['outcome'] | null>()
  const made = (count: number) => {
    const objects = new Map(before.objects.filter(isMeshObject).map(one => [keyOf(refOf(one)), one]))
    for (const step of steps.slice(0, count)) {
      if (step.after !== null) objects.set(keyOf(refOf(step.after)), step.after)
      else if (step.before !== null) objects.delete(keyOf(refOf(step.before)))
    }
    const { check } = createChecker([...objects.values()], settings, { workloads, readable })
    return (text: string) => {
      const read = parse(text)
      return 'problem' in read ? null : check(read.assertion).outcome
    }
  }
  return (count: number, text: string): Checked['outcome'] | null => {
    let checker = checkers.get(count)
    if (checker === undefined) checkers.set(count, (checker = made(count)))
    return checker(text)
  }
}
