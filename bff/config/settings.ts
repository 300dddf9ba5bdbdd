import { parse } from 'yaml'
import { type MeshSettings, settingsFrom } from '#shared/config/world/settings.ts'
import { record, text } from '#shared/config/world/read.ts'
import type { MeshObject } from '#shared/mesh/object.ts'

/** The mesh's settings as istiod reads them: of the ConfigMap `istio`, else of the first revision's. */
export function settingsIn(configMaps: Iterable<MeshObject>): MeshSettings {
  const found = [...configMaps]
    .filter(({ metadata, data }) => /^istio(-|$)/.test(metadata.name) && text(record(data)['mesh']) !== '')
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))[0]
  if (!found) return settingsFrom({})
  const data = record(found['data'])
  const networks = record(written(text(data['meshNetworks'])))
  return settingsFrom(record(written(text(data['mesh']))), Object.keys(networks).length > 0 ? networks : null)
}

/** What nobody can read says nothing; istiod refuses it too and goes on with what it had. */
function written(yaml: string): unknown {
  try {
    return parse(yaml, { maxAliasCount: 100 }) as unknown
  } catch {
    return null
  }
}
