import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { entryScopes, isSeenFrom } from '#shared/config/world/hosts.ts'
import { has, items, record, text, texts } from '#shared/config/world/read.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { delegateUnusable } from './messages.ts'

/** Istio docs, Delegate: a VirtualService without hosts that does not delegate itself. */
export const delegates: EachAnalyzer = {
  name: 'weft.Delegates',
  each: ['networking.istio.io/VirtualService'],
  analyze(virtualService, world, report) {
    const home = virtualService.metadata.namespace ?? ''
    for (const [index, rule] of items(virtualService.spec?.['http']).entries()) {
      if (!has(rule, 'delegate')) continue
      const { name, namespace } = record(rule['delegate'])
      const place = text(namespace) || home
      const found = world.get('networking.istio.io/VirtualService', place, text(name))
      const because = reason(found, home)
      if (because !== null)
        report(virtualService, delegateUnusable, [`${place}/${text(name)}`, because], {
          path: ['spec', 'http', index, 'delegate', 'name'],
        })
    }
  },
}

function reason(found: MeshObject | undefined, home: string): string | null {
  if (!found) return 'there is none'
  if (texts(found.spec?.['hosts']).length > 0) return 'it has hosts of its own'
  if (items(found.spec?.['http']).some(rule => has(rule, 'delegate')))
    return 'it delegates itself, and only one step is followed'
  if (!isSeenFrom(entryScopes(found), home)) return 'it is not exported here'
  return null
}
