import type { Inventory } from '#shared/config/api.ts'
import { callable } from '#shared/config/world/hosts.ts'
import { items, text, texts } from '#shared/config/world/read.ts'
import { workloadOf, workloadText } from '#shared/config/world/workload.ts'
import { kindKeyOf, type World } from '#shared/config/world/world.ts'
import { appliesTo } from '#shared/config/applies/applies.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { proxyOf } from './draft.ts'

/** Whether the caller may list objects of a kind in a namespace ('' for what belongs to the cluster). */
export type Sees = (group: string, kind: string, namespace: string) => boolean

const providerKinds = /^(envoy|zipkin|opencensus|opentelemetry|skywalking|datadog|lightstep|prometheus|stackdriver|sds)/

/** What exists and a form may name, as far as the caller may list it. Pure. */
export function inventoryOf(world: World, sees: Sees): Inventory {
  const list = (kind: string) => {
    const [group = '', name = ''] = kind.split('/')
    return world.list(kind).filter(({ metadata }) => sees(group, name, metadata.namespace ?? ''))
  }
  const pods = list('/Pod')
  const accounts = new Map(
    [
      ...list('/ServiceAccount').map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name })),
      ...pods.map(pod => ({ namespace: pod.metadata.namespace ?? '', name: accountOf(pod) })),
    ].map(account => [`${account.namespace}/${account.name}`, account]),
  )
  return {
    namespaces: world
      .list('/Namespace')
      .filter(({ metadata }) => sees('', 'Namespace', '') || sees('', 'Pod', metadata.name))
      .map(({ metadata }) => ({ name: metadata.name, labels: metadata.labels ?? {} })),
    services: list('/Service').map(serviceOf),
    workloads: workloadsOf(pods, world),
    serviceAccounts: [...accounts.values()],
    subsets: list('networking.istio.io/DestinationRule').flatMap(rule =>
      items(rule.spec?.['subsets']).map(subset => ({
        host: appliesTo(rule, world).hosts[0] ?? '',
        name: text(subset['name']),
        namespace: rule.metadata.namespace ?? '',
      })),
    ),
    gateways: [...list('networking.istio.io/Gateway'), ...list('gateway.networking.k8s.io/Gateway')].map(gateway => ({
      group: kindKeyOf(gateway).split('/')[0] ?? '',
      namespace: gateway.metadata.namespace ?? '',
      name: gateway.metadata.name,
      hosts: appliesTo(gateway, world).hosts,
    })),
    secrets: list('/Secret').map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name })),
    rootNamespace: world.settings.rootNamespace,
    trustDomain: world.settings.trustDomain,
    providers: items(world.settings.meshConfig['extensionProviders']).map(provider => ({
      name: text(provider['name']),
      kind: Object.keys(provider).find(key => providerKinds.test(key)) ?? '',
    })),
  }
}

const accountOf = (pod: MeshObject): string => text(pod.spec?.['serviceAccountName']) || 'default'

function serviceOf(service: MeshObject): Inventory['services'][number] {
  const { namespace = '', name } = service.metadata
  const host = `${name}.${namespace}.svc.cluster.local`
  const { ports, selector } = callable(service, host)
  return {
    namespace,
    name,
    hosts: [host, ...texts(service.spec?.['externalIPs'])],
    ports: ports.map(port => ({ number: port.number, name: port.name, protocol: port.protocol })),
    selector: selector === null ? null : { ...selector },
  }
}

function workloadsOf(pods: readonly MeshObject[], world: World): Inventory['workloads'] {
  const groups = Map.groupBy(pods, pod => workloadText(workloadOf(pod)))
  return [...groups.values()].flatMap(members => {
    const [first] = members
    if (!first) return []
    const { kind, namespace, name } = workloadOf(first)
    return [
      {
        namespace,
        name,
        kind,
        labels: sharedLabels(members),
        serviceAccount: accountOf(first),
        pods: members.length,
        proxy: proxyOf(first, world),
      },
    ]
  })
}

/** What all pods of a workload carry: a selector made of it finds them all. */
function sharedLabels([first, ...others]: readonly MeshObject[]): Record<string, string> {
  const own = Object.entries(first?.metadata.labels ?? {})
  return Object.fromEntries(
    own.filter(
      ([key, value]) => key !== 'pod-template-hash' && others.every(pod => pod.metadata.labels?.[key] === value),
    ),
  )
}
