import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { splitName } from '#shared/config/analyze/istio/names.ts'
import { items, texts } from '#shared/config/world/read.ts'
import { refOf } from '#shared/mesh/object.ts'
import { gatewayNameForm, matchGatewayUnknown } from './messages.ts'

/** Names of gateways inside matches, and in a form that Istio does not read. */
export const matchGateways: EachAnalyzer = {
  name: 'weft.MatchGateways',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, world, report) {
    const namespace = virtualService.metadata.namespace ?? ''
    const written = texts(virtualService.spec?.['gateways'])
    const whole = (name: string) => {
      const parts = splitName(name, namespace)
      return name === 'mesh' ? name : `${parts.namespace}/${parts.name}`
    }
    const own = new Set(written.length === 0 ? ['mesh'] : written.map(whole))
    for (const protocol of ['http', 'tls', 'tcp'])
      for (const [rule, { match }] of items(virtualService.spec?.[protocol]).entries())
        for (const [index, wanted] of items(match).entries())
          for (const [place, name] of texts(wanted['gateways']).entries())
            if (!own.has(whole(name)))
              report(virtualService, matchGatewayUnknown, [name, [...own]], {
                path: ['spec', protocol, rule, 'match', index, 'gateways', place],
              })
    for (const [index, name] of written.entries()) {
      const [, gateway, place] = /^([^./]+)\.([^./]+)(?:\.svc(?:\.cluster\.local)?)?$/.exec(name) ?? []
      if (gateway === undefined || place === undefined) continue
      const path = ['spec', 'gateways', index]
      const value = `${place}/${gateway}`
      const isThere = world.get('networking.istio.io/Gateway', place, gateway) !== undefined
      const edits = [{ object: refOf(virtualService), edits: [{ op: 'set' as const, path, value }] }]
      report(virtualService, gatewayNameForm, [name, value], {
        path,
        ...(isThere ? { fix: { title: `Write ${value}`, edits } } : {}),
      })
    }
  },
}
