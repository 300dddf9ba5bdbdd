import { groupOf, keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { MeshSettings } from './settings.ts'

/** `networking.istio.io/VirtualService`, `/Pod`: group and kind. */
export type KindKey = string

/** A way to find objects by something they say. Pure: the same object gives the same keys. */
export interface Index {
  name: string
  of: readonly KindKey[]
  keys(object: MeshObject): readonly string[]
  /** Where everything filed under a key lives; null (and without this) anywhere. */
  namespaceOf?(key: string): string | null
}

/**
 * What exists, as analyzers see it. Every question is remembered as a dependency of whoever asks, so that a change runs
 * only what asked about it. Lists are sorted by namespace and name.
 */
export interface World {
  readonly settings: MeshSettings
  get(kind: KindKey, namespace: string, name: string): MeshObject | undefined
  /** Of one namespace, or of all. */
  list(kind: KindKey, namespace?: string): readonly MeshObject[]
  /** Objects that an index files under a key. */
  find(index: Index, key: string): readonly MeshObject[]
  /** Whether there is any object of that kind at all: cheaper to depend on than its list. */
  has(kind: KindKey): boolean
}

/** The same, with hands to change it. */
export interface MutableWorld {
  readonly world: World
  /** Returns the questions whose answers may be others now; none where nothing changed. */
  put(object: MeshObject): readonly Token[]
  remove(ref: ObjectRef): readonly Token[]
  /** The object as it is stored. */
  read(ref: ObjectRef): MeshObject | undefined
  objects(): Iterable<MeshObject>
  /** Remembers what is asked while `act` runs. */
  recorded<T>(act: () => T): { result: T; asked: ReadonlySet<Token> }
}

/** A question that can be asked, as a text. */
export type Token = string

export const kindKeyOf = (object: MeshObject): KindKey => `${groupOf(object.apiVersion)}/${object.kind}`

export function createWorld(settings: MeshSettings, indexes: readonly Index[]): MutableWorld {
  const all = new Map<string, MeshObject>()
  const byKind = new Map<KindKey, Map<string, MeshObject>>()
  const byNamespace = new Map<string, Map<string, MeshObject>>()
  const filed = new Map<Token, Map<string, MeshObject>>()
  const sorted = new Map<Token, readonly MeshObject[]>()
  const indexesOf = new Map<KindKey, Index[]>()
  for (const index of indexes) for (const kind of index.of) indexesOf.set(kind, [...(indexesOf.get(kind) ?? []), index])
  let asked: Set<Token> | null = null

  const ask = (token: Token, from: () => Map<string, MeshObject> | undefined): readonly MeshObject[] => {
    asked?.add(token)
    const known = sorted.get(token)
    if (known) return known
    const found = [...(from()?.values() ?? [])].sort(byName)
    sorted.set(token, found)
    return found
  }
  const keysOf = (kind: KindKey, object: MeshObject | undefined): Token[] =>
    object === undefined
      ? []
      : (indexesOf.get(kind) ?? []).flatMap(index => index.keys(object).map(key => `i:${index.name}:${key}`))

  function change(ref: ObjectRef, next: MeshObject | undefined): readonly Token[] {
    const key = keyOf(ref)
    const before = all.get(key)
    if (before === undefined && next === undefined) return []
    if (before !== undefined && next !== undefined && isEqual(before, next)) return []
    const kind = `${ref.group}/${ref.kind}`
    const place = `${kind}/${ref.namespace}`
    const touched = new Set<Token>([`o:${key}`, `l:${place}`, `l:${kind}`])
    const was = keysOf(kind, before)
    const is = keysOf(kind, next)
    for (const token of [...was, ...is]) touched.add(token)
    file(byKind, kind, key, next)
    file(byNamespace, place, key, next)
    for (const token of was) file(filed, token, key, undefined)
    for (const token of is) file(filed, token, key, next)
    if (next) all.set(key, next)
    else all.delete(key)
    const size = byKind.get(kind)?.size ?? 0
    if ((before === undefined && size === 1) || size === 0) touched.add(`h:${kind}`)
    for (const token of touched) sorted.delete(token)
    return [...touched]
  }

  const world: World = {
    settings,
    get(kind, namespace, name) {
      const key = `${kind}/${namespace}/${name}`
      asked?.add(`o:${key}`)
      return all.get(key)
    },
    list: (kind, namespace) =>
      namespace === undefined
        ? ask(`l:${kind}`, () => byKind.get(kind))
        : ask(`l:${kind}/${namespace}`, () => byNamespace.get(`${kind}/${namespace}`)),
    find(index, key) {
      const token = `i:${index.name}:${key}`
      return ask(token, () => filed.get(token))
    },
    has(kind) {
      asked?.add(`h:${kind}`)
      return (byKind.get(kind)?.size ?? 0) > 0
    },
  }

  return {
    world,
    put: object => change(refOf(object), object),
    remove: ref => change(ref, undefined),
    read: ref => all.get(keyOf(ref)),
    objects: () => all.values(),
    recorded(act) {
      const outer = asked
      const mine = new Set<Token>()
      asked = mine
      try {
        return { result: act(), asked: mine }
      } finally {
        asked = outer
      }
    },
  }
}

function file(
  into: Map<string, Map<string, MeshObject>>,
  where: string,
  key: string,
  object: MeshObject | undefined,
): void {
  const shelf = into.get(where)
  if (object !== undefined) {
    if (shelf) shelf.set(key, object)
    else into.set(where, new Map([[key, object]]))
    return
  }
  shelf?.delete(key)
  if (shelf?.size === 0) into.delete(where)
}

const byName = (a: MeshObject, b: MeshObject): number =>
  compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
  compare(a.metadata.name, b.metadata.name) ||
  compare(a.kind, b.kind)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
