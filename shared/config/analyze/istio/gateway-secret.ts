import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { podsSelected } from '#shared/config/world/labels.ts'
import { items, record, text, textMap } from '#shared/config/world/read.ts'
import { validityOf } from '#shared/config/world/certificate.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { invalidGatewayCredential, referencedResourceNotFound } from './messages.ts'
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
      const path = ['spec', 'servers', index, 'tls', 'credentialName']
      const secret = world.get('/Secret', namespace, name)
      if (secret === undefined)
        report(gateway, referencedResourceNotFound, ['credentialName', name], {
          path,
          evidence: [`looked for the Secret ${namespace}/${name}, where the gateway's pods run`],
        })
      const { certificatesAt } = world.settings
      const problem = secret === undefined || certificatesAt === null ? null : problemOf(secret, certificatesAt)
      if (problem !== null) report(gateway, invalidGatewayCredential, [`${namespace}/${name}`, problem], { path })
    }
  },
}

/** Istio docs, "Secure Gateways", key formats: either pair, whole. */
const pairs = [
  ['cert', 'key'],
  ['tls.crt', 'tls.key'],
] as const

function problemOf(secret: MeshObject, now: number): string | null {
  // Plain text that the server will turn into data: judged once it has.
  if (secret['stringData'] !== undefined) return null
  const data = record(secret['data'])
  const pair = pairs.find(names => names.every(name => text(data[name]) !== ''))
  if (pair === undefined) return 'it has neither tls.crt and tls.key nor cert and key'
  const validity = validityOf(text(data[pair[0]]))
  if (validity === null) return `its ${pair[0]} is no certificate`
  const day = (time: number) => new Date(time).toISOString().slice(0, 10)
  if (now > validity.until) return `its certificate expired on ${day(validity.until)}`
  return now < validity.from ? `its certificate begins on ${day(validity.from)}` : null
}
