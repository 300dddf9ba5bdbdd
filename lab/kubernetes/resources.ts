import type { Structural } from './schema/structural.ts'
import type { KubeObject, ResourceName } from '#lab/contract.ts'

/** What `kubectl get` prints in one column. */
export interface Column {
  name: string
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  format?: 'name'
  description?: string
  /** 0 is always shown, 1 only with `-o wide`. */
  priority: 0 | 1
  /** Where the value is, for kinds that a CustomResourceDefinition brought. */
  jsonPath?: string
  cell: (object: KubeObject, now: number) => unknown
}

/** One kind of object: how the API names, serves and prints it. */
export interface Kind {
  name: ResourceName
  /** '' is the core group. */
  group: string
  /** Served versions, the preferred one first. All share one storage: they differ in apiVersion only. */
  versions: readonly string[]
  /** The version that objects are stored in. */
  storage: string
  kind: string
  plural: string
  singular: string
  shortNames: readonly string[]
  categories: readonly string[]
  namespaced: boolean
  status: boolean
  scale: boolean
  /** `metadata.generation` counts the changes of everything but metadata and status. */
  counted: boolean
  /** Brought by a CustomResourceDefinition: no strategic merge patch, no pruning by built-in schemas. */
  custom: boolean
  columns: readonly Column[]
  /** Of a custom kind: its structural schema in a version; undefined takes anything. */
  schema?: (version: string) => Structural | undefined
}

/** The kinds that the API serves. Grows and shrinks with CustomResourceDefinitions. */
export interface ResourceTable {
  all(): readonly Kind[]
  named(name: ResourceName): Kind | undefined
  /** By what an object says of itself, in any served version. */
  of(apiVersion: string, kind: string): Kind | undefined
  at(group: string, version: string, plural: string): Kind | undefined
  /** Group names, sorted, '' first. */
  groups(): string[]
  /** Versions of a group, the preferred one first. */
  versionsOf(group: string): string[]
  add(kind: Kind): void
  remove(name: ResourceName): void
}

export const apiVersionOf = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`)

export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

export function createResourceTable(kinds: readonly Kind[]): ResourceTable {
  const byName = new Map<string, Kind>()
  const byKind = new Map<string, Kind>()
  const byPath = new Map<string, Kind>()
  let order: readonly Kind[] | undefined
  const keysOf = (kind: Kind) =>
    kind.versions.map(version => ({
      kind: `${apiVersionOf(kind.group, version)} ${kind.kind}`,
      path: `${kind.group} ${version} ${kind.plural}`,
    }))
  const table: ResourceTable = {
    all: () => (order ??= [...byName.values()]),
    named: name => byName.get(name),
    of: (apiVersion, kind) => byKind.get(`${apiVersion} ${kind}`),
    at: (group, version, plural) => byPath.get(`${group} ${version} ${plural}`),
    groups: () => [...new Set(table.all().map(kind => kind.group))].sort(),
    versionsOf: group => {
      const versions = table.all().flatMap(kind => (kind.group === group ? kind.versions : []))
      return [...new Set(versions)].sort(byStability)
    },
    add(kind) {
      table.remove(kind.name)
      order = undefined
      byName.set(kind.name, kind)
      for (const key of keysOf(kind)) {
        byKind.set(key.kind, kind)
        byPath.set(key.path, kind)
      }
    },
    remove(name) {
      const kind = byName.get(name)
      if (kind === undefined) return
      order = undefined
      byName.delete(name)
      for (const key of keysOf(kind)) {
        byKind.delete(key.kind)
        byPath.delete(key.path)
      }
    },
  }
  for (const kind of kinds) table.add(kind)
  return table
}

/** Kubernetes' order of versions: v2, v1, v1beta2, v1beta1, v1alpha1 (documentation, "Version priority"). */
export function byStability(a: string, b: string): number {
  const rank = (version: string): number[] => {
    const [, major = '0', stage = 'zz', minor = '0'] = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version) ?? []
    return [stage === 'zz' ? 2 : stage === 'beta' ? 1 : 0, Number(major), Number(minor)]
  }
  const left = rank(a)
  return rank(b).reduce((found, value, index) => found || value - (left[index] ?? 0), 0)
}
