import type { MeshObject } from '#shared/mesh/object.ts'
import type { PathNormalization } from './evaluate-path.ts'
import { isRecord, record, text, texts } from './read.ts'
import { istioDefaults, type Settings } from './world.ts'

/** What the mesh's own ConfigMap says, and what somebody says instead. @param parse reads YAML. */
export function settingsIn(
  objects: readonly MeshObject[],
  parse: (yaml: string) => unknown,
  told: { rootNamespace?: string | undefined; trustDomain?: string | undefined } = {},
): Settings {
  const found = objects.findLast(
    ({ kind, metadata, ...object }) =>
      kind === 'ConfigMap' && metadata.name === 'istio' && isRecord(object['data']) && 'mesh' in object['data'],
  )
  const mesh = record(parsed(text(record(found?.['data'])['mesh']), parse))
  const normalization = text(record(mesh['pathNormalization'])['normalization'])
  return {
    rootNamespace:
      told.rootNamespace ?? (text(mesh['rootNamespace']) || found?.metadata.namespace || istioDefaults.rootNamespace),
    trustDomain: told.trustDomain ?? (text(mesh['trustDomain']) || istioDefaults.trustDomain),
    trustDomainAliases: texts(mesh['trustDomainAliases']),
    pathNormalization: isNormalization(normalization) ? normalization : istioDefaults.pathNormalization,
  }
}

function parsed(yaml: string, parse: (yaml: string) => unknown): unknown {
  try {
    return parse(yaml)
  } catch {
    // Istio keeps to its defaults, too, where its ConfigMap cannot be read.
    return {}
  }
}

const isNormalization = (value: string): value is PathNormalization =>
  ['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'].includes(value)
