import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { podsSelected } from '#shared/config/world/labels.ts'
import { items, record, text, textMap } from '#shared/config/world/read.ts'
import { referencedResourceNotFound } from './messages.ts'
import { namespaceOf } from './names.ts'

/** A gateway reads its certificates from the namespace its pods run in. That no pod is selected is another analyzer's word. */
export const gatewaySecret: EachAnalyzer = {
  name: 'gateway.SecretAnalyzer',
  each: ['networking.istio.io/Gateway'],
  analyze(gateway, world, report) {
    const [pod] = podsSelected(world, null, textMap(gateway.spec?.['selector']))
    if (pod === undefined) return
    const namespace = namespaceOf(pod)
    for (const [index, server] of items(gateway.spec?.['servers']).entries()) {
      const name = text(record(server['tls'])['credentialName'])
      // Read by a provider of its own, not from a Secret.
      if (name === '' || name.includes('://')) continue
      if (world.get('/Secret', namespace, name) === undefined)
        report(gateway, referencedResourceNotFound, ['credentialName', name], {
          path: ['spec', 'servers', index, 'tls', 'credentialName'],
          evidence: [`looked for the Secret ${namespace}/${name}, where the gateway's pods run`],
        })
    }
  },
}
