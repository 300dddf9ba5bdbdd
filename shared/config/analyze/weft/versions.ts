import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { meshKind, meshKinds } from '#shared/config/kinds.ts'
import { groupOf, refOf } from '#shared/mesh/object.ts'
import { oldVersion } from './messages.ts'

/** Kinds whose `v1` has the very fields of the versions before it. */
const alike = meshKinds.filter(({ group, versions }) => group.endsWith('.istio.io') && versions[0] === 'v1')

export const versions: EachAnalyzer = {
  name: 'weft.Versions',
  each: alike.map(({ group, kind }) => `${group}/${kind}`),
  analyze(object, _, report) {
    const group = groupOf(object.apiVersion)
    const version = object.apiVersion.slice(group.length + 1)
    const known = meshKind(group, object.kind)?.versions ?? []
    if (version === 'v1' || !known.includes(version)) return
    const preferred = `${group}/v1`
    report(object, oldVersion, [object.apiVersion, preferred], {
      path: ['apiVersion'],
      fix: {
        title: `Write it in ${preferred}`,
        edits: [{ object: refOf(object), edits: [{ op: 'set', path: ['apiVersion'], value: preferred }] }],
      },
    })
  },
}
