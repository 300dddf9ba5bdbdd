import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '#shared/config/api.ts'
import { keyOf } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import { type ApplyReply, bodyOf, inverseOf } from '#web/config/editor/change.ts'
import { applyNow, arrivalQuery } from '#web/config/editor/queries.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'

const good = new Set<Outcome['result']>(['created', 'applied', 'deleted', 'unchanged'])

/** What became of it, object by object, and the way back. */
export function Results({
  reply,
  onTakenBack,
}: {
  reply: ApplyReply
  onTakenBack: (reply: ApplyReply) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const inverse = inverseOf(reply.outcomes)
  const [askedAt] = useState(() => Date.now())
  const back = useMutation({
    mutationFn: () => applyNow(bodyOf(inverse ?? { apply: [], delete: [] }, [], false, '')),
    onSuccess: answer => {
      if (answer.isComplete) onTakenBack(answer)
    },
  })
  return (
    <section className="results" role="status">
      {!reply.isComplete && <p className="note degraded">{t($ => $.editor.dialog.partly)}</p>}
      <ul className="edit-names">
        {reply.outcomes.map(outcome => (
          <li key={keyOf(outcome.object)}>
            <HealthBadge
              health={good.has(outcome.result) ? 'healthy' : outcome.result === 'notTried' ? 'unknown' : 'failing'}
            >
              {t($ => $.editor.dialog.result[outcome.result])}
            </HealthBadge>{' '}
            {outcome.object.kind}{' '}
            <span className="mono">
              {outcome.object.namespace === '' ? '' : `${outcome.object.namespace}/`}
              {outcome.object.name}
            </span>
            {outcome.because !== null && <p className="t2">{outcome.because}</p>}
            {(outcome.result === 'created' || outcome.result === 'applied') &&
              // Proxies hear nothing of annotations, and istiod sends them no ConfigMap.
              outcome.annotations === undefined &&
              outcome.object.kind !== 'ConfigMap' &&
              outcome.resourceVersion !== null &&
              back.data === undefined && (
                <Arrival object={outcome.object} resourceVersion={outcome.resourceVersion} until={askedAt + 60_000} />
              )}
          </li>
        ))}
      </ul>
      {inverse !== null && back.data?.isComplete !== true && (
        <button type="button" className="btn" disabled={back.isPending} onClick={() => back.mutate()}>
          {back.isPending ? t($ => $.editor.dialog.takingBack) : t($ => $.editor.dialog.takeBack)}
        </button>
      )}
      {back.data?.isComplete === true && <p>{t($ => $.editor.dialog.takenBack)}</p>}
      {back.data?.isComplete === false && (
        <p className="c-failing">
          {t($ => $.editor.dialog.notTakenBack)} {back.data.outcomes.map(({ because }) => because ?? '').join(' ')}
        </p>
      )}
      {back.error !== null && (
        <p className="c-failing">
          {t($ => $.editor.dialog.notTakenBack)} {problemFrom(back.error).detail}
        </p>
      )}
    </section>
  )
}

function Arrival(props: { object: Outcome['object']; resourceVersion: string; until: number }): ReactNode {
  const { t } = useTranslation('config')
  const { data, error } = useQuery(arrivalQuery(props.object, props.resourceVersion, props.until))
  if (error !== null) return <p className="t2">{problemFrom(error).detail}</p>
  if (data === undefined) return <p className="t3">{t($ => $.editor.dialog.arriving)}</p>
  if (!data.known)
    return (
      <p className="t2">
        {t($ => $.editor.dialog.notKnown)} {data.because}
      </p>
    )
  return <p className="t2">{t($ => $.editor.dialog.arrived, { arrived: data.arrived, of: data.of })}</p>
}
