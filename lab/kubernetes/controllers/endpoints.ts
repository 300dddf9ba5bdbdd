import type { KubeObject } from '#lab/contract.ts'
import { suffixOf } from '#lab/kubernetes/identity.ts'
import { at, type Fields, fieldsOf, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { type Cluster, type Controller, isLeaving, keyOf, ownKey } from './controller.ts'
import { isReady, ownerOf } from './pod-template.ts'

/** A slice holds at most this many endpoints (Kubernetes documentation, "EndpointSlices"). */
const sliceSize = 100
/** Endpoints hold at most this many addresses ("Over-capacity endpoints"). */
const addressLimit = 1000
const serviceLabel = 'kubernetes.io/service-name'
const managedLabel = 'endpointslice.kubernetes.io/managed-by'
const sliceManager = 'endpointslice-controller.k8s.io'
const endpointsManager = 'endpoint-controller'

/** Says which pods stand behind a Service: in EndpointSlices and, for older readers, in Endpoints. */
export function endpointsController({ store }: Cluster): Controller {
  return {
    name: 'Endpoints',
    watches: ['services', 'pods'],
    interests: change => [
      ...ownKey(change, 'services'),
      ...(change.resource === 'pods'
        ? store
            .list('services', change.object.metadata.namespace)
            .filter(
              service => selects(service, change.object) || (change.previous && selects(service, change.previous)),
            )
            .map(keyOf)
        : []),
    ],
    reconcile(namespace, name) {
      const service = store.get('services', namespace, name)
      if (!service) {
        store.remove('endpoints', namespace, name)
        return
      }
      // Without a selector people say themselves what stands behind it; what was said here before goes.
      if (!hasSelector(service) || at(service, 'spec.type') === 'ExternalName') {
        withdraw(service)
        return
      }
      const pods = store.list('pods', namespace).filter(pod => selects(service, pod) && at(pod, 'status.podIP'))
      writeSlices(service, pods)
      writeEndpoints(service, pods)
    },
  }

  function withdraw({ metadata: { namespace = '', name } }: KubeObject): void {
    for (const slice of slicesOf(namespace, name))
      if (slice.metadata.labels?.[managedLabel] === sliceManager)
        store.remove('endpointslices.discovery.k8s.io', namespace, slice.metadata.name)
    const endpoints = store.get('endpoints', namespace, name)
    if (endpoints?.metadata.labels?.['endpoints.kubernetes.io/managed-by'] === endpointsManager)
      store.remove('endpoints', namespace, name)
  }

  function slicesOf(namespace: string, name: string): KubeObject[] {
    return store
      .list('endpointslices.discovery.k8s.io', namespace)
      .filter(slice => slice.metadata.labels?.[serviceLabel] === name)
  }

  function writeSlices(service: KubeObject, pods: KubeObject[]): void {
    const { namespace = '', name } = service.metadata
    const old = slicesOf(namespace, name).filter(slice => slice.metadata.labels?.[managedLabel] === sliceManager)
    const groups = byPorts(service, pods)
    for (const [index, { ports, members }] of groups.entries()) {
      const before = old[index]
      const slice: KubeObject = {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          ...before?.metadata,
          name: before?.metadata.name ?? `${name}-${suffixOf(`${service.metadata.uid}/${index}`, 5)}`,
          generateName: `${name}-`,
          namespace,
          labels: {
            ...service.metadata.labels,
            [serviceLabel]: name,
            [managedLabel]: sliceManager,
            ...(at(service, 'spec.clusterIP') === 'None' ? { 'service.kubernetes.io/headless': '' } : {}),
          },
          ownerReferences: [ownerOf(service)],
        },
        addressType: 'IPv4',
        endpoints: members.map(pod => endpointOf(service, pod)),
        ports: ports.map(({ name: portName, port, protocol, appProtocol }) => ({
          name: textOf(portName),
          port,
          protocol,
          ...(appProtocol === undefined ? {} : { appProtocol }),
        })),
      }
      if (before) store.replace(slice)
      else store.create(slice)
    }
    for (const slice of old.slice(groups.length))
      store.remove('endpointslices.discovery.k8s.io', namespace, slice.metadata.name)
  }

  function endpointOf(service: KubeObject, pod: KubeObject): Fields {
    const nodeName = textOf(at(pod, 'spec.nodeName'))
    const zone = store.get('nodes', undefined, nodeName)?.metadata.labels?.['topology.kubernetes.io/zone']
    const isPublished = at(service, 'spec.publishNotReadyAddresses') === true
    const serving = isServing(pod)
    const hostname = textOf(at(pod, 'spec.hostname'))
    const hints = hintsOf(service, zone, nodeName)
    return {
      addresses: [at(pod, 'status.podIP')],
      conditions: { ready: isPublished || isReady(pod), serving, terminating: isLeaving(pod) },
      ...(hints && serving ? { hints } : {}),
      ...(hostname !== '' && at(pod, 'spec.subdomain') === service.metadata.name ? { hostname } : {}),
      nodeName,
      targetRef: referenceTo(pod),
      ...(zone === undefined ? {} : { zone }),
    }
  }

  function writeEndpoints(service: KubeObject, pods: KubeObject[]): void {
    const { namespace = '', name } = service.metadata
    const before = store.get('endpoints', namespace, name)
    const staying = pods.filter(pod => !isLeaving(pod)).slice(0, addressLimit)
    const subsets = byPorts(service, staying).flatMap(({ ports, members }) => {
      const address = (pod: KubeObject): Fields => ({
        ip: at(pod, 'status.podIP'),
        nodeName: at(pod, 'spec.nodeName'),
        targetRef: referenceTo(pod),
      })
      const ready = members.filter(pod => isReady(pod) || at(service, 'spec.publishNotReadyAddresses') === true)
      const unready = members.filter(pod => !ready.includes(pod))
      if (members.length === 0) return []
      return [
        {
          ...(ready.length > 0 ? { addresses: ready.map(address) } : {}),
          ...(unready.length > 0 ? { notReadyAddresses: unready.map(address) } : {}),
          ports: ports.map(({ name: portName, port, protocol }) => ({
            ...(portName ? { name: portName } : {}),
            port,
            protocol,
          })),
        },
      ]
    })
    const endpoints: KubeObject = {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: {
        ...before?.metadata,
        name,
        namespace,
        labels: { ...service.metadata.labels, 'endpoints.kubernetes.io/managed-by': endpointsManager },
        ...(pods.length > addressLimit
          ? { annotations: { 'endpoints.kubernetes.io/over-capacity': 'truncated' } }
          : {}),
      },
      ...(subsets.length > 0 ? { subsets } : {}),
    }
    if (before) store.replace(endpoints)
    else store.create(endpoints)
  }
}

/** Whether it answers, leaving or not: what is on its way out still ends what it has begun. */
const isServing = (pod: KubeObject): boolean =>
  listOf(at(pod, 'status.conditions')).some(item => item['type'] === 'Ready' && item['status'] === 'True')

/** Who should use an endpoint (Kubernetes, "Traffic distribution"): the callers near it, where the Service asks for that. */
function hintsOf(service: KubeObject, zone: string | undefined, nodeName: string): Fields | undefined {
  const distribution = textOf(at(service, 'spec.trafficDistribution'))
  const isAuto = service.metadata.annotations?.['service.kubernetes.io/topology-mode'] === 'Auto'
  const isNear = isAuto || ['PreferClose', 'PreferSameZone', 'PreferSameNode'].includes(distribution)
  if (!isNear || zone === undefined) return undefined
  const nodes = distribution === 'PreferSameNode' ? { forNodes: [{ name: nodeName }] } : {}
  return { ...nodes, forZones: [{ name: zone }] }
}

const hasSelector = (service: KubeObject): boolean => Object.keys(fieldsOf(at(service, 'spec.selector'))).length > 0

function selects(service: KubeObject, pod: KubeObject): boolean {
  const wanted = Object.entries(fieldsOf(at(service, 'spec.selector')))
  return wanted.length > 0 && wanted.every(([key, value]) => pod.metadata.labels?.[key] === value)
}

const referenceTo = (pod: KubeObject): Fields => ({
  kind: 'Pod',
  name: pod.metadata.name,
  namespace: pod.metadata.namespace,
  uid: pod.metadata.uid,
})

interface Group {
  ports: Fields[]
  members: KubeObject[]
}

/** Pods with the same port numbers together: a named target port may be another number in another version. */
function byPorts(service: KubeObject, pods: KubeObject[]): Group[] {
  const groups = new Map<string, Group>()
  for (const pod of pods) {
    const ports = listOf(at(service, 'spec.ports')).flatMap(port => resolvePort(port, pod))
    const key = JSON.stringify(ports)
    const group = groups.get(key) ?? { ports, members: [] }
    groups.set(key, group)
    group.members.push(pod)
  }
  const full = [...groups.values()].flatMap(({ ports, members }) =>
    Array.from({ length: Math.ceil(members.length / sliceSize) }, (_, index) => ({
      ports,
      members: members.slice(index * sliceSize, (index + 1) * sliceSize),
    })),
  )
  return full.length > 0 ? full : [{ ports: [], members: [] }]
}

function resolvePort(port: Fields, pod: KubeObject): Fields[] {
  const target = port['targetPort'] ?? port['port']
  const number =
    typeof target === 'string' && !/^\d+$/.test(target)
      ? listOf(at(pod, 'spec.containers'))
          .flatMap(container => listOf(container['ports']))
          .find(item => item['name'] === target)?.['containerPort']
      : Number(target)
  if (!numberOf(number)) return []
  const { name, protocol, appProtocol } = port
  return [{ name, port: number, protocol: protocol ?? 'TCP', appProtocol }]
}
