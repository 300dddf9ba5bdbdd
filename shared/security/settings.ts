import type { MeshObject } from '#shared/mesh/object.ts'
import type { PathNormalization } from './evaluate/path.ts'
import { isRecord, record, records, text, texts } from './read.ts'
import { versionIn } from './version.ts'
import { type Authorizer, istioDefaults, type Settings } from './world.ts'

/** What the mesh's own ConfigMap says, and what somebody says instead. @param parse reads YAML. */
export function settingsIn(
  objects: readonly MeshObject[],
  parse: (yaml: string) => unknown,
  told: {
    rootNamespace?: string | undefined
    trustDomain?: string | undefined
    version?: string | null | undefined
  } = {},
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
    authorizers: authorizersIn(objects, parse),
    version: told.version ?? versionIn(objects.flatMap(imagesOf)),
  }
}

function imagesOf({ kind, spec }: MeshObject): string[] {
  const pod = kind === 'Pod' ? record(spec) : record(record(record(spec)['template'])['spec'])
  return records(pod['containers']).map(container => text(container['image']))
}

/** Of each revision its own ConfigMap tells: what one of them defines may be meant. Istio docs, "External Authorization". */
function authorizersIn(objects: readonly MeshObject[], parse: (yaml: string) => unknown): Authorizer[] | null {
  const told = objects.flatMap(({ kind, metadata, ...object }) =>
    kind === 'ConfigMap' && /^istio(-|$)/.test(metadata.name) && isRecord(object['data']) && 'mesh' in object['data']
      ? [parsed(text(object['data']['mesh']), parse, null)]
      : [],
  )
  if (told.length === 0 || told.includes(null)) return null
  const found = new Map<string, Authorizer>()
  for (const provider of told.flatMap(mesh => records(record(mesh)['extensionProviders']))) {
    const name = text(provider['name'])
    const isGrpc = isRecord(provider['envoyExtAuthzGrpc'])
    if (name === '' || (!isGrpc && !isRecord(provider['envoyExtAuthzHttp']))) continue
    found.set(name, { name, speaks: isGrpc || found.get(name)?.speaks === 'grpc' ? 'grpc' : 'http' })
  }
  return [...found.values()]
}

function parsed(yaml: string, parse: (yaml: string) => unknown, otherwise: unknown = {}): unknown {
  try {
    return parse(yaml)
  } catch {
    // Istio keeps to its defaults, too, where its ConfigMap cannot be read.
    return otherwise
  }
}

const isNormalization = (value: string): value is PathNormalization =>
  ['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'].includes(value)
