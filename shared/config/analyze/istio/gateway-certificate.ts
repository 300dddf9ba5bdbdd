import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasLabels } from '#shared/config/world/labels.ts'
import { has, items, record, text, textMap } from '#shared/config/world/read.ts'
import type { Json } from '#shared/mesh/object.ts'
import { duplicateCertificate } from './messages.ts'
import { nameOf } from './names.ts'

/** Istio docs, "Network problems", 404s when several Gateways share a certificate. */
export const gatewayCertificate: EachAnalyzer = {
  name: 'gateway.CertificateAnalyzer',
  each: ['networking.istio.io/Gateway'],
  analyze(gateway, world, report) {
    const selector = textMap(gateway.spec?.['selector'])
    for (const other of world.list('networking.istio.io/Gateway')) {
      if (other === gateway || !hasLabels(textMap(other.spec?.['selector']), selector)) continue
      if (nameOf(other) === nameOf(gateway)) continue
      for (const [index, server] of items(gateway.spec?.['servers']).entries())
        for (const theirs of items(other.spec?.['servers']))
          if (has(server, 'tls') && has(theirs, 'tls') && isSame(record(server['tls']), record(theirs['tls'])))
            report(gateway, duplicateCertificate, [[nameOf(gateway), nameOf(other)]], {
              path: ['spec', 'servers', index, 'tls'],
            })
    }
  },
}

function isSame(ours: Json, theirs: Json): boolean {
  const field = (name: string): [string, string] => [text(ours[name]), text(theirs[name])]
  const isEqual = ([a, b]: [string, string]) => a !== '' && a === b
  const [own, other] = field('credentialName')
  if (own !== '' || other !== '') return isEqual([own, other])
  return isEqual(field('serverCertificate')) && isEqual(field('privateKey'))
}
