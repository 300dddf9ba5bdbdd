import { apiVersionOf, type Kind, type ResourceTable } from '#lab/kubernetes/resources.ts'
import type { Fields } from '#lab/kubernetes/value.ts'
import { rangesOf } from './accept.ts'
import { byStability } from '#lab/kubernetes/resources.ts'
import { reviews } from './reviews.ts'

/** Which groups, versions and resources there are: in the old form, one document per version, and in the new, all in one. */

interface Entry {
  group: string
  versions: readonly string[]
  kind: string
  plural: string
  singular: string
  namespaced: boolean
  verbs: readonly string[]
  shortNames: readonly string[]
  categories: readonly string[]
  subresources: { name: string; group: string; version: string; kind: string; verbs: readonly string[] }[]
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const proxyVerbs = ['create', 'delete', 'get', 'patch', 'update']
const partVerbs = ['get', 'patch', 'update']

function entriesOf(table: ResourceTable): Entry[] {
  return [
    ...table.all().map(ofKind),
    ...reviews.map(review => ({
      ...review,
      singular: review.kind.toLowerCase(),
      verbs: ['create'],
      shortNames: [],
      categories: [],
      subresources: [],
    })),
  ]
}

const ofKind = (kind: Kind): Entry => ({
  ...kind,
  verbs: allVerbs,
  subresources: [
    ...(kind.status ? [{ name: 'status', group: '', version: '', kind: kind.kind, verbs: partVerbs }] : []),
    ...(kind.scale ? [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: partVerbs }] : []),
    ...(kind.name === 'pods'
      ? [
          { name: 'eviction', group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
          { name: 'log', group: '', version: '', kind: 'Pod', verbs: ['get'] },
          { name: 'proxy', group: '', version: '', kind: 'PodProxyOptions', verbs: proxyVerbs },
        ]
      : []),
    ...(kind.name === 'services'
      ? [{ name: 'proxy', group: '', version: '', kind: 'ServiceProxyOptions', verbs: proxyVerbs }]
      : []),
    ...(kind.name === 'serviceaccounts'
      ? [{ name: 'token', group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] }]
      : []),
  ],
})

function groupsOf(table: ResourceTable): Map<string, { versions: string[]; entries: Entry[] }> {
  const groups = new Map<string, { versions: string[]; entries: Entry[] }>()
  for (const entry of entriesOf(table)) {
    const group = groups.get(entry.group) ?? { versions: [], entries: [] }
    groups.set(entry.group, group)
    group.entries.push(entry)
    group.versions = [...new Set([...group.versions, ...entry.versions])].sort(byStability)
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The document of a discovery path, or undefined where the path leads to none. */
export function discover(table: ResourceTable, path: string): Fields | undefined {
  const parts = path.split('/').filter(part => part !== '')
  const groups = groupsOf(table)
  if (parts[0] === 'api') {
    if (parts.length === 1) return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
    return parts.length === 2 ? resourceList(groups, '', parts[1] ?? '') : undefined
  }
  if (parts[0] !== 'apis') return undefined
  if (parts.length === 1)
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [...groups].filter(([name]) => name !== '').map(([name, { versions }]) => group(name, versions)),
    }
  const found = groups.get(parts[1] ?? '')
  if (!found || parts[1] === '') return undefined
  if (parts.length === 2) return { kind: 'APIGroup', apiVersion: 'v1', ...group(parts[1] ?? '', found.versions) }
  return parts.length === 3 ? resourceList(groups, parts[1] ?? '', parts[2] ?? '') : undefined
}

function group(name: string, versions: string[]): Fields {
  const list = versions.map(version => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: list, preferredVersion: list[0] }
}

function resourceList(groups: ReturnType<typeof groupsOf>, name: string, version: string): Fields | undefined {
  const entries = groups.get(name)?.entries.filter(entry => entry.versions.includes(version)) ?? []
  if (entries.length === 0) return undefined
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(name, version),
    resources: entries.flatMap(entry => [
      {
        name: entry.plural,
        singularName: entry.singular,
        namespaced: entry.namespaced,
        kind: entry.kind,
        verbs: entry.verbs,
        ...(entry.shortNames.length > 0 ? { shortNames: entry.shortNames } : {}),
        ...(entry.categories.length > 0 ? { categories: entry.categories } : {}),
      },
      ...entry.subresources.map(part => ({
        name: `${entry.plural}/${part.name}`,
        singularName: '',
        namespaced: entry.namespaced,
        ...(part.version ? { group: part.group, version: part.version } : {}),
        kind: part.kind,
        verbs: part.verbs,
      })),
    ]),
  }
}

/** The version of aggregated discovery that the asker understands, or undefined for the old form. */
export function aggregatedWish(accept: string | undefined): 'v2' | 'v2beta1' | undefined {
  for (const { type, parameters } of rangesOf(accept)) {
    if (type !== 'application/json') continue
    if (parameters.get('as') !== 'APIGroupDiscoveryList') return undefined
    const version = parameters.get('v')
    if (version === 'v2' || version === 'v2beta1') return version
  }
  return undefined
}

/** Aggregated discovery of `/api` or `/apis`. */
export function discoverAll(table: ResourceTable, path: string, version: 'v2' | 'v2beta1'): Fields | undefined {
  const root = path.replaceAll('/', '')
  if (root !== 'api' && root !== 'apis') return undefined
  const items = [...groupsOf(table)].filter(([name]) => (name === '') === (root === 'api'))
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: items.map(([name, { versions, entries }]) => ({
      metadata: name === '' ? { creationTimestamp: null } : { name, creationTimestamp: null },
      versions: versions.map(served => ({
        version: served,
        freshness: 'Current',
        resources: entries.filter(entry => entry.versions.includes(served)).map(entry => ofEntry(entry, served)),
      })),
    })),
  }
}

function ofEntry(entry: Entry, version: string): Fields {
  return {
    resource: entry.plural,
    responseKind: { group: entry.group, version, kind: entry.kind },
    scope: entry.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: entry.singular,
    verbs: entry.verbs,
    ...(entry.shortNames.length > 0 ? { shortNames: entry.shortNames } : {}),
    ...(entry.categories.length > 0 ? { categories: entry.categories } : {}),
    ...(entry.subresources.length > 0
      ? {
          subresources: entry.subresources.map(part => ({
            subresource: part.name,
            responseKind: {
              group: part.version ? part.group : entry.group,
              version: part.version || version,
              kind: part.kind,
            },
            verbs: part.verbs,
          })),
        }
      : {}),
  }
}
