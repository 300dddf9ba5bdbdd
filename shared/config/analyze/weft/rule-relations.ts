import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasLabels } from '#shared/config/world/labels.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import { allowDenied, ruleNeverMatches, ruleShadowed } from './messages.ts'
import { actionOf, coversRule, impossibility, isBoundToTarget, isDryRun, type Rule, rulesOf } from './rules.ts'
import { selectorLabels } from './workloads.ts'

const kind = 'security.istio.io/AuthorizationPolicy'

/** Rules that can never match, that another already says, or that a DENY takes back. */
export const ruleRelations: EachAnalyzer = {
  name: 'weft.RuleRelations',
  each: [kind],
  analyze(policy, world, report) {
    const rules = rulesOf(policy)
    const denials = actionOf(policy) === 'ALLOW' && rules.length > 0 ? denialsOver(policy, world) : []
    for (const [index, rule] of rules.entries()) {
      const impossible = impossibility(rule)
      if (impossible) {
        report(policy, ruleNeverMatches, [index, impossible.because], { path: impossible.path })
        continue
      }
      const other = rules.findIndex((wide, place) => place !== index && isSwallowed(rule, index, wide, place))
      if (other >= 0)
        report(policy, ruleShadowed, [index, other], {
          path: rule.path,
          fix: {
            title: `Remove rule ${index}`,
            edits: [{ object: refOf(policy), edits: [{ op: 'remove', path: [...rule.path] }] }],
          },
        })
      for (const { denial, rules: theirs } of denials) {
        const by = theirs.findIndex(wide => coversRule(wide, rule))
        if (by < 0) continue
        report(policy, allowDenied, [index, `${denial.metadata.namespace ?? ''}/${denial.metadata.name}`, by], {
          path: rule.path,
          related: [refOf(denial)],
        })
        break
      }
    }
  },
}

/** Of two rules that say the same, the later one is too many. */
const isSwallowed = (rule: Rule, index: number, wide: Rule, place: number): boolean =>
  impossibility(wide) === null && coversRule(wide, rule) && (place < index || !coversRule(rule, wide))

/** DENY policies that hold wherever this one does. */
function denialsOver(policy: MeshObject, world: World): { denial: MeshObject; rules: Rule[] }[] {
  if (isBoundToTarget(policy)) return []
  const namespace = policy.metadata.namespace ?? ''
  const wanted = selectorLabels(policy)
  return [...new Set([namespace, world.settings.rootNamespace])]
    .flatMap(place => world.list(kind, place))
    .filter(other => actionOf(other) === 'DENY' && !isDryRun(other) && !isBoundToTarget(other))
    .filter(other => hasLabels(wanted, selectorLabels(other)))
    .map(denial => ({ denial, rules: rulesOf(denial) }))
}
