import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { at, items, number, record, text } from '#shared/config/world/read.ts'
import type { Json } from '#shared/mesh/object.ts'
import { noServerVerification, noServerVerificationAtPort } from './messages.ts'

/** Istio docs, Destination Rule, ClientTLSSettings: SIMPLE and MUTUAL verify the server only against a CA they are given. */
export const caCertificates: EachAnalyzer = {
  name: 'destinationrule.CaCertificateAnalyzer',
  each: ['networking.istio.io/DestinationRule'],
  analyze(rule, _, report) {
    const host = text(rule.spec?.['host'])
    const policy = record(rule.spec?.['trafficPolicy'])
    const path = ['spec', 'trafficPolicy']
    const tls = record(policy['tls'])
    if (isUnverified(tls))
      report(rule, noServerVerification, [text(tls['mode']), host], { path: [...path, 'tls', 'mode'] })
    for (const [index, setting] of items(policy['portLevelSettings']).entries()) {
      const own = record(setting['tls'])
      if (!isUnverified(own)) continue
      const port = String(number(at(setting, 'port', 'number')) ?? '')
      report(rule, noServerVerificationAtPort, [text(own['mode']), host, port], {
        path: [...path, 'portLevelSettings', index, 'tls', 'mode'],
      })
    }
  },
}

/** A Secret named by credentialName brings its CA with it. */
const isUnverified = (tls: Json): boolean =>
  ['SIMPLE', 'MUTUAL'].includes(text(tls['mode'])) &&
  text(tls['caCertificates']) === '' &&
  text(tls['credentialName']) === ''
