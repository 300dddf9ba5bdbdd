import type { Behaviour, Call } from '#lab/contract.ts'
import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { covers } from '#lab/mesh/snapshot/hosts.ts'
import { resolve } from '#lab/mesh/decide/target.ts'

/**
 * A scenario may write the internet's requests at a gateway by the service they are meant for. What really arrives is
 * a Host and a path, so the service is turned into the Host of the route that leads to it when the lab starts. From
 * then on the gateway's routes decide. A host that already names a route stays. Where the gateway has a certificate for
 * the host, browsers come over HTTPS.
 */
export function nameOrigins(snapshot: Snapshot, behaviours: readonly Behaviour[]): Behaviour[] {
  return behaviours.map(behaviour => {
    const workload = snapshot.workloads.get(`${behaviour.namespace}/${behaviour.workload}`)
    const { origin } = behaviour
    if (workload?.proxy !== 'gateway' || origin === undefined) return behaviour
    return {
      ...behaviour,
      origin: {
        ...origin,
        calls: origin.calls.map(call => secured(snapshot, workload, named(snapshot, workload, call))),
      },
    }
  })
}

function secured(snapshot: Snapshot, gateway: Workload, call: Call): Call {
  if (call.port !== 80 || call.protocol === 'tcp') return call
  const isServed = snapshot.router
    .atGateway(gateway, 443)
    ?.servers.some(
      ({ hosts, tls, speaks }) =>
        tls?.mode === 'SIMPLE' &&
        tls.validUntil !== null &&
        speaks === 'http' &&
        hosts.some(host => covers(host, call.host)),
    )
  if (isServed !== true) return call
  return { ...call, port: 443, classes: call.classes.map(item => ({ ...item, sni: item.sni ?? call.host })) }
}

function named(snapshot: Snapshot, gateway: Workload, call: Call): Call {
  const bound = snapshot.router.routesOf(gateway)
  if (bound.some(({ hosts }) => !hosts.includes('*') && hosts.some(host => covers(host, call.host)))) return call
  const { name } = resolve(snapshot, call.host, call.port, gateway)
  const route = bound.find(candidate =>
    candidate.http.some(rule => rule.backends.some(backend => backend.host === name.host)),
  )
  const host = route?.hosts.find(candidate => !candidate.startsWith('*'))
  return host === undefined ? call : { ...call, host, port: 80 }
}
