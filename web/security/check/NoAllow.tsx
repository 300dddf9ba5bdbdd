import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Evaluation } from '#shared/security/evaluate.ts'
import { ObjectLink } from '#web/security/ObjectLink.tsx'

/** Refused by nobody's rule: the policies of which one would have had to match. */
export function NoAllow({ evaluation, onGo }: { evaluation: Evaluation; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('security')
  if (evaluation.verdict !== 'deny' || evaluation.decidedBy !== undefined) return null
  const policies = evaluation.trail.flatMap(step =>
    step.step === 'policy' && step.action === 'ALLOW' && step.idle === null ? [step.policy] : [],
  )
  return (
    <span className="t2">
      {t($ => $.check.noAllow)}{' '}
      {policies.map((policy, index) => (
        <span key={`${policy.namespace}/${policy.name}`}>
          {index > 0 && ', '}
          <ObjectLink of={policy} onGo={onGo} />
        </span>
      ))}
    </span>
  )
}
