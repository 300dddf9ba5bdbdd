import { items, text } from '#shared/config/world/read.ts'
import { type Json, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import { type Exposure, type ExposeView, gatewayAt, wantedBy } from './exposure.ts'
import { type IntentChange, madeByWeft, noChange, type Scene } from './intent.ts'
import { gatewayGroup, routeKinds } from './route-ends.ts'
import { type Api, apiVersionOf, freeName, together } from './rules.ts'
import { labelsThatSelect } from './scope.ts'
import { doorCount, doorNames, doorsField, fittingDoor, gatewayKinds, gatewaysOf, newDoor } from './ways-in.ts'

/** Route and, where they are needed, Gateway (or its listener) and ReferenceGrant. */
export function opened(scene: Scene, view: ExposeView, model: Exposure): IntentChange {
  const wanted = wantedBy(view, model)
  const there = gatewayAt(scene, model)
  const ref = there === undefined ? newGatewayRef(scene, view, model) : refOf(there)
  const door = there === undefined ? undefined : fittingDoor(scene, there, wanted)
  const made = door ?? newDoor(model.api, ref.namespace, wanted, there === undefined ? [] : doorNames(there))
  const gateway: IntentChange =
    there === undefined
      ? { ...noChange, create: [newGateway(scene, ref, model.api, made)] }
      : door === undefined
        ? {
            ...noChange,
            edit: [
              {
                object: ref,
                edits: [{ op: 'insert', path: ['spec', doorsField(model.api), doorCount(there)], value: made }],
              },
            ],
          }
        : noChange
  const route: IntentChange = { ...noChange, create: [newRoute(scene, view, model, ref, text(made['name']))] }
  return [grantFor(scene, ref, model), gateway, route].reduce(together, noChange)
}

/** What a Gateway made for a service is called. */
export function newGatewayRef({ world }: Scene, { service }: ExposeView, { api }: Exposure): ObjectRef {
  const [group = '', kind = ''] = gatewayKinds[api].split('/')
  const fresh = { group, kind, namespace: service.namespace, name: `${service.name}-gateway` }
  return { ...fresh, name: freeName(world, fresh, 'public') }
}

/** As those that are there; else Istio's own. */
export const newClass = (scene: Scene): string =>
  gatewaysOf(scene, 'gateway-api')
    .map(gateway => text(gateway.spec?.['gatewayClassName']))
    .find(name => name !== '') ?? 'istio'

/** Pods an Istio Gateway can select. */
export const ingress = ({ inventory }: Scene) =>
  inventory.workloads
    .filter(({ proxy }) => proxy === 'gateway')
    .toSorted((a, b) => Number(b.labels['istio'] === 'ingressgateway') - Number(a.labels['istio'] === 'ingressgateway'))
    .find(({ labels }) => labels['gateway.networking.k8s.io/gateway-name'] === undefined)

function newGateway(scene: Scene, ref: ObjectRef, api: Api, door: Json): MeshObject {
  const pods = ingress(scene)
  const spec =
    api === 'istio'
      ? { selector: pods === undefined ? {} : { ...selectorOf(scene, pods) }, servers: [door] }
      : { gatewayClassName: newClass(scene), listeners: [door] }
  return newObject(scene, ref, spec)
}

const selectorOf = (scene: Scene, pods: NonNullable<ReturnType<typeof ingress>>) =>
  pods.labels['istio'] === undefined ? labelsThatSelect(scene, pods) : { istio: pods.labels['istio'] }

function newRoute(
  scene: Scene,
  { service }: ExposeView,
  model: Exposure,
  gateway: ObjectRef,
  section: string,
): MeshObject {
  const kind = routeKinds[model.api]
  const { namespace, name } = service
  const fresh = { ...kind, namespace, name }
  const ref = { ...fresh, name: freeName(scene.world, fresh, 'public') }
  if (model.api === 'istio')
    return newObject(scene, ref, {
      hosts: [model.host],
      gateways: [gateway.namespace === namespace ? gateway.name : `${gateway.namespace}/${gateway.name}`],
      http: [
        {
          ...(model.path === '/' ? {} : { match: [{ uri: { prefix: model.path } }] }),
          route: [{ destination: { host: service.host, port: { number: model.port } } }],
        },
      ],
    })
  const parent = {
    group: gatewayGroup,
    kind: 'Gateway',
    ...(gateway.namespace === namespace ? {} : { namespace: gateway.namespace }),
    name: gateway.name,
    sectionName: section,
  }
  return newObject(scene, ref, {
    parentRefs: [parent],
    hostnames: [model.host],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: model.path } }],
        backendRefs: [{ group: '', kind: 'Service', name, port: model.port }],
      },
    ],
  })
}

/** Gateway API docs, ReferenceGrant: a Gateway may read a Secret of another namespace only where that one allows it. */
function grantFor(scene: Scene, gateway: ObjectRef, { api, secret }: Exposure): IntentChange {
  const [namespace = '', name = ''] = secret.split('/')
  if (api === 'istio' || secret === '' || namespace === gateway.namespace) return noChange
  const isGranted = scene.world
    .list(`${gatewayGroup}/ReferenceGrant`, namespace)
    .some(
      grant =>
        items(grant.spec?.['from']).some(
          from =>
            from['kind'] === 'Gateway' && from['group'] === gatewayGroup && from['namespace'] === gateway.namespace,
        ) &&
        items(grant.spec?.['to']).some(
          to => to['kind'] === 'Secret' && (text(to['name']) === '' || to['name'] === name),
        ),
    )
  if (isGranted) return noChange
  const fresh = { group: gatewayGroup, kind: 'ReferenceGrant', namespace, name: `${gateway.namespace}-${gateway.name}` }
  const ref = { ...fresh, name: freeName(scene.world, fresh, 'secret') }
  const from = [{ group: gatewayGroup, kind: 'Gateway', namespace: gateway.namespace }]
  return { ...noChange, create: [newObject(scene, ref, { from, to: [{ group: '', kind: 'Secret', name }] })] }
}

const newObject = ({ world }: Scene, { group, kind, namespace, name }: ObjectRef, spec: Json): MeshObject => ({
  apiVersion:
    kind === 'ReferenceGrant' && !world.has(`${group}/${kind}`) ? `${group}/v1beta1` : apiVersionOf(world, group, kind),
  kind,
  metadata: { name, namespace, labels: { ...madeByWeft } },
  spec,
})
