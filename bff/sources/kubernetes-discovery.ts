import { ApiError, type KubernetesApi } from './kubernetes-api.ts'
import { type Json, list, record, text } from './kubernetes-raw.ts'

/** A resource as the cluster serves it. */
export interface Served {
  group: string
  kind: string
  plural: string
  namespaced: boolean
  /** The version the server prefers for the group comes first. */
  versions: readonly string[]
}

/** What the cluster serves of some groups, by `group/plural`. Throws as `KubernetesApi.get` does. */
export async function discover(
  api: KubernetesApi,
  groups: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Served>> {
  const found = new Map<string, Served>()
  const all = await Promise.all(groups.map(group => resourcesOf(api, group, signal)))
  for (const served of all.flat()) {
    const key = `${served.group}/${served.plural}`
    const known = found.get(key)
    found.set(key, known ? { ...known, versions: [...known.versions, ...served.versions] } : served)
  }
  return found
}

async function resourcesOf(api: KubernetesApi, group: string, signal: AbortSignal): Promise<Served[]> {
  const base = group === '' ? '/api' : `/apis/${group}`
  const versions = group === '' ? ['v1'] : preferredFirst(await get(api, base, signal))
  const lists = await Promise.all(versions.map(version => get(api, `${base}/${version}`, signal)))
  return lists.flatMap((json, index) =>
    list(json?.['resources'])
      .filter(resource => !text(resource['name']).includes('/'))
      .map(resource => ({
        group,
        kind: text(resource['kind']),
        plural: text(resource['name']),
        namespaced: resource['namespaced'] === true,
        versions: [versions[index] ?? ''],
      })),
  )
}

/** Null where there is no such group or version: nothing of it is served. */
async function get(api: KubernetesApi, path: string, signal: AbortSignal): Promise<Json | null> {
  try {
    return (await api.get(path, signal)).json
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null
    throw error
  }
}

function preferredFirst(group: Json | null): string[] {
  const versions = list(group?.['versions']).map(entry => text(entry['version']))
  const preferred = text(record(group?.['preferredVersion'])['version'])
  return versions.includes(preferred) ? [preferred, ...versions.filter(version => version !== preferred)] : versions
}
