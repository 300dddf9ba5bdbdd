import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Evaluation } from '#shared/security/evaluate.ts'
import type { Answer, RuleStep, Step } from '#shared/security/evaluate/trail.ts'
import type { Workload } from '#shared/security/landscape.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Rich } from '#web/ui/Rich.tsx'
import { useFactName } from './names.ts'
import { ObjectLink } from './ObjectLink.tsx'

type Mark = 'no' | 'yes' | 'open' | 'by' | 'note'

interface Parts {
  mark: Mark
  title: string
  details: readonly ReactNode[]
}

/** How a verdict came about, step by step, in words. */
export function Trail(props: {
  trail: Evaluation['trail']
  destination: string
  workload: Workload | undefined
  onGo: (href: string) => void
}): ReactNode {
  const partsOf = useParts(props)
  return (
    <ol className="trail">
      {props.trail.map((step, index) => {
        const { mark, title, details } = partsOf(step)
        return (
          <li key={index}>
            <span className={`b is-${mark}`} aria-hidden="true">
              {mark === 'open' ? '?' : <Icon name={iconOf[mark]} small />}
            </span>
            <div>
              <p className={mark === 'no' ? 'dec' : mark === 'by' || mark === 'note' ? '' : 'med'}>
                <Rich text={title} />
              </p>
              {details.map((detail, line) => (
                <span key={line} className="src">
                  {detail}
                </span>
              ))}
            </div>
          </li>
        )
      })}
    </ol>
  )
}

const iconOf = { no: 'close', yes: 'check', by: 'security', note: 'minus' } as const

function useParts({ destination, workload, onGo }: Omit<Parameters<typeof Trail>[0], 'trail'>): (step: Step) => Parts {
  const { t } = useTranslation('security')
  const factName = useFactName()
  const ruleText = useRuleText()
  const refusing = (answer: Answer): Mark => (answer === 'yes' ? 'no' : answer === 'no' ? 'note' : 'open')
  return step => {
    switch (step.step) {
      case 'enforcement':
        return {
          mark: 'by',
          title: t($ => $.trail.by[step.by], { name: destination }),
          details:
            workload === undefined || step.by === 'none' || step.by === 'gateway'
              ? []
              : [t($ => $.trail.pods, { guarded: workload.guarded, pods: workload.pods })],
        }
      case 'client':
        return {
          mark: 'note',
          title: t($ => (step.mtls ? $.trail.clientMtls : $.trail.clientPlain), { mode: step.mode }),
          details: [
            <span key="of">
              DestinationRule <ObjectLink of={step.policy} onGo={onGo} />
            </span>,
          ],
        }
      case 'mtls':
        return {
          mark: refusing(step.refuses),
          title: t($ => $.trail.mtls[step.refuses], { mode: step.mode }),
          details: [
            step.policy === null ? (
              t($ => $.trail.mtlsDefault)
            ) : (
              <span key="of">
                {step.policy.kind} <ObjectLink of={step.policy} onGo={onGo} />
                {step.port === null ? null : <>, {t($ => $.trail.port, { port: step.port })}</>}
              </span>
            ),
          ],
        }
      case 'token':
        return {
          mark: refusing(step.refuses),
          title: t($ => $.trail.token[step.refuses]),
          details: step.policies.map(policy => (
            <span key={`${policy.namespace}/${policy.name}`}>
              {policy.kind} <ObjectLink of={policy} onGo={onGo} />
            </span>
          )),
        }
      case 'policy': {
        const { action, matches, idle, rules, others, problems, reach, missingProvider } = step
        // Whoever would ask and cannot, refuses.
        const deed = missingProvider === null ? action : 'DENY'
        const word = deed.toLowerCase() as Lowercase<typeof action>
        const mark: Mark =
          idle !== null
            ? 'note'
            : matches === 'unknown'
              ? 'open'
              : matches === 'no'
                ? 'note'
                : deed === 'ALLOW'
                  ? 'yes'
                  : deed === 'DENY'
                    ? 'no'
                    : deed === 'CUSTOM'
                      ? 'open'
                      : 'note'
        return {
          mark,
          title: t($ => $.trail[word][matches]),
          details: [
            <span key="of">
              {step.policy.kind} <ObjectLink of={step.policy} onGo={onGo} />, {t($ => $.trail.reach[reach])}
              {idle === null ? null : <>; {t($ => $.trail.idle[idle])}</>}
            </span>,
            ...(missingProvider === null ? [] : [t($ => $.trail.missingProvider, { provider: missingProvider })]),
            ...(problems.length > 0 ? [t($ => $.trail.problems, { problems: problems.join('; ') })] : []),
            ...rules.map(rule => <Rich key={rule.rule} text={ruleText(rule)} />),
            ...(others > 0 ? [t($ => $.trail.others, { count: others })] : []),
            ...(rules.length === 0 && others === 0 && problems.length === 0 ? [t($ => $.trail.noRules)] : []),
          ],
        }
      }
      case 'no-allow':
        return { mark: refusing(step.refuses), title: t($ => $.trail.noAllow[step.refuses]), details: [] }
      case 'verdict':
        return {
          mark: step.verdict === 'allow' ? 'yes' : step.verdict === 'deny' ? 'no' : 'open',
          title: t($ => $.trail.end[step.verdict], { missing: step.missing.map(factName).join(', ') }),
          details: [],
        }
    }
  }
}

/** More values than these are not read in a sentence. */
const most = 6

function useRuleText(): (rule: RuleStep) => string {
  const { t } = useTranslation('security')
  const list = (values: readonly string[]) =>
    values.length <= most ? values.join(', ') : `${values.slice(0, most).join(', ')}, … (${values.length})`
  return ({ rule, failing, unseen }) => {
    const seen = unseen.length === 0 ? '' : ` · ${t($ => $.trail.unseen, { fields: unseen.join(', ') })}`
    if (failing === null) return t($ => $.trail.rule, { rule }) + seen
    const open = failing.found.find(found => !('value' in found))
    const values = { rule, path: failing.path, values: list(failing.values) }
    if (open !== undefined) return t($ => $.trail.ruleOpen, { ...values, fact: open.fact }) + seen
    const found = failing.found.map(({ fact, value }) => {
      const told =
        value === 'true' || value === 'false' ? t($ => $.trail.is[value]) : (value ?? t($ => $.trail.nothing))
      return failing.found.length === 1 ? told : `<m>${fact}</m>: ${told}`
    })
    return t($ => $.trail.ruleNot, { ...values, found: found.join(', ') || t($ => $.trail.nothing) }) + seen
  }
}
