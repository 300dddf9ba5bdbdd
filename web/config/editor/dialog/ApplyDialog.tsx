import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useContext, useEffect, useEffectEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { stringify } from 'yaml'
import type { Outcome } from '#shared/config/api.ts'
import type { Owner } from '#shared/config/owner.ts'
import { type Json, keyOf } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import { type ApplyReply, bodyOf, patchOf, type Wanted, isSame, type Taken } from '#web/config/editor/change.ts'
import { textOf } from '#web/config/editor/edit.ts'
import { Others } from '#web/config/editor/Panel.tsx'
import { analysisQuery, applyNow, dryRunQuery } from '#web/config/editor/queries.ts'
import { Replay, Replaying, type ReplayVerdict } from '#web/config/Replay.tsx'
import { Conflicts, type Contested } from './Conflicts.tsx'
import { Dialog } from './Dialog.tsx'
import { rate as rateText } from '#web/ui/format.ts'
import { DiffView } from './DiffView.tsx'
import { GitOps } from './GitOps.tsx'
import { Results } from './Results.tsx'

const accepted = new Set<Outcome['result']>(['created', 'applied', 'deleted', 'unchanged'])

/** Dry run, the server's own difference, what others own, a reason, and only then the cluster. */
export function ApplyDialog(props: {
  title: string
  kind: 'apply' | 'create' | 'delete'
  wanted: Wanted
  /** As the cluster has it; null for what is new. */
  before: Json | null
  /** Of several objects, each as the cluster has it, in the order of `wanted.apply`. */
  befores?: readonly (Json | null)[]
  owner: Owner | null
  /** The traffic it governs now, of what is to be deleted. */
  governed?: { edges: number; requestRate: number | null } | undefined
  /** What a person begins with; where GitOps owns the object they have to say more. */
  reason?: string
  /** What the server said to trying it, each time it was asked. */
  onTried?: (reply: ApplyReply) => void
  /** Where to go once it is written. */
  after?: ReactNode
  onApplied: (reply: ApplyReply) => void
  onTakenBack: (reply: ApplyReply) => void
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation('config')
  const id = useId()
  const { wanted, owner, kind } = props
  const [taken, setTaken] = useState<readonly Taken[]>([])
  const [reason, setReason] = useState(props.reason ?? '')
  // Until the replay has spoken nobody knows whether a reason is needed.
  const isReplayed = useContext(Replaying) !== null
  const [verdict, setVerdict] = useState<ReplayVerdict>({
    newlyRefused: isReplayed ? null : 0,
    broken: 0,
    isReplaying: isReplayed,
  })
  const trial = useQuery(dryRunQuery(wanted, taken))
  const remove = wanted.delete.map(({ object }) => object)
  const analysis = useQuery(
    analysisQuery(
      wanted.apply.map(({ manifest }) => manifest),
      remove,
    ),
  )
  const tell = useEffectEvent((reply: ApplyReply) => props.onTried?.(reply))
  useEffect(() => {
    if (trial.data !== undefined && !trial.isPlaceholderData) tell(trial.data)
  }, [trial.data, trial.isPlaceholderData])
  const real = useMutation({
    mutationFn: () => applyNow(bodyOf(wanted, taken, false, reason)),
    onSuccess: props.onApplied,
  })
  const outcomes = trial.data?.outcomes ?? []
  // A ticked field stays in sight, so that the tick can be taken back.
  const [seen, setSeen] = useState<readonly Contested[]>([])
  const fresh = outcomes
    .flatMap(({ object, conflicts }) => conflicts.map(conflict => ({ ...conflict, object })))
    .filter(conflict => !seen.some(each => isSame(each, conflict)))
  if (fresh.length > 0 && !trial.isPlaceholderData) setSeen([...seen, ...fresh])
  const open = seen.filter(conflict => !taken.some(each => isSame(each, conflict)))
  const isAccepted =
    trial.data !== undefined && !trial.isFetching && outcomes.every(({ result }) => accepted.has(result))
  const isGitOps = owner?.isGitOps === true
  const refused = verdict.newlyRefused ?? 0
  const { broken } = verdict
  const needsReason = isGitOps || refused > 0 || broken > 0
  const why =
    open.length > 0
      ? t($ => $.editor.dialog.why.conflicts)
      : !isAccepted
        ? t($ => $.editor.dialog.why.dryRun)
        : verdict.isReplaying
          ? t($ => $.editor.dialog.why.replaying)
          : needsReason && (reason.trim() === '' || reason.trim() === props.reason)
            ? t($ =>
                isGitOps
                  ? $.editor.dialog.why.reason
                  : refused > 0
                    ? $.editor.dialog.why.refused
                    : $.editor.dialog.why.broken,
              )
            : null
  const isNothing = isAccepted && outcomes.every(({ result }) => result === 'unchanged')
  const take = ({ object, path }: Taken, isTaken: boolean) =>
    setTaken([...taken.filter(each => !isSame(each, { object, path })), ...(isTaken ? [{ object, path }] : [])])
  const word = { apply: 'doApply', create: 'doCreate', delete: 'doDelete' } as const
  const foot =
    real.data === undefined ? (
      <>
        <label className="field grow" htmlFor={`${id}reason`}>
          <span className="t3">{t($ => $.editor.dialog.reason)}</span>
          <input
            id={`${id}reason`}
            value={reason}
            maxLength={2000}
            required={needsReason}
            placeholder={
              refused > 0
                ? t($ => $.editor.dialog.reasonRefused, { requests: Math.ceil(refused).toLocaleString('en-US') })
                : broken > 0
                  ? t($ => $.editor.dialog.reasonBroken, { count: broken })
                  : t($ => (isGitOps ? $.editor.dialog.reasonNeeded : $.editor.dialog.reasonHint))
            }
            onChange={event => setReason(event.target.value)}
          />
        </label>
        <button type="button" className="btn lg" onClick={event => event.currentTarget.closest('dialog')?.close()}>
          {t($ => $.editor.cancel)}
        </button>
        <button
          type="button"
          className={isGitOps ? 'btn lg' : 'btn lg primary'}
          disabled={why !== null || isNothing || real.isPending}
          aria-describedby={`${id}why`}
          onClick={() => real.mutate()}
        >
          {real.isPending
            ? t($ => $.editor.dialog.applying)
            : isGitOps
              ? t($ => $.editor.dialog.anyway)
              : t($ => $.editor.dialog[word[kind]])}
        </button>
        <span id={`${id}why`} className="why t3 s11">
          {isNothing ? t($ => $.editor.dialog.unchanged) : why}
        </span>
      </>
    ) : (
      <>
        <span className="grow" />
        <button
          type="button"
          className="btn lg primary"
          // It stands where the button that wrote stood: the second click of a double click is not meant for it.
          onClick={event => {
            if (event.detail < 2) event.currentTarget.closest('dialog')?.close()
          }}
        >
          {t($ => $.editor.dialog.done)}
        </button>
      </>
    )
  return (
    <Dialog title={props.title} isWide onClose={props.onClose} foot={foot}>
      {real.data !== undefined ? (
        <>
          <Results reply={real.data} onTakenBack={props.onTakenBack} />
          {real.data.isComplete && props.after}
        </>
      ) : (
        <>
          {real.error !== null && (
            <p className="note failing" role="alert">
              {t($ => $.editor.dialog.failed, { because: problemFrom(real.error).detail })}{' '}
              {t($ => $.editor.dialog.unknownAfter)}
            </p>
          )}
          <p role="status" className={isAccepted ? 'c-healthy med' : 'med'}>
            {trial.isFetching
              ? t($ => $.editor.dialog.trying)
              : trial.error !== null
                ? ''
                : isAccepted
                  ? t($ => (isNothing ? $.editor.dialog.unchanged : $.editor.dialog.accepted))
                  : t($ => (open.length > 0 ? $.editor.dialog.conflict : $.editor.dialog.refused))}
          </p>
          {trial.error !== null && (
            <p className="note failing" role="alert">
              {t($ => $.editor.dialog.failed, { because: problemFrom(trial.error).detail })}{' '}
              <button type="button" className="link" onClick={() => void trial.refetch()}>
                {t($ => $.editor.dialog.again)}
              </button>
            </p>
          )}
          {isGitOps && wanted.apply[0] !== undefined && (
            <GitOps
              owner={owner}
              manifest={wanted.apply.map(({ manifest }) => textOf(manifest)).join('---\n')}
              patch={wanted.apply
                .map(({ manifest }, index) =>
                  stringify(patchOf(props.befores?.[index] ?? (index === 0 ? props.before : null), manifest), {
                    lineWidth: 0,
                  }),
                )
                .join('---\n')}
              file={`${wanted.apply[0].manifest['kind'] as string}.yaml`}
            />
          )}
          {isAccepted && (
            <Replay
              changes={outcomes.map(({ result, before, after }) => ({
                before,
                after: result === 'deleted' ? null : after,
              }))}
              onJudged={setVerdict}
            />
          )}
          {outcomes.map(outcome => (
            <Trial key={keyOf(outcome.object)} outcome={outcome} kind={kind} isNamed={outcomes.length > 1} />
          ))}
          {seen.length > 0 && <Conflicts conflicts={seen} isNamed={outcomes.length > 1} taken={taken} onTake={take} />}
          {kind === 'delete' ? (
            <section className="breaks">
              <h3>{t($ => $.editor.dialog.breaks)}</h3>
              {props.governed !== undefined && props.governed.edges > 0 && (
                <p className="c-degraded">
                  {t($ => $.editor.dialog.breaksTraffic, {
                    count: props.governed.edges,
                    rate: rateText(props.governed.requestRate ?? 0, 'req'),
                  })}
                </p>
              )}
              {analysis.data?.brought.length === 0 && <p className="t2">{t($ => $.editor.dialog.breaksNothing)}</p>}
              <Others title={t($ => $.editor.brings)} findings={analysis.data?.brought ?? []} />
              {analysis.error !== null && <p className="c-degraded">{problemFrom(analysis.error).detail}</p>}
            </section>
          ) : (
            <>
              <Others title={t($ => $.editor.findings)} findings={analysis.data?.findings ?? []} />
              <Others title={t($ => $.editor.brings)} findings={analysis.data?.brought ?? []} />
              <Others title={t($ => $.editor.resolves)} findings={analysis.data?.resolved ?? []} />
            </>
          )}
        </>
      )}
    </Dialog>
  )
}

function Trial(props: { outcome: Outcome; kind: 'apply' | 'create' | 'delete'; isNamed: boolean }): ReactNode {
  const { t } = useTranslation('config')
  const { outcome, kind } = props
  const { object, before, after } = outcome
  // What is refused takes nothing away.
  const isWhole = before === null ? after !== null : after === null && accepted.has(outcome.result)
  return (
    <>
      {props.isNamed && (
        <h3 className="trial-of">
          {object.kind}{' '}
          <span className="mono">
            {object.namespace === '' ? '' : `${object.namespace}/`}
            {object.name}
          </span>
        </h3>
      )}
      {outcome.because !== null && (
        <p className={outcome.result === 'conflict' ? 'note degraded' : 'note failing'}>{outcome.because}</p>
      )}
      {outcome.causes.length > 0 && (
        <section>
          <h3>{t($ => $.editor.dialog.causes)}</h3>
          <ul className="edit-names">
            {outcome.causes.map(({ path, message }, index) => (
              <li key={index}>
                {path !== null && <span className="mono">{path}: </span>}
                {message}
              </li>
            ))}
          </ul>
        </section>
      )}
      {outcome.warnings.length > 0 && (
        <section className="note degraded">
          <h3>{t($ => $.editor.dialog.warnings)}</h3>
          {outcome.warnings.map(warning => (
            <p key={warning}>{warning}</p>
          ))}
        </section>
      )}
      {(outcome.diff.length > 0 || isWhole) && (
        <DiffView
          outcome={outcome}
          title={t($ => (kind === 'delete' ? $.editor.dialog.diffDelete : $.editor.dialog.diff))}
        />
      )}
    </>
  )
}
