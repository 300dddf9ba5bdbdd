import type { Evaluation } from '#shared/security/evaluate.ts'
import type { RuleStep, Step } from '#shared/security/evaluate/trail.ts'
import type { Flow } from '#shared/security/flow.ts'
import type { PolicyRef } from '#shared/security/policy.ts'

/** Each verdict with how it came about, a line per step. */
export const asVerdicts = (evaluations: readonly (readonly [Flow, Evaluation])[]): string =>
  evaluations
    .map(([{ id }, { verdict, decidedBy, missing, trail }]) => {
      const rule = decidedBy?.rule === undefined ? '' : ` rule ${decidedBy.rule}`
      const by = decidedBy === undefined ? '' : ` by ${nameOf(decidedBy)}${rule}`
      const open = missing.length === 0 ? '' : `; unknown: ${missing.join(', ')}`
      return [`${id}: ${verdict}${by}${open}`, ...trail.flatMap(lines).map(line => `  ${line}`), ''].join('\n')
    })
    .join('')

const nameOf = ({ kind, namespace, name }: Omit<PolicyRef, 'kind'> & { kind: string }): string =>
  `${kind} ${namespace}/${name}`

const reaches = {
  mesh: 'of the whole mesh',
  namespace: 'of the namespace',
  selector: 'by its selector',
  target: 'by its target',
} as const
const idles = {
  audit: 'decides nothing',
  'dry-run': 'is a dry run',
  unsupported: 'is nothing ztunnel knows',
  'http-authorizer': 'asks nobody about TCP, as its provider speaks HTTP',
} as const
const answers = { yes: 'matches', no: 'does not match', unknown: 'may match' } as const
const refusals = { yes: 'refuses', no: 'does not refuse', unknown: 'may refuse' } as const

function lines(step: Step): string[] {
  switch (step.step) {
    case 'enforcement':
      return [step.by === 'none' ? 'No proxy stands before it.' : `Enforced by the ${step.by} in ${step.namespace}.`]
    case 'client':
      return [`The caller sends ${step.mtls ? 'mTLS' : 'no mTLS'}: ${nameOf(step.policy)} says ${step.mode}.`]
    case 'mtls': {
      const where = step.policy === null ? 'Istio’s default' : nameOf(step.policy)
      const port = step.port === null ? '' : ` on port ${step.port}`
      return [`mTLS is ${step.mode}${port} (${where}): it ${refusals[step.refuses]} the connection.`]
    }
    case 'token':
      return [`Tokens, by ${step.policies.map(nameOf).join(', ')}: ${refusals[step.refuses]} the request.`]
    case 'policy': {
      const idle = step.idle === null ? '' : `, ${idles[step.idle]}`
      const head = `${step.action} ${step.policy.namespace}/${step.policy.name}, ${reaches[step.reach]}${idle}: ${answers[step.matches]}.`
      const missing =
        step.missingProvider === null
          ? []
          : [`  The mesh has no provider ${step.missingProvider}: what it matches is refused.`]
      const others = step.others === 0 ? [] : [`  and ${step.others} more rules that do not match`]
      const problems = step.problems.map(problem => `  Istio would refuse it: ${problem}`)
      return [head, ...problems, ...missing, ...step.rules.map(ruleLine), ...others]
    }
    case 'no-allow':
      return [step.refuses === 'yes' ? 'No ALLOW policy matched.' : 'It may be that no ALLOW policy matches.']
    case 'verdict':
      return []
  }
}

function ruleLine({ rule, matches, failing, unseen }: RuleStep): string {
  const blind = unseen.length === 0 ? '' : `; not seen here: ${unseen.join(', ')}`
  if (failing === null) return `  rule ${rule} ${answers[matches]}${blind}`
  const found = failing.found.map(one => `${one.fact} is ${'value' in one ? (one.value ?? 'none') : 'unknown'}`)
  return `  rule ${rule} ${answers[matches]}: ${failing.path} [${failing.values.join(', ')}], ${found.join(', ')}${blind}`
}
