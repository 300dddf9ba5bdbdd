import type { KubeObject } from '#lab/contract.ts'
import { at, listOf, textOf } from '#lab/kubernetes/value.ts'
import { type Cluster, type Controller, isLeaving, isWishChanged, ownKey } from './controller.ts'

const component = 'service-controller'

/** Ranges kept for documentation (RFC 5737), then one kept for benchmarks (RFC 2544): nobody's real addresses. */
const ranges = ['203.0.113', ...Array.from({ length: 256 }, (_, index) => `198.18.${index}`)]

/** The cloud in small: gives Services of type LoadBalancer an address from outside. */
export function loadBalancerController(cluster: Cluster): Controller {
  const { store } = cluster
  return {
    name: 'LoadBalancer',
    watches: ['services'],
    interests: change => (isWishChanged(change) ? ownKey(change, 'services') : []),
    reconcile(namespace, name) {
      const service = store.get('services', namespace, name)
      if (!service || isLeaving(service)) return
      const present = listOf(at(service, 'status.loadBalancer.ingress'))
      if (at(service, 'spec.type') !== 'LoadBalancer') {
        if (present.length > 0) store.replace({ ...service, status: { ...service.status, loadBalancer: {} } })
        return
      }
      const asked = textOf(at(service, 'spec.loadBalancerIP'))
      if (present.length > 0 && (asked === '' || present[0]?.['ip'] === asked)) return
      const ip = asked || freeAddress()
      cluster.record(service, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer', component)
      store.replace({ ...service, status: { ...service.status, loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } })
      cluster.record(service, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer', component)
    },
  }

  function freeAddress(): string {
    const used = new Set(store.list('services').flatMap(addressesOf))
    for (const range of ranges)
      for (let slot = 20; slot < 255; slot++) if (!used.has(`${range}.${slot}`)) return `${range}.${slot}`
    throw new Error('no address is left for another load balancer')
  }
}

const addressesOf = (service: KubeObject): string[] =>
  listOf(at(service, 'status.loadBalancer.ingress')).map(item => textOf(item['ip']))
