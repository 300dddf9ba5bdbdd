import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { texts } from '#shared/config/world/read.ts'
import { refOf } from '#shared/mesh/object.ts'
import { exportedToNowhere } from './messages.ts'

/** `.`, `*`, `~` and namespaces that exist. */
export const exportTo: EachAnalyzer = {
  name: 'weft.ExportTo',
  each: [
    'networking.istio.io/VirtualService',
    'networking.istio.io/DestinationRule',
    'networking.istio.io/ServiceEntry',
  ],
  analyze(object, world, report) {
    const names = texts(object.spec?.['exportTo'])
    if (names.length === 0 || !world.has('/Namespace')) return
    for (const [index, name] of names.entries()) {
      if (['.', '*', '~'].includes(name) || world.get('/Namespace', '', name)) continue
      const path = ['spec', 'exportTo', index]
      // Without the last of them it would be seen everywhere: not ours to offer.
      const edits = [{ object: refOf(object), edits: [{ op: 'remove' as const, path }] }]
      report(object, exportedToNowhere, [name], {
        path,
        ...(names.length > 1 ? { fix: { title: `Do not export to ${name}`, edits } } : {}),
      })
    }
  },
}
