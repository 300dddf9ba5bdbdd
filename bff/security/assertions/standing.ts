import { keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import type { Checked } from '#shared/security/assert/assert.ts'
import type { Kept, Standing } from '#shared/security/assert/assertions.ts'
import type { EpochMilliseconds } from '#shared/units.ts'

/** What was seen at one look: how each sentence stood, and in which version each object was. */
export interface Look {
  standings: ReadonlyMap<string, Standing>
  versions: ReadonlyMap<string, { object: ObjectRef; version: string }>
}
export const blank: Look = { standings: new Map(), versions: new Map() }

/** A sentence stays the same wherever in its ConfigMap it stands. */
export const sentenceKey = ({ object, key, sentence }: Kept): string =>
  JSON.stringify([object.metadata.namespace, object.metadata.name, key, sentence.text])

export const versionsOf = (objects: readonly MeshObject[]): Look['versions'] =>
  new Map(
    objects.map(object => {
      const { resourceVersion, labels } = object.metadata
      const ref = refOf(object)
      return [keyOf(ref), { object: ref, version: resourceVersion ?? JSON.stringify(labels ?? {}) }]
    }),
  )

/** A look after another: what stands as it did keeps its time, what turned was turned by what changed between them. */
export function lookedAgain(
  before: Look,
  checked: ReadonlyMap<string, Checked>,
  versions: Look['versions'],
  at: EpochMilliseconds,
  managerOf: (object: ObjectRef) => string | null,
): Look {
  const changes = changesIn(before.versions, versions)
  const standings = [...checked].map(([key, { outcome, example, missing }]): [string, Standing] => {
    const was = before.standings.get(key)
    const now = { outcome, example, missing }
    if (was === undefined) return [key, { ...now, since: at, isTurnSeen: false, turnedBy: [] }]
    if (was.outcome === outcome) return [key, { ...was, ...now }]
    const turnedBy = changes.map(object => ({ object, manager: managerOf(object) }))
    return [key, { ...now, since: at, isTurnSeen: true, turnedBy }]
  })
  return { standings: new Map(standings), versions }
}

/** More than these are not named: whoever wants all of them reads the history. */
const most = 10

function changesIn(before: Look['versions'], after: Look['versions']): ObjectRef[] {
  const changed = [...after].filter(([key, { version }]) => before.get(key)?.version !== version)
  const gone = [...before].filter(([key]) => !after.has(key))
  return [...changed, ...gone].map(([, { object }]) => object).slice(0, most)
}

/**
 * Whoever looks for the first time is told what the console itself saw meanwhile: since when it has been so, and those of
 * the changes that they may read.
 */
export function withEarlier(
  own: Standing,
  console: Standing | undefined,
  sees: (object: ObjectRef) => boolean,
): Standing {
  if (console === undefined || console.outcome !== own.outcome || own.isTurnSeen) return own
  const { since, isTurnSeen, turnedBy } = console
  return { ...own, since, isTurnSeen, turnedBy: turnedBy.filter(({ object }) => sees(object)) }
}
