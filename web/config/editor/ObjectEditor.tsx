import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '#shared/config/api.ts'
import type { Finding, Fix } from '#shared/config/finding.ts'
import type { Owner } from '#shared/config/owner.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { Replay } from '#web/config/Replay.tsx'
import { type ApplyReply, namedBy, type Wanted, wantedOf } from './change.ts'
import { textOn } from './desk.ts'
import { ApplyDialog } from './dialog/ApplyDialog.tsx'
import { DiscardDialog } from './dialog/DiscardDialog.tsx'
import { FixDialog } from './dialog/FixDialog.tsx'
import { textOfObject, versionOf } from './draft.ts'
import { type FixEdits, type OtherChange, ownerOfAll, partsOf, wantedByFix } from './fix.ts'
import { Foot } from './Foot.tsx'
import { changesOf, pairLines } from './lines.ts'
import { read } from './manifest.ts'
import { causeMarks, lineOf, type Mark } from './marks.ts'
import { Notices } from './Notices.tsx'
import { ImpactStrip } from './Panel.tsx'
import { Panes } from './Panes.tsx'
import { useDesk } from './use-desk.ts'
import { type TextView, useReading } from './use-reading.ts'
import { useSettled } from './use-settled.ts'
import { useWhyNot } from './use-why-not.ts'
import './editor.css'

export interface ObjectEditorProps {
  object: ObjectRef
  /** As the cluster has it; null: it has none. */
  theirs: Json | null
  owner: Owner | null
  /** What is said of it as it is, until the text has been looked at. */
  findings?: readonly Finding[]
  /** The object is being made: its text may name anything, and several. */
  isNew?: boolean
  /** What a new text begins with. */
  template?: string
  /** It was there and somebody deleted it. */
  isGone?: boolean
  /** Other sides of the object, over and instead of the panes: they are told what stands in the text. */
  tabs?: (told: EditorTold) => { strip: ReactNode; pane: ReactNode | null }
  /** What else is told beside the text. */
  aside?: ReactNode
  /** Written: the page may want to go there. */
  onApplied?: (reply: ApplyReply) => void
}

/** What stands before the person. */
export interface EditorTold {
  text: string
  /** The text as the cluster has it. */
  before: string
  theirs: Json | null
  isDraft: boolean
  lines: { added: number; removed: number }
  marks: readonly Mark[]
  view: TextView
  fix: (mark: Mark) => void
  /** The caret goes there as soon as the text is in sight. */
  goTo: (offset: number) => void
}

type Open =
  | { kind: 'apply' | 'create' | 'delete'; wanted: Wanted; text: string; title: string; beside?: Beside }
  | { kind: 'discard' }
  | { kind: 'fix'; fix: Fix; after: string; others: FixEdits[] }
  | null

/** What else a change is about: objects that are not in the text. */
interface Beside {
  others: OtherChange[]
  /** Nothing of the text is in it: what was typed stays a draft. */
  isWithoutText: boolean
}

/** One object's text under a person's hands, what it would do, and the way to the cluster. */
export function ObjectEditor(props: ObjectEditorProps): ReactNode {
  const { t } = useTranslation('config')
  const { object, theirs, owner, isNew = false, template = '', isGone = false } = props
  const { desk, isReady, keeping, tell } = useDesk(object, isGone ? null : theirs)
  const before = theirs === null ? '' : textOfObject(theirs)
  // Of what is gone, its last text stays: it can be made again.
  const untouched = isNew ? template : isGone ? before : textOn(desk)
  const text = desk.draft?.text ?? untouched
  const view = useReading(text, isNew ? null : object, desk.draft === null ? (props.findings ?? null) : null)
  const cache = useQueryClient()
  const [open, setOpen] = useState<Open>(null)
  const [goal, setGoal] = useState<number | null>(null)
  const [tried, setTried] = useState<{ text: string; outcomes: readonly Outcome[]; at: number }>({
    text: '',
    outcomes: [],
    at: 0,
  })
  // What the server refused stands at its line until the text is another.
  const refused =
    tried.text !== text || !view.isSettled
      ? []
      : view.manifests.flatMap(manifest =>
          tried.outcomes
            .filter(outcome => isEqual(outcome.object, namedBy(manifest.value)))
            .flatMap(({ causes }) =>
              causeMarks(
                manifest,
                causes,
                t($ => $.editor.server),
              ),
            ),
        )
  const isTried =
    tried.text === text && tried.outcomes.length > 0 && tried.outcomes.every(({ result }) => isGood(result))
  const isAnswered = tried.text === text && tried.outcomes.length > 0
  // What others own is no refusal: a person decides.
  const isContested =
    isAnswered && !isTried && tried.outcomes.every(({ result }) => result === 'conflict' || isGood(result))
  const marks = refused.length === 0 ? view.marks : [...refused, ...view.marks]
  const settled = useSettled(text, 200)
  const lines = changesOf(isNew ? [] : pairLines(before, settled))
  const named = view.manifests.map(({ value }) => namedBy(value))
  const missing = useWhyNot(isNew ? named : [object], isNew || isGone ? ['create', 'patch'] : ['patch'])
  const whyNotDelete = useWhyNot([object], ['delete'])
  const [trouble] = view.troubles
  const whyNotWrite = desk.isWaiting
    ? t($ => $.editor.whyNot.waiting)
    : trouble !== undefined
      ? t($ => $.editor.whyNot.trouble, { line: lineOf(text, trouble.from) })
      : desk.conflicts.length > 0
        ? t($ => $.editor.whyNot.conflicts)
        : missing
  const whyNotReview =
    whyNotWrite ?? (desk.draft === null && !isNew && !isGone ? t($ => $.editor.whyNot.unchanged) : null)

  const type = (next: string) => tell({ kind: 'typed', text: next, at: Date.now() })
  const review = () => {
    // Read anew: a hand may have typed since the last reading.
    const { manifests, troubles } = read(text)
    const isMine = isNew || (manifests.length === 1 && manifests.every(({ value }) => isEqual(namedBy(value), object)))
    if (troubles.length > 0 || !isMine) return
    const values = manifests.map(({ value }) => value)
    const name = nameText(values.length === 1 && values[0] !== undefined ? namedBy(values[0]) : object)
    setOpen({
      kind: theirs === null || isGone ? 'create' : 'apply',
      wanted: wantedOf(values, isGone ? null : (desk.draft?.base ?? theirs)),
      text,
      title:
        values.length > 1
          ? t($ => $.editor.dialog.several, { count: values.length })
          : t($ => (isNew ? $.editor.dialog.create : $.editor.dialog.apply), { name }),
    })
  }
  const remove = () => {
    const resourceVersion = versionOf(theirs)
    setOpen({
      kind: 'delete',
      wanted: { apply: [], delete: [{ object, ...(resourceVersion === undefined ? {} : { resourceVersion }) }] },
      text,
      title: t($ => $.editor.dialog.delete, { name: nameText(object) }),
    })
  }
  const fix = ({ fix: wanted }: Mark) => {
    if (wanted === undefined) return
    const { after, others } = partsOf(wanted, text, named)
    if (after !== null) setOpen({ kind: 'fix', fix: wanted, after, others })
  }
  const reviewFix = (after: string, others: OtherChange[]) => {
    const isWithoutText = after === text
    const own = isWithoutText ? [] : read(after).manifests.map(({ value }) => value)
    if (!isWithoutText) type(after)
    const [first] = others
    setOpen({
      kind: !isWithoutText && (theirs === null || isGone) ? 'create' : 'apply',
      wanted: wantedByFix(own, isGone ? null : (desk.draft?.base ?? theirs), others),
      text: after,
      title:
        own.length + others.length > 1 || first === undefined
          ? t($ => $.editor.dialog.several, { count: own.length + others.length })
          : t($ => $.editor.dialog.apply, { name: nameText(first.object) }),
      beside: { others, isWithoutText },
    })
  }
  const applied = (reply: ApplyReply, sent: string, beside: Beside | undefined) => {
    // What is said of this text may be another now.
    if (beside !== undefined) void cache.invalidateQueries({ queryKey: ['config', 'analysis'] })
    if (beside?.isWithoutText === true) return
    if (reply.isComplete) {
      const own = reply.outcomes.find(outcome => isEqual(outcome.object, object))
      tell({ kind: 'applied', theirs: own?.result === 'deleted' ? null : (own?.after ?? theirs), text: sent })
    }
    props.onApplied?.(reply)
  }
  // What could not be written whole is still a draft: taking back what was written is no reason to lose it.
  const takenBack = (reply: ApplyReply) => {
    const own = reply.outcomes.find(outcome => isEqual(outcome.object, object))
    if (own !== undefined) tell({ kind: 'told', theirs: own.result === 'deleted' ? null : (own.after ?? theirs) })
  }

  const isDraft = desk.draft !== null
  // While a line is half typed, what could be read last goes on to be replayed.
  const whole = view.troubles.length === 0 ? JSON.stringify(view.manifests.map(({ value }) => value)) : null
  const [held, setHeld] = useState('[]')
  if (whole !== null && whole !== held) setHeld(whole)
  const replayed =
    isDraft || isNew || isGone
      ? (JSON.parse(held) as Json[]).map(after => ({
          before: !isNew && !isGone && isEqual(namedBy(after), object) ? theirs : null,
          after,
        }))
      : []
  const impact = view.analysis.impacts[0]?.impact
  const tabbed = props.tabs?.({ text, before, theirs, isDraft, lines, marks, view, fix, goTo: setGoal })

  return (
    <div className={tabbed?.pane == null ? 'edit' : 'edit is-tabbed'}>
      {tabbed?.strip}
      <ImpactStrip view={view} />
      <Notices
        desk={desk}
        isGone={isGone}
        onSeen={() => tell({ kind: 'seen' })}
        onDecide={(conflict, side) => tell({ kind: 'decided', conflict, for: side, at: Date.now() })}
      />
      {tabbed?.pane}
      <Panes
        object={object}
        desk={desk}
        isReady={isReady}
        keeping={keeping}
        isNew={isNew}
        text={text}
        view={view}
        marks={marks}
        lines={lines}
        goal={tabbed?.pane == null ? goal : null}
        onGoal={() => setGoal(null)}
        lead={<Replay changes={replayed} />}
        aside={props.aside}
        onText={type}
        onFix={fix}
      />
      <Foot
        isDraft={desk.draft !== null}
        isNew={isNew}
        way={{
          triedAt: isTried ? tried.at : null,
          isRefused: isAnswered && !isTried && !isContested,
          isContested,
          lines: desk.draft === null || isNew ? null : lines,
          proxies: impact?.selects?.proxies ?? null,
        }}
        isReading={!view.isSettled}
        whyNotReview={whyNotReview}
        whyNotDelete={isGone ? t($ => $.editor.gone) : whyNotDelete}
        onReview={review}
        onDelete={remove}
        onDiscard={() => setOpen({ kind: 'discard' })}
      />
      {open?.kind === 'discard' && (
        <DiscardDialog onDiscard={() => tell({ kind: 'discarded' })} onClose={() => setOpen(null)} />
      )}
      {open?.kind === 'fix' && (
        <FixDialog
          fix={open.fix}
          before={text}
          after={open.after}
          others={open.others}
          whyNot={whyNotWrite}
          onPut={() => type(open.after)}
          onReview={others => reviewFix(open.after, others)}
          onClose={() => setOpen(null)}
        />
      )}
      {(open?.kind === 'apply' || open?.kind === 'create' || open?.kind === 'delete') && (
        <ApplyDialog
          key={keyOf(object)}
          title={open.title}
          kind={open.kind}
          wanted={open.wanted}
          before={theirs}
          {...(open.beside === undefined ? {} : { befores: beforesOf(open.wanted, theirs, open.beside) })}
          owner={
            open.beside === undefined ? owner : ownerOfAll(open.beside.isWithoutText ? null : owner, open.beside.others)
          }
          governed={impact && { edges: impact.edges?.length ?? 0, requestRate: impact.requestRate }}
          onTried={reply => {
            // To delete is another way than that of the text.
            if (open.kind !== 'delete') setTried({ text: open.text, outcomes: reply.outcomes, at: Date.now() })
          }}
          onApplied={reply => applied(reply, open.text, open.beside)}
          onTakenBack={takenBack}
          onClose={() => setOpen(null)}
        />
      )}
    </div>
  )
}

const isGood = (result: Outcome['result']): boolean =>
  result === 'created' || result === 'applied' || result === 'unchanged'

/** As the cluster has each of them. */
const beforesOf = ({ apply }: Wanted, theirs: Json | null, { others }: Beside): (Json | null)[] => [
  ...apply.slice(others.length).map(() => theirs),
  ...others.map(each => each.theirs),
]

const nameText = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
