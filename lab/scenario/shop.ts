import { ambientNamespace, app, grpcPort, httpPort, plainNamespace } from './catalogue.ts'
import { serviceFor, sidecarNamespace, stores } from './catalogue.ts'
import { controlPlane, egress, ingress, waypoint } from './istio-parts.ts'
import type { Plan, ServicePlan, WorkloadPlan } from './plan.ts'
import { shopBehaviours, shopExternalHosts } from './shop-behaviour.ts'
import { shopConfiguration } from './shop-configuration.ts'

/** The default mesh: a web shop of some sixty pods that has every kind of thing a console must tell apart. */
export function shopPlan(): Plan {
  const parts = [...gateways(), ...shop(), ...pay(), ...data(), ...logistics(), ...legacy()]
  const system = controlPlane(2)
  return {
    preset: 'shop',
    nodes: 3,
    scrapeInterval: 15,
    perPodSeries: true,
    namespaces: [
      sidecarNamespace('gateways'),
      sidecarNamespace('shop'),
      sidecarNamespace('pay'),
      sidecarNamespace('data'),
      ambientNamespace('logistics', true),
      plainNamespace('legacy'),
      plainNamespace('istio-system', 92),
    ],
    workloads: [...parts.flatMap(part => part.workloads), ...system.workloads],
    services: [...parts.flatMap(part => part.services), ...system.services],
    configuration: shopConfiguration(),
    behaviours: shopBehaviours(),
    externalHosts: shopExternalHosts,
  }
}

interface Part {
  workloads: WorkloadPlan[]
  services: ServicePlan[]
}

const installed = ([workload, service]: [WorkloadPlan, ServicePlan]): Part => ({
  workloads: [workload],
  services: [service],
})

type Port = { name: string; port: number; appProtocol?: string }

/** One Service over one Deployment, or over one Deployment per version. */
function service(namespace: string, name: string, port: Port, replicas: number | Record<string, number>): Part {
  const workloads =
    typeof replicas === 'number'
      ? [app(namespace, name, { replicas, port })]
      : Object.entries(replicas).map(([version, count]) =>
          app(namespace, name, {
            version,
            replicas: count,
            port,
            isVersioned: true,
            ageDays: version === 'v1' ? 32 : 9,
          }),
        )
  return { workloads, services: workloads.slice(0, 1).map(workload => serviceFor(workload, port)) }
}

function store(name: keyof typeof stores, replicas: number): Part {
  const { port, image } = stores[name]
  const workload = app('data', name, { kind: 'StatefulSet', replicas, port, image, ageDays: 75 })
  return { workloads: [workload], services: [serviceFor(workload, port)] }
}

const gateways = (): Part[] => [
  installed(ingress('gateways', 'web-gateway', 2)),
  installed(egress('gateways', 'egress-gateway', 2)),
]

const shop = (): Part[] => [
  service('shop', 'storefront', httpPort, { v1: 3, v2: 1 }),
  service('shop', 'catalog', httpPort, 4),
  service('shop', 'search', httpPort, 2),
  service('shop', 'cart', httpPort, 3),
  service('shop', 'checkout', httpPort, 3),
  service('shop', 'recommendations', httpPort, { v1: 2, v2: 1 }),
  service('shop', 'images', httpPort, 2),
]

const pay = (): Part[] => [
  service('pay', 'payments', httpPort, 4),
  service('pay', 'fraud', grpcPort, 2),
  service('pay', 'ledger', httpPort, 2),
]

const data = (): Part[] => [store('postgres', 2), store('redis', 2), store('kafka', 3)]

const logistics = (): Part[] => [
  installed(waypoint('logistics', 2)),
  service('logistics', 'inventory', grpcPort, 3),
  service('logistics', 'shipping', grpcPort, 2),
  service('logistics', 'notifications', grpcPort, 2),
]

/** They call and are never called: no Service. */
const legacy = (): Part[] => [
  { workloads: [app('legacy', 'batch', { replicas: 1, ageDays: 380 })], services: [] },
  { workloads: [app('legacy', 'crm', { replicas: 2, ageDays: 380 })], services: [] },
]
