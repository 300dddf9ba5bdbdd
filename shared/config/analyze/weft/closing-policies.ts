import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { selectorText } from '#shared/config/world/labels.ts'
import { items } from '#shared/config/world/read.ts'
import { closesMesh, deniesEverything, policyDoesNothing } from './messages.ts'
import { actionOf, isBoundToTarget, isDryRun } from './rules.ts'
import { selectorLabels } from './workloads.ts'

/** Policies that close more than their author may mean, and those that close nothing. */
export const closingPolicies: EachAnalyzer = {
  name: 'weft.ClosingPolicies',
  each: ['security.istio.io/AuthorizationPolicy'],
  analyze(policy, world, report) {
    if (isDryRun(policy)) return
    const action = actionOf(policy)
    const rules = items(policy.spec?.['rules'])
    const wanted = selectorLabels(policy)
    const isRoot = policy.metadata.namespace === world.settings.rootNamespace
    const selectsAll = Object.keys(wanted).length === 0 && !isBoundToTarget(policy)
    if (action === 'DENY') {
      const open = rules.findIndex(rule => ['from', 'to', 'when'].every(part => items(rule[part]).length === 0))
      const whom = isBoundToTarget(policy)
        ? 'its targets'
        : !selectsAll
          ? `workloads with ${selectorText(wanted)}`
          : isRoot
            ? 'every workload of the mesh'
            : `every workload of ${policy.metadata.namespace ?? ''}`
      if (open >= 0) report(policy, deniesEverything, [whom], { path: ['spec', 'rules', open] })
    }
    if (action !== 'ALLOW' && rules.length === 0) report(policy, policyDoesNothing, [action], { path: ['spec'] })
    if (action === 'ALLOW' && isRoot && selectsAll) {
      const isBare = rules.length === 0
      const isOpen = rules.some(rule => ['from', 'to', 'when'].every(part => items(rule[part]).length === 0))
      if (isBare) report(policy, closesMesh, ['nothing is allowed that no other policy allows'], { path: ['spec'] })
      else if (!isOpen)
        report(policy, closesMesh, ['what neither it nor another policy allows is refused'], {
          path: ['spec', 'rules'],
          level: 'Info',
        })
    }
  },
}
