import type { AccessLogging, CustomTag, KubeObject, ObjectStore, ProxyTelemetry, SideTelemetry } from '#lab/contract.ts'
import type { ProxyKind } from './facts.ts'
import { compileFilter } from './expression.ts'
import type { MeshConfig } from './mesh-config.ts'
import { type Fields, fields, hasLabels, items, number, text, textMap } from './read.ts'
import { dressesOf } from './telemetry-metrics.ts'
import { createdAt } from './virtual-services.ts'

/** Istio docs, Telemetry: what proxies report, by the mesh's object, the namespace's and the workload's own. */
export interface Telemetries {
  of(proxy: ProxyPlace): ProxyTelemetry
}

export interface ProxyPlace {
  namespace: string
  labels: Record<string, string>
  proxy: ProxyKind
}

interface Telemetry {
  key: string
  namespace: string
  selector: Record<string, string> | null
  targets: readonly { kind: string; name: string }[]
  spec: Fields
}

type Side = keyof ProxyTelemetry

/** @param before from the snapshot before: while nothing changes, proxies keep what they were given. */
export function readTelemetries(store: ObjectStore, config: MeshConfig, before: Telemetries | null): Telemetries {
  const objects = store.list('telemetries.telemetry.istio.io')
  const source = JSON.stringify([
    objects.map(({ metadata, spec }) => [metadata.namespace, metadata.name, metadata.creationTimestamp, spec]),
    config.accessLogFile,
    config.accessLogEncoding,
    config.accessLogFormat,
    [...config.extensionProviders.values()],
    config.defaultProviders,
    config.enableTracing,
    config.sampling,
    config.rootNamespace,
  ])
  const known = before === null ? undefined : sources.get(before)
  if (before !== null && known === source) return before
  const made = createTelemetries(objects, config)
  sources.set(made, source)
  return made
}

/** What each was read from. */
const sources = new WeakMap<Telemetries, string>()

function createTelemetries(objects: readonly KubeObject[], config: MeshConfig): Telemetries {
  const telemetries = objects.toSorted((a, b) => createdAt(a) - createdAt(b)).map(read)
  const resolved = new Map<string, ProxyTelemetry>()
  return {
    of(proxy) {
      const applied = applicable(telemetries, proxy, config.rootNamespace)
      const key = applied.map(telemetry => telemetry.key).join(' ')
      const found = resolved.get(key)
      if (found) return found
      const made = {
        client: sideOf(applied, config, 'client'),
        server: sideOf(applied, config, 'server'),
      }
      resolved.set(key, made)
      return made
    },
  }
}

function read(object: KubeObject): Telemetry {
  const spec = fields(object.spec)
  const { namespace = 'default', name } = object.metadata
  const selector = textMap(fields(spec['selector'])['matchLabels'])
  const refs = [...items(spec['targetRefs']), ...(spec['targetRef'] === undefined ? [] : [fields(spec['targetRef'])])]
  return {
    key: `${namespace}/${name}`,
    namespace,
    selector: Object.keys(selector).length > 0 ? selector : null,
    targets: refs.map(ref => ({ kind: text(ref['kind']) ?? '', name: text(ref['name']) ?? '' })),
    spec,
  }
}

/** From the widest to the narrowest; of several of one scope the oldest. */
function applicable(telemetries: readonly Telemetry[], proxy: ProxyPlace, rootNamespace: string): Telemetry[] {
  const wide = (namespace: string) =>
    telemetries.find(
      ({ namespace: own, selector, targets }) => own === namespace && selector === null && targets.length === 0,
    )
  const mesh = wide(rootNamespace)
  const namespace = proxy.namespace === rootNamespace ? undefined : wide(proxy.namespace)
  const own = telemetries.find(telemetry => telemetry.namespace === proxy.namespace && picks(telemetry, proxy))
  return [mesh, namespace, own].filter(telemetry => telemetry !== undefined)
}

/** Waypoints are named by targetRefs only; sidecars by selectors only; gateways by either. */
function picks({ selector, targets }: Telemetry, { labels, proxy }: ProxyPlace): boolean {
  if (targets.length > 0) {
    if (proxy !== 'waypoint' && proxy !== 'gateway') return false
    const gateway = labels['gateway.networking.k8s.io/gateway-name']
    return targets.some(
      ({ kind, name }) =>
        (kind === 'Gateway' && name === gateway) ||
        (kind === 'GatewayClass' && proxy === 'waypoint' && name === 'istio-waypoint'),
    )
  }
  return proxy !== 'waypoint' && selector !== null && hasLabels(labels, selector)
}

function sideOf(applied: readonly Telemetry[], config: MeshConfig, side: Side): SideTelemetry {
  const all = (part: string) => applied.flatMap(({ spec }) => items(spec[part]))
  const here = (entry: Fields) => isFor(fields(entry['match'])['mode'], side)
  return {
    accessLogs: accessLogsOf(all('accessLogging').filter(here), config),
    ...tracingOf(all('tracing').filter(here), config),
    metrics: dressesOf(all('metrics'), side),
  }
}

/** Istio docs, WorkloadMode: absent and UNDEFINED mean both. */
export const isFor = (mode: unknown, side: Side): boolean =>
  mode === 'CLIENT' ? side === 'client' : mode === 'SERVER' ? side === 'server' : true

/** Fields that a narrower object leaves out are the wider one's. Custom tags are taken whole. */
function tracingOf(
  entries: readonly Fields[],
  config: MeshConfig,
): Pick<SideTelemetry, 'reportsSpans' | 'traceShare' | 'tags'> {
  let reportsSpans = config.enableTracing
  let percent = config.sampling
  let tags: readonly CustomTag[] = []
  for (const entry of entries) {
    if (typeof entry['disableSpanReporting'] === 'boolean') reportsSpans = !entry['disableSpanReporting']
    percent = number(entry['randomSamplingPercentage']) ?? percent
    if (entry['customTags'] !== undefined)
      tags = Object.entries(fields(entry['customTags'])).flatMap(([tag, from]) => readTag(tag, fields(from)))
  }
  return { reportsSpans, traceShare: Math.max(0, Math.min(100, percent)) / 100, tags }
}

function readTag(tag: string, from: Fields): CustomTag[] {
  if (from['literal'] !== undefined)
    return [{ tag, from: { kind: 'literal', value: text(fields(from['literal'])['value']) ?? '' } }]
  for (const kind of ['environment', 'header'] as const) {
    const written = fields(from[kind])
    const name = text(written['name'])
    if (name !== undefined) return [{ tag, from: { kind, name, otherwise: text(written['defaultValue']) ?? null } }]
  }
  return []
}

/** A provider that is named goes on until it is disabled; an entry without names means the mesh's own ones. */
function accessLogsOf(entries: readonly Fields[], config: MeshConfig): AccessLogging[] {
  const usual =
    config.defaultProviders.accessLogging.length > 0
      ? config.defaultProviders.accessLogging
      : config.accessLogFile === ''
        ? []
        : ['envoy']
  const filters = new Map<string, AccessLogging['filter']>()
  if (entries.length === 0) for (const name of usual) filters.set(name, null)
  for (const entry of entries) {
    const named = items(entry['providers']).flatMap(provider => text(provider['name']) ?? [])
    const written = text(fields(entry['filter'])['expression'])
    const filter = written === undefined || written === '' ? null : compileFilter(written)
    for (const name of named.length > 0 ? named : usual.length > 0 ? usual : ['envoy'])
      if (entry['disabled'] === true) filters.delete(name)
      else filters.set(name, filter)
  }
  return [...filters].flatMap(([name, filter]) => logOf(name, filter, config))
}

/** Only what goes to the container's own output is in its log. */
function logOf(name: string, filter: AccessLogging['filter'], config: MeshConfig): AccessLogging[] {
  const provider = config.extensionProviders.get(name)
  if (provider?.kind !== 'envoyFileAccessLog') return []
  const path = name === 'envoy' && config.accessLogFile !== '' ? config.accessLogFile : provider.path
  const stream = path === '/dev/stdout' ? 'stdout' : path === '/dev/stderr' ? 'stderr' : null
  return stream === null ? [] : [{ stream, filter, format: provider.logFormat ?? formatOf(config) }]
}

/** In JSON the mesh's format is a dictionary, written as JSON; empty: Istio's own keys. */
function formatOf({ accessLogEncoding, accessLogFormat }: MeshConfig): AccessLogging['format'] {
  if (accessLogEncoding === 'TEXT') return { text: accessLogFormat }
  try {
    return { labels: accessLogFormat === '' ? {} : fields(JSON.parse(accessLogFormat)) }
  } catch {
    return { labels: {} }
  }
}
