import type { MeshObject } from '#shared/mesh/object.ts'
import type { Enforcer } from '#shared/security/flow.ts'
import { principalOf, type Workload } from '#shared/security/landscape.ts'
import type { LearnedRule } from './rules.ts'
import { record, records, text, textMap } from '#shared/security/read.ts'

/** Calls of the platform itself: they are granted because they must be, not because they were seen. */
export interface PlatformCall {
  why: 'gateway' | 'prometheus' | 'probe'
  /** Null: whoever asks, as the kubelet has no identity. */
  principal: string | null
  destination: { namespace: string; workload: string }
  ports: readonly number[]
  methods: readonly string[]
  paths: readonly string[]
}

/** ztunnel sees neither methods nor paths, and lets the kubelet in by itself. */
export function platformRules(
  calls: readonly PlatformCall[],
  { namespace, workloads, enforcedBy }: { namespace: string; workloads: readonly string[]; enforcedBy: Enforcer },
): LearnedRule[] {
  const own = calls.filter(
    ({ destination, why }) =>
      destination.namespace === namespace &&
      workloads.includes(destination.workload) &&
      !(why === 'probe' && enforcedBy !== 'sidecar'),
  )
  const written = own.map(({ why, principal, ports, methods, paths }) => {
    const isSeeing = enforcedBy === 'sidecar' || enforcedBy === 'waypoint'
    const operation = {
      ...(ports.length > 0 ? { ports: ports.map(String) } : {}),
      ...(isSeeing && methods.length > 0 ? { methods } : {}),
      ...(isSeeing && paths.length > 0 ? { paths } : {}),
    }
    const rule = {
      ...(principal === null ? {} : { from: [{ source: { principals: [principal] } }] }),
      ...(Object.keys(operation).length > 0 ? { to: [{ operation }] } : {}),
    }
    return { rule, why, isWide: false, sightings: 0, requests: 0 }
  })
  // Versions of one workload are probed alike. A rule without anything would grant everything to everybody.
  const unique = new Map(written.map(one => [JSON.stringify(one.rule), one]))
  return [...unique.values()].filter(({ rule }) => Object.keys(rule).length > 0)
}

/**
 * What manifests tell of it: routes of the Gateway API to Services, annotations that ask to be scraped, probes that no
 * sidecar answers for the application. Istio docs, "Health Checking of Istio Services"; "Prometheus", metrics merging.
 */
export function platformIn(
  objects: readonly MeshObject[],
  prometheus: string | null,
  trustDomain: string,
): PlatformCall[] {
  const workloads = objects.flatMap(object => {
    const template = record(record(object.spec)['template'])
    if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(object.kind)) return []
    const meta = record(template['metadata'])
    const destination = { namespace: object.metadata.namespace ?? 'default', workload: object.metadata.name }
    return [
      {
        destination,
        labels: textMap(meta['labels']),
        annotations: textMap(meta['annotations']),
        containers: records(record(template['spec'])['containers']),
      },
    ]
  })
  return workloads.flatMap(({ destination, labels, annotations, containers }): PlatformCall[] => {
    const gateways = gatewaysOf(destination.namespace, labels, objects).map(
      (principal): PlatformCall => ({
        why: 'gateway',
        principal: `${trustDomain}/${principal}`,
        destination,
        ports: [],
        methods: [],
        paths: [],
      }),
    )
    const isScraped = annotations['prometheus.io/scrape'] === 'true' && prometheus !== null
    // Merged metrics are the agent's, which asks no policy.
    const isMerged = annotations['prometheus.istio.io/merge-metrics'] !== 'false'
    const port = Number(annotations['prometheus.io/port'])
    const scrapes: PlatformCall[] =
      isScraped && !isMerged
        ? [
            {
              why: 'prometheus',
              principal: prometheus,
              destination,
              ports: Number.isInteger(port) && port > 0 ? [port] : [],
              methods: ['GET'],
              paths: [annotations['prometheus.io/path'] ?? '/metrics'],
            },
          ]
        : []
    const isRewritten = annotations['sidecar.istio.io/rewriteAppHTTPProbers'] !== 'false'
    return [...gateways, ...scrapes, ...(isRewritten ? [] : containers.flatMap(one => probesOf(one, destination)))]
  })
}

type Running = Pick<Workload, 'namespace' | 'name' | 'labels' | 'asks'>

/** The same where the cluster is known by what runs in it. `prometheus`: who scrapes; null: nobody with an identity. */
export function platformOf(
  workloads: readonly Running[],
  objects: readonly MeshObject[],
  { trustDomain, prometheus }: { trustDomain: string; prometheus: string | null },
): PlatformCall[] {
  const manifests = workloads.map(({ namespace, name, labels, asks }): MeshObject => {
    const template = {
      metadata: { labels, annotations: asks?.annotations ?? {} },
      spec: { containers: asks?.containers ?? [] },
    }
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name }, spec: { template } }
  })
  return platformIn([...manifests, ...objects], prometheus, trustDomain)
}

/** Who scrapes, by its name: no manifest says so. */
export function prometheusIn(workloads: readonly Workload[], trustDomain: string): string | null {
  const found = workloads.find(({ name, guarded }) => guarded > 0 && /(^|-)prometheus(-|$)/.test(name))
  const [account] = found?.serviceAccounts ?? []
  return found === undefined || account === undefined ? null : principalOf(trustDomain, found.namespace, account)
}

/** It asks for scrapes that its proxy takes for calls like any others. */
export const isScrapedItself = ({ asks }: Running): boolean =>
  asks?.annotations['prometheus.io/scrape'] === 'true' &&
  asks.annotations['prometheus.istio.io/merge-metrics'] === 'false'

function probesOf(container: Record<string, unknown>, destination: PlatformCall['destination']): PlatformCall[] {
  return ['livenessProbe', 'readinessProbe', 'startupProbe'].flatMap((name): PlatformCall[] => {
    const get = record(record(container[name])['httpGet'])
    const named = records(container['ports']).find(one => one['name'] === get['port'])
    const port = Number(typeof get['port'] === 'number' ? get['port'] : named?.['containerPort'])
    if (!Number.isInteger(port) || port <= 0) return []
    return [
      {
        why: 'probe',
        principal: null,
        destination,
        ports: [port],
        methods: ['GET'],
        paths: [text(get['path']) || '/'],
      },
    ]
  })
}

/** `ns/…/sa/…` of the gateways whose routes lead to a Service of these labels. Istio names what it makes after both. */
function gatewaysOf(
  namespace: string,
  labels: Readonly<Record<string, string>>,
  objects: readonly MeshObject[],
): string[] {
  const services = objects.filter(({ kind, metadata, spec }) => {
    const selector = Object.entries(textMap(record(spec)['selector']))
    const isHere = kind === 'Service' && (metadata.namespace ?? 'default') === namespace
    return isHere && selector.length > 0 && selector.every(([key, value]) => labels[key] === value)
  })
  const names = new Set(services.map(({ metadata }) => metadata.name))
  return [
    ...new Set(
      objects
        .filter(({ kind }) => kind === 'HTTPRoute' || kind === 'GRPCRoute')
        .filter(route =>
          records(record(route.spec)['rules'])
            .flatMap(rule => records(rule['backendRefs']))
            .some(
              backend =>
                names.has(text(backend['name'])) &&
                (text(backend['namespace']) || (route.metadata.namespace ?? 'default')) === namespace,
            ),
        )
        .flatMap(route =>
          records(record(route.spec)['parentRefs']).flatMap(parent => {
            const place = text(parent['namespace']) || (route.metadata.namespace ?? 'default')
            const gateway = objects.find(
              ({ kind, metadata, apiVersion }) =>
                kind === 'Gateway' &&
                apiVersion.startsWith('gateway.networking.k8s.io/') &&
                metadata.name === parent['name'] &&
                metadata.namespace === place,
            )
            return gateway === undefined
              ? []
              : [`ns/${place}/sa/${gateway.metadata.name}-${text(record(gateway.spec)['gatewayClassName'])}`]
          }),
        ),
    ),
  ]
}
