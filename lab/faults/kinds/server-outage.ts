import type { ServerName } from '#lab/control/outage.ts'
import type { FaultKind } from '#lab/faults/world.ts'

const outage = (name: string, server: ServerName, about: string): FaultKind => ({
  name,
  about,
  isByHandOnly: true,
  targets: () => [server],
  begin(world) {
    world.setOutage(server, true)
    return { end: () => world.setOutage(server, false) }
  },
})

export const serverOutages: readonly FaultKind[] = [
  outage('prometheus-outage', 'prometheus', 'Prometheus does not answer.'),
  outage('jaeger-outage', 'tracing', 'Jaeger does not answer.'),
  outage('api-outage', 'kubernetes', 'The Kubernetes API does not answer.'),
]
