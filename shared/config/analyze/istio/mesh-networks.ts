import type { MeshAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { has, items, record, text } from '#shared/config/world/read.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { unknownServiceRegistry } from './messages.ts'

/** Registries Istio brings itself; remote clusters come with their secrets. */
const registries = ['Mock', 'Kubernetes', 'External']

export const meshNetworks: MeshAnalyzer = {
  name: 'multicluster.MeshNetworksAnalyzer',
  mesh: true,
  analyze(world, report) {
    const { meshNetworks: written, rootNamespace } = world.settings
    if (written === null) return
    const known = new Set(registries)
    for (const secret of world.list('/Secret'))
      if (secret.metadata.labels?.['istio/multiCluster'] === 'true')
        for (const part of ['data', 'stringData']) for (const name of Object.keys(record(secret[part]))) known.add(name)
    const networks: MeshObject = {
      apiVersion: '',
      kind: 'MeshNetworks',
      metadata: { name: 'meshnetworks', namespace: rootNamespace },
    }
    for (const [network, about] of Object.entries(record(written['networks'])))
      for (const [index, endpoint] of items(record(about)['endpoints']).entries())
        if (has(endpoint, 'fromRegistry') && !known.has(text(endpoint['fromRegistry'])))
          report(networks, unknownServiceRegistry, [text(endpoint['fromRegistry']), network], {
            path: ['networks', network, 'endpoints', index, 'fromRegistry'],
          })
  },
}
