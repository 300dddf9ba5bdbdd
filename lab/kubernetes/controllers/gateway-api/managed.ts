import type { KubeObject } from '#lab/contract.ts'
import { applied } from '#lab/kubernetes/controllers/applied.ts'
import type { Cluster } from '#lab/kubernetes/controllers/controller.ts'
import { withAddresses } from '#lab/kubernetes/api/addresses.ts'
import { withDefaults } from '#lab/kubernetes/schema/defaults.ts'
import { at, type Fields, listOf, stringsOf, textOf } from '#lab/kubernetes/value.ts'
import { gatewayPodTemplate } from '#lab/scenario/template.ts'
import type { ClassInfo } from './classes.ts'

/** What Istio deploys for a Gateway (Istio docs, "Kubernetes Gateway API", "Automated deployment"). */

export const nameLabel = 'gateway.networking.k8s.io/gateway-name'
const classLabel = 'gateway.networking.k8s.io/gateway-class-name'
const managedLabel = 'gateway.istio.io/managed'
export const ownResources = ['deployments.apps', 'services', 'serviceaccounts'] as const

/** Not where `spec.addresses` names a host: then the Gateway means a deployment that somebody else made. */
export function isManaged(gateway: KubeObject): boolean {
  const addresses = listOf(gateway.spec?.['addresses'])
  if (addresses.length === 0) return true
  return addresses.length === 1 && textOf(addresses[0]?.['type'], 'IPAddress') === 'IPAddress'
}

/** A waypoint's Deployment is called as the Gateway, another's `<gateway>-<class>`; an annotation may say otherwise. */
export function nameOf(gateway: KubeObject, info: ClassInfo): string {
  const asked = gateway.metadata.annotations?.['gateway.istio.io/name-override']
  if (asked !== undefined) return asked
  return info.deploys === 'waypoint'
    ? gateway.metadata.name
    : `${gateway.metadata.name}-${textOf(gateway.spec?.['gatewayClassName'])}`
}

/** Makes and keeps the Deployment, Service and ServiceAccount of a Gateway; what is not Istio's own is left alone. */
export function deploy(cluster: Cluster, gateway: KubeObject, info: ClassInfo): void {
  const { store } = cluster
  for (const wanted of wantedOf(gateway, info)) {
    const kind = store.resources.of(wanted.apiVersion, wanted.kind)
    if (!kind) continue
    const present = store.get(kind.name, wanted.metadata.namespace, wanted.metadata.name)
    if (!present) {
      const made = withDefaults(wanted) as KubeObject
      store.create(made.kind === 'Service' ? withAddresses(made, store) : made)
    } else if (isOwn(present)) {
      const merged = applied(present, wanted) as KubeObject
      store.replace(merged.kind === 'Service' ? withPorts(merged, wanted, present) : merged)
    }
  }

  /** A listener that goes takes its port along. */
  function withPorts(merged: KubeObject, wanted: KubeObject, present: KubeObject): KubeObject {
    return withAddresses({ ...merged, spec: { ...merged.spec, ports: wanted.spec?.['ports'] } }, store, present)
  }
}

const isOwn = (object: KubeObject): boolean =>
  object.kind === 'ServiceAccount'
    ? object.metadata.labels === undefined || object.metadata.labels[managedLabel] !== undefined
    : object.metadata.labels?.[managedLabel] !== undefined

function wantedOf(gateway: KubeObject, info: ClassInfo): KubeObject[] {
  const { namespace = '', uid = '' } = gateway.metadata
  const name = nameOf(gateway, info)
  const infrastructure = stringsOf(at(gateway, 'spec.infrastructure.labels'))
  const annotations = stringsOf(at(gateway, 'spec.infrastructure.annotations'))
  const role = info.deploys === 'waypoint' ? 'waypoint' : 'gateway'
  const metadata = {
    name,
    namespace,
    labels: {
      ...gateway.metadata.labels,
      ...infrastructure,
      [nameLabel]: gateway.metadata.name,
      [classLabel]: textOf(gateway.spec?.['gatewayClassName']),
      [managedLabel]: info.controllerName.replace('/', '-'),
    },
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    ownerReferences: [{ apiVersion: gateway.apiVersion, kind: 'Gateway', name: gateway.metadata.name, uid }],
  }
  const template = gatewayPodTemplate({ gateway: gateway.metadata.name, name, role, ports: [] })
  const labels = {
    ...template.metadata.labels,
    [classLabel]: textOf(gateway.spec?.['gatewayClassName']),
    ...infrastructure,
  }
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector: { matchLabels: { [nameLabel]: gateway.metadata.name } },
        template: {
          ...template,
          metadata: {
            ...template.metadata,
            labels,
            ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
          },
        },
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: serviceSpec(gateway, info) },
  ]
}

function serviceSpec(gateway: KubeObject, info: ClassInfo): Fields {
  const asked = gateway.metadata.annotations?.['networking.istio.io/service-type']
  const [address] = listOf(gateway.spec?.['addresses'])
  return {
    type: asked ?? info.serviceType,
    selector: { [nameLabel]: gateway.metadata.name },
    ports: portsOf(gateway, info),
    ...(address === undefined ? {} : { loadBalancerIP: textOf(address['value']) }),
  }
}

/** One port for each port of the listeners, beside the one for health checks. */
function portsOf(gateway: KubeObject, info: ClassInfo): Fields[] {
  const port = (name: string, number: unknown, appProtocol: string): Fields => ({
    name,
    port: number,
    protocol: 'TCP',
    targetPort: number,
    appProtocol,
  })
  const ports = new Map([[15021, port('status-port', 15021, 'tcp')]])
  for (const listener of listOf(gateway.spec?.['listeners'])) {
    const number = listener['port']
    if (typeof number !== 'number' || ports.has(number)) continue
    const name = textOf(listener['name']).toLowerCase().replaceAll('.', '-')
    const appProtocol = info.deploys === 'waypoint' ? 'all' : textOf(listener['protocol']).toLowerCase()
    ports.set(number, port(name, number, appProtocol))
  }
  return [...ports.values()]
}
