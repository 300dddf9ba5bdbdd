import { parse } from 'yaml'
import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import { type ExtensionProvider, builtInProviders, readProvider } from './extension-providers.ts'
import { type Fields, fields, hasLabels, items, number, text, textMap, texts } from './read.ts'

/** Istio docs, "Global Mesh Options": what the ConfigMap `istio` says, as far as proxies act on it. Absent = Istio's default. */
export interface MeshConfig {
  trustDomain: string
  /** Names that mean the same as `trustDomain`. */
  trustDomainAliases: readonly string[]
  rootNamespace: string
  outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY'
  enableAutoMtls: boolean
  /** Empty: no access log but where a Telemetry asks for one. */
  accessLogFile: string
  accessLogEncoding: 'TEXT' | 'JSON'
  /** Empty: Istio's own. */
  accessLogFormat: string
  extensionProviders: ReadonlyMap<string, ExtensionProvider>
  defaultProviders: { accessLogging: readonly string[]; metrics: readonly string[]; tracing: readonly string[] }
  pathNormalization: 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES'
  localityLbSetting: LocalityLbSetting
  enableTracing: boolean
  /** Percent of requests that proxies trace. */
  sampling: number
  /** Proxies before a gateway whose `X-Forwarded-For` it believes. */
  numTrustedProxies: number
  minProtocolVersion: 'TLS_AUTO' | 'TLSV1_2' | 'TLSV1_3'
  /** Namespaces istiod looks at: any of these label sets; none = all. */
  discoverySelectors: readonly Readonly<Record<string, string>>[]
}

/** Istio docs, "Locality Load Balancing Settings". */
export interface LocalityLbSetting {
  enabled: boolean
  distribute: readonly { from: string; to: Readonly<Record<string, number>> }[]
  failover: readonly { from: string; to: string }[]
  failoverPriority: readonly string[]
}

/**
 * The mesh's settings as istiod has them: those of the ConfigMap, Istio's defaults where there is none, and of one
 * that cannot be read nothing: what was valid before stays.
 */
export function readMeshConfig(
  store: ObjectStore,
  own: { trustDomain: string; rootNamespace: string },
  before: MeshConfig | null,
): MeshConfig {
  const defaults = defaultMeshConfig(own)
  const [map] = store
    .list('configmaps', own.rootNamespace)
    .filter(object => isMeshConfig(object, own.rootNamespace))
    // `istio` before those of revisions.
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  if (map === undefined) return defaults
  try {
    return readMesh(parse(text(fields(map['data'])['mesh']) ?? ''), defaults)
  } catch {
    // istiod logs it and goes on with what it had.
    return before ?? defaults
  }
}

/** `istio`, or `istio-canary` of the revision `canary`: not each of the many other ConfigMaps beside it. */
export function isMeshConfig(object: KubeObject, rootNamespace: string): boolean {
  const { name, namespace, labels } = object.metadata
  if (object.kind !== 'ConfigMap' || namespace !== rootNamespace) return false
  return name === 'istio' || name === `istio-${labels?.['istio.io/rev'] ?? ''}`
}

export const defaultMeshConfig = (own: { trustDomain: string; rootNamespace: string }): MeshConfig => ({
  trustDomain: own.trustDomain,
  trustDomainAliases: [],
  rootNamespace: own.rootNamespace,
  outboundTrafficPolicy: 'ALLOW_ANY',
  enableAutoMtls: true,
  accessLogFile: '',
  accessLogEncoding: 'TEXT',
  accessLogFormat: '',
  extensionProviders: new Map(builtInProviders.map(provider => [provider.name, provider])),
  defaultProviders: { accessLogging: [], metrics: [], tracing: [] },
  pathNormalization: 'BASE',
  localityLbSetting: { enabled: true, distribute: [], failover: [], failoverPriority: [] },
  enableTracing: true,
  sampling: 1,
  numTrustedProxies: 0,
  minProtocolVersion: 'TLS_AUTO',
  discoverySelectors: [],
})

/** Throws where a value is none that Istio knows. */
function readMesh(written: unknown, defaults: MeshConfig): MeshConfig {
  if (written !== null && (typeof written !== 'object' || Array.isArray(written)))
    throw new Error('The mesh config is no map.')
  const mesh = fields(written)
  const proxy = fields(mesh['defaultConfig'])
  const providers = items(mesh['extensionProviders']).map(readProvider)
  const usual = fields(mesh['defaultProviders'])
  const sampling = fields(proxy['tracing'])['sampling']
  const trusted = fields(proxy['gatewayTopology'])['numTrustedProxies']
  return {
    trustDomain: is(mesh['trustDomain'], 'string', defaults.trustDomain),
    trustDomainAliases: texts(mesh['trustDomainAliases']),
    rootNamespace: is(mesh['rootNamespace'], 'string', defaults.rootNamespace),
    outboundTrafficPolicy: oneOf(fields(mesh['outboundTrafficPolicy'])['mode'], ['ALLOW_ANY', 'REGISTRY_ONLY']),
    enableAutoMtls: is(mesh['enableAutoMtls'], 'boolean', true),
    accessLogFile: is(mesh['accessLogFile'], 'string', ''),
    accessLogEncoding: oneOf(mesh['accessLogEncoding'], ['TEXT', 'JSON']),
    accessLogFormat: is(mesh['accessLogFormat'], 'string', ''),
    // A provider of the same name replaces the one that Istio brings.
    extensionProviders: new Map([
      ...defaults.extensionProviders,
      ...providers.map(provider => [provider.name, provider] as const),
    ]),
    defaultProviders: {
      accessLogging: texts(usual['accessLogging']),
      metrics: texts(usual['metrics']),
      tracing: texts(usual['tracing']),
    },
    pathNormalization: normalization(fields(mesh['pathNormalization'])['normalization']),
    localityLbSetting: readLocality(fields(mesh['localityLbSetting'])),
    enableTracing: is(mesh['enableTracing'], 'boolean', true),
    sampling: is(sampling, 'number', 1),
    numTrustedProxies: is(trusted, 'number', 0),
    minProtocolVersion: oneOf(fields(mesh['meshMTLS'])['minProtocolVersion'], ['TLS_AUTO', 'TLSV1_2', 'TLSV1_3']),
    discoverySelectors: items(mesh['discoverySelectors']).map(selector => textMap(selector['matchLabels'])),
  }
}

const readLocality = (setting: Fields): LocalityLbSetting => ({
  enabled: is(setting['enabled'], 'boolean', true),
  distribute: items(setting['distribute']).map(entry => ({
    from: text(entry['from']) ?? '',
    to: Object.fromEntries(Object.entries(fields(entry['to'])).map(([where, weight]) => [where, number(weight) ?? 0])),
  })),
  failover: items(setting['failover']).map(entry => ({ from: text(entry['from']) ?? '', to: text(entry['to']) ?? '' })),
  failoverPriority: texts(setting['failoverPriority']),
})

/** `DEFAULT` is what Istio says it is: BASE. */
const normalization = (written: unknown): MeshConfig['pathNormalization'] => {
  const chosen = oneOf(written, ['DEFAULT', 'NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'])
  return chosen === 'DEFAULT' ? 'BASE' : chosen
}

type Kinds = { string: string; number: number; boolean: boolean }

function is<Kind extends keyof Kinds>(written: unknown, kind: Kind, otherwise: Kinds[Kind]): Kinds[Kind] {
  if (written === undefined || written === null) return otherwise
  if (typeof written !== kind) throw new Error(`${JSON.stringify(written)} is no ${kind}.`)
  return written as Kinds[Kind]
}

/** Absent = the first. */
function oneOf<const Value extends string>(written: unknown, values: readonly [Value, ...Value[]]): Value {
  if (written === undefined || written === null) return values[0]
  const found = values.find(value => value === written)
  if (found === undefined) throw new Error(`${JSON.stringify(written)} is none of ${values.join(', ')}.`)
  return found
}

/** Does istiod look at a namespace with these labels? */
export const isDiscovered = ({ discoverySelectors }: MeshConfig, labels: Record<string, string>): boolean =>
  discoverySelectors.length === 0 || discoverySelectors.some(selector => hasLabels(labels, selector))
