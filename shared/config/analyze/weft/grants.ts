import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { items, text } from '#shared/config/world/read.ts'
import { refOf } from '#shared/mesh/object.ts'
import { grantFromNowhere } from './messages.ts'

/** Grants to namespaces that exist. */
export const grants: EachAnalyzer = {
  name: 'weft.Grants',
  each: ['gateway.networking.k8s.io/ReferenceGrant'],
  analyze(grant, world, report) {
    const from = items(grant.spec?.['from'])
    if (!world.has('/Namespace')) return
    for (const [index, one] of from.entries()) {
      const name = text(one['namespace'])
      // A name that is still to be written is for the schema to ask for.
      if (name === '' || world.get('/Namespace', '', name)) continue
      const path = ['spec', 'from', index]
      // What grants nothing to anybody is better taken away before somebody makes that namespace.
      report(grant, grantFromNowhere, [name], {
        path: [...path, 'namespace'],
        ...(from.length > 1
          ? {
              fix: {
                title: `Grant nothing to ${name}`,
                edits: [{ object: refOf(grant), edits: [{ op: 'remove', path }] }],
              },
            }
          : {}),
      })
    }
  },
}
