import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import { items, record, text } from '#shared/config/world/read.ts'
import type { Milliseconds } from '#shared/units.ts'

/** Where objects of a kind are in the API. */
export interface Resource {
  group: string
  version: string
  kind: string
  plural: string
  namespaced: boolean
}

/** Finds kinds as the API server tells them. Answers are remembered for a while; what is not there is asked again. */
export interface Resources {
  /** Null where the cluster does not serve the kind in this version. Throws SourceError. */
  find(client: KubernetesClient, apiVersion: string, kind: string, signal?: AbortSignal): Promise<Resource | null>
  /** In the version the server prefers. */
  prefer(client: KubernetesClient, group: string, kind: string, signal?: AbortSignal): Promise<Resource | null>
}

const kept: Milliseconds = 60_000
const most = 1000

export function createResources(now: () => number): Resources {
  const known = new Map<string, { at: number; found: Resource }>()

  async function find(client: KubernetesClient, apiVersion: string, kind: string, signal?: AbortSignal) {
    const key = `${apiVersion} ${kind}`
    const before = known.get(key)
    if (before && now() - before.at < kept) return before.found
    const [group, version] = apiVersion.includes('/') ? halves(apiVersion) : ['', apiVersion]
    if (!isSegment(group === '' ? 'core' : group) || !isSegment(version)) return null
    const { json } = await client.ask({ method: 'GET', path: basePath(group, version) }, signal)
    const found = items(json?.['resources']).find(
      resource => text(resource['kind']) === kind && !text(resource['name']).includes('/'),
    )
    if (!found) {
      known.delete(key)
      return null
    }
    const resource = { group, version, kind, plural: text(found['name']), namespaced: found['namespaced'] === true }
    if (known.size >= most) known.clear()
    known.set(key, { at: now(), found: resource })
    return resource
  }

  return {
    find,
    async prefer(client, group, kind, signal) {
      if (group === '') return find(client, 'v1', kind, signal)
      if (!isSegment(group)) return null
      const { json } = await client.ask({ method: 'GET', path: `/apis/${group}` }, signal)
      const preferred = text(record(json?.['preferredVersion'])['version'])
      const others = items(json?.['versions']).map(entry => text(entry['version']))
      for (const version of new Set([preferred, ...others])) {
        if (version === '') continue
        // oxlint-disable-next-line no-await-in-loop -- the next version only where this one does not have it
        const found = await find(client, `${group}/${version}`, kind, signal)
        if (found) return found
      }
      return null
    },
  }
}

const halves = (apiVersion: string): [string, string] => {
  const slash = apiVersion.indexOf('/')
  return [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)]
}

export const basePath = (group: string, version: string): string =>
  group === '' ? `/api/${version}` : `/apis/${group}/${version}`

/** The path of one object. Its names have been judged by `wrongName` before. */
export function objectPath({ group, version, plural, namespaced }: Resource, namespace: string, name: string): string {
  const place = namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${basePath(group, version)}${place}/${plural}/${encodeURIComponent(name)}`
}

/**
 * Why a name cannot be one, or null: it is about to become a part of a path, where `..` leads elsewhere (Kubernetes docs,
 * "Object Names and IDs").
 */
export function wrongName(name: unknown): string | null {
  if (typeof name !== 'string' || name === '') return 'is missing'
  if (name.length > 253) return 'is longer than 253 characters'
  if (name === '.' || name === '..') return `may not be "${name}"`
  const odd = /[^A-Za-z0-9._:-]/.exec(name)
  return odd ? `may not contain ${JSON.stringify(odd[0])}` : null
}

/** RFC 1123 label. */
export const isNamespace = (name: string): boolean => /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)

const isSegment = (text: string): boolean => /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(text)
