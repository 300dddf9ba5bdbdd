import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Workload } from '#shared/security/landscape.ts'
import { explained } from '#shared/security/judge.ts'
import type { Caller } from '#shared/security/party.ts'
import { Rich } from '#web/ui/Rich.tsx'
import { callerIn, workloadIn } from '#web/security/address.ts'
import { flowAsked } from './asked.ts'
import { CheckForm } from './CheckForm.tsx'
import { Frame, overIn } from '#web/security/Frame.tsx'
import { useFactName } from '#web/security/names.ts'
import { NoAllow } from './NoAllow.tsx'
import { ObjectLink } from '#web/security/ObjectLink.tsx'
import { Offers } from '#web/security/Offers.tsx'
import { type Security, useSecurity } from '#web/security/query.ts'
import { RefusedNow } from './RefusedNow.tsx'
import { type PageProps, wordIn } from '#web/security/search.ts'
import { VerdictBadge } from '#web/security/StateMark.tsx'
import { Trail } from '#web/security/Trail.tsx'

/** May A call B, and why: what is asked is in the address, the verdict is made in the page. */
export function CheckPage(props: PageProps): ReactNode {
  const { t } = useTranslation('security')
  const security = useSecurity(overIn(props.search))
  const { search } = props
  const { matrix, workloads, settings } = security
  const known = { callers: matrix?.callers ?? [], workloads, trustDomain: settings?.trustDomain ?? '' }
  const caller = callerIn(wordIn(search, 'from'), known)
  const workload = workloadIn(wordIn(search, 'to'), workloads)
  const gone = [
    ...(caller === null ? [wordIn(search, 'from')] : []),
    ...(workload === null ? [wordIn(search, 'to')] : []),
  ].filter(name => name !== '')
  return (
    <Frame {...props} page="check" security={security} tools={<CopyLink />}>
      <div className="check">
        <CheckForm
          callers={known.callers}
          workloads={workloads}
          caller={caller}
          workload={workload}
          search={search}
          onSearch={props.onSearch}
        />
        <section className="check-answer" aria-label={t($ => $.check.answer)}>
          {caller !== null && workload !== null && matrix !== null ? (
            <Answer {...props} security={security} matrix={matrix} caller={caller} workload={workload} />
          ) : (
            <div className="check-first t2">
              {gone.map(name => (
                <p key={name} role="alert">
                  <Rich text={t($ => $.check.gone, { name })} />
                </p>
              ))}
              <p>{t($ => $.check.first)}</p>
              <RefusedNow flows={security.flows?.flows ?? []} over={overIn(search)} onGo={props.onGo} />
            </div>
          )}
        </section>
      </div>
    </Frame>
  )
}

function Answer(
  props: PageProps & {
    security: Security
    matrix: NonNullable<Security['matrix']>
    caller: Caller
    workload: Workload
  },
): ReactNode {
  const { t } = useTranslation('security')
  const factName = useFactName()
  const { security, matrix, caller, workload, search, onGo } = props
  const flow = flowAsked(search, caller, workload, matrix)
  const evaluation = explained(matrix.reading, flow, workload)
  const { verdict, decidedBy, missing } = evaluation
  return (
    <>
      <div className="check-verdict" role="status">
        <VerdictBadge verdict={verdict} word={t($ => $.verdict[verdict])} />{' '}
        <NoAllow evaluation={evaluation} onGo={onGo} />
        {decidedBy !== undefined && (
          <span className="t2">
            {t($ => $.check.decided)} {decidedBy.kind} <ObjectLink of={decidedBy} onGo={onGo} />
            {decidedBy.rule !== undefined && <span className="mono"> rules[{decidedBy.rule}]</span>}
          </span>
        )}
      </div>
      {missing.length > 0 && (
        <div className="check-missing">
          <p className="t2">{t($ => $.check.missing)}</p>
          <ul>
            {missing.map(fact => (
              <li key={fact}>
                <Rich text={factName(fact)} />
              </li>
            ))}
          </ul>
        </div>
      )}
      <h2>{t($ => $.check.why)}</h2>
      <Trail
        trail={evaluation.trail}
        destination={`${workload.namespace}/${workload.name}`}
        workload={workload}
        onGo={onGo}
      />
      {verdict !== 'uncertain' && security.settings && (
        <Offers objects={security.objects} settings={security.settings} flow={flow} verdict={verdict} onGo={onGo} />
      )}
    </>
  )
}

function CopyLink(): ReactNode {
  const { t } = useTranslation('security')
  const [isCopied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(location.href)
    setCopied(true)
  }
  return (
    <button type="button" className="btn" onClick={() => void copy()} onBlur={() => setCopied(false)}>
      {isCopied ? t($ => $.check.copied) : t($ => $.check.copy)}
    </button>
  )
}
