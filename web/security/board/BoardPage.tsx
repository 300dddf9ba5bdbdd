import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { FlowWindow } from '#shared/security/api.ts'
import { boardOf, type Card, enforcedBy, stages, tellerOf, writtenBy } from '#shared/security/board.ts'
import type { Change } from '#shared/security/replay/change.ts'
import { createReplayer } from '#shared/security/replay/replayer.ts'
import { problemFrom } from '#web/api/call.ts'
import { namespacesIn } from '#web/api/scope.ts'
import { objectHref } from '#web/security/address.ts'
import type { Lent, UseDrafts } from '#web/security/apply.ts'
import { Frame, overIn } from '#web/security/Frame.tsx'
import { Go } from '#web/security/Go.tsx'
import { denialsQuery, useFaceted, useSecurity } from '#web/security/query.ts'
import { ReplayPanel } from '#web/security/replay/ReplayPanel.tsx'
import { type PageProps, wordIn } from '#web/security/search.ts'
import { FilterField } from '#web/ui/FilterField.tsx'
import { CardSide } from './CardSide.tsx'
import { type AnyDeed, nameOf } from './CardView.tsx'
import { Column } from './Column.tsx'
import { useObstacleText } from './names.ts'
import './board.css'

const plain = (object: MeshObject | null | undefined) => (object == null ? null : { ...object })

interface Doing {
  card: Card
  deed: AnyDeed
  change: Change
}

const newPolicy = '/config/new?kind=security.istio.io%2FAuthorizationPolicy'

/** Policies from the first word typed to the first call refused: draft, staged, enforced. */
export function BoardPage(props: PageProps & Lent & { useDrafts: UseDrafts }): ReactNode {
  const { t } = useTranslation('security')
  const { search, onSearch, onGo, Apply } = props
  const over = overIn(search)
  const security = useSecurity(over)
  const denials = useQuery(denialsQuery(over))
  const kept = props.useDrafts()
  const lacks = props.useLacks()
  const obstacleText = useObstacleText()
  const [doing, setDoing] = useState<Doing | null>(null)
  const [trouble, setTrouble] = useState<string | null>(null)
  const { cards, tell, replayer } = useCards(security, over, kept.drafts, denials.data?.counts)
  const [text, scope] = [wordIn(search, 'q').trim().toLowerCase(), namespacesIn(search['ns'])]
  const isShown = (card: Card) =>
    (scope.length === 0 || scope.includes(card.ref.namespace)) &&
    (text === '' || nameOf(card).toLowerCase().includes(text))
  const opened = cards.find(({ id }) => id === search['open'])
  const change = opened === undefined ? null : enforcedBy(opened)

  const whyNot = (card: Card, deed: AnyDeed): string | null => {
    if (deed === 'edit' || deed === 'discard') return null
    if (deed === 'stage' && card.obstacle !== null) return obstacleText(card.obstacle)
    return lacks(card.ref, deed === 'withdraw' || deed === 'remove' ? 'delete' : 'patch')
  }
  const begin = (card: Card, deed: AnyDeed) => {
    if (deed === 'edit') return onGo(editHref(card))
    if (deed === 'discard') return void kept.discard(card.typed)
    const change = writtenBy(card, deed === 'remove' ? 'withdraw' : deed)
    if (change !== null) setDoing({ card, deed, change })
  }
  const refresh = () => {
    security.again()
    void denials.refetch()
  }
  const applied = async ({ card, deed }: Doing, isComplete: boolean) => {
    refresh()
    if (!isComplete) return
    try {
      if (card.stage === 'draft') await kept.discard(card.typed)
      if (deed === 'withdraw' && card.object !== null) await kept.keep(card.object)
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error))
    }
  }
  const problem = denials.error === null ? null : problemFrom(denials.error).detail
  const notes = [
    ...(problem === null ? [] : [t($ => $.board.noCounts, { because: problem })]),
    ...(kept.because === null ? [] : [t($ => $.board.draftLost, { because: kept.because ?? '' })]),
    ...(trouble === null ? [] : [t($ => $.board.draftLost, { because: trouble })]),
  ]
  return (
    <Frame
      {...props}
      page="board"
      security={security}
      tools={
        <FilterField
          className="security-filter"
          name={t($ => $.board.filter)}
          value={wordIn(search, 'q')}
          onChange={q => onSearch({ q })}
        />
      }
      side={
        opened === undefined ? null : (
          <CardSide
            card={opened}
            told={tell(opened)}
            denials={denials.data ?? null}
            over={over}
            onGo={onGo}
            onClose={() => onSearch({ open: undefined })}
          >
            {change === null ? null : (
              <div className="security-replay">
                <h3>{t($ => $.board.side.replay)}</h3>
                <ReplayPanel changes={[{ before: plain(change.before), after: plain(change.after) }]} onGo={onGo} />
              </div>
            )}
          </CardSide>
        )
      }
    >
      <div className="board">
        <div className="board-lead">
          <p className="t2">{t($ => $.board.lead)}</p>
          {notes.map(note => (
            <p key={note} className="note degraded" role="status">
              {note}
            </p>
          ))}
        </div>
        <div className="board-columns">
          {stages.map(stage => {
            const own = cards.filter(card => card.stage === stage)
            return (
              <Column
                key={stage}
                stage={stage}
                cards={own.filter(isShown)}
                total={own.length}
                denials={denials.data ?? null}
                tell={tell}
                replayer={replayer}
                over={over}
                opened={search['open'] ?? ''}
                whyNot={whyNot}
                onOpen={({ id }) => onSearch({ open: id === search['open'] ? undefined : id })}
                onDeed={begin}
              >
                {stage === 'draft' && (
                  <Go className="btn" href={newPolicy} onGo={onGo}>
                    {t($ => $.board.newPolicy)}
                  </Go>
                )}
              </Column>
            )
          })}
        </div>
        {doing !== null && (
          <Apply
            title={t($ => $.board.doing[wordOf(doing)], { name: nameOf(doing.card) })}
            changes={[{ before: doing.change.before ?? null, after: doing.change.after ?? null }]}
            onApplied={({ isComplete }) => void applied(doing, isComplete)}
            onTakenBack={refresh}
            onClose={() => setDoing(null)}
          />
        )}
      </div>
    </Frame>
  )
}

function useCards(
  security: ReturnType<typeof useSecurity>,
  over: FlowWindow,
  drafts: ReturnType<UseDrafts>['drafts'],
  counts: Parameters<typeof tellerOf>[1] | undefined,
) {
  const { matrix, objects, workloads, settings, readable, flows } = security
  const around = matrix?.around
  const cards = useMemo(
    () => (around === undefined ? [] : boardOf({ objects, workloads, drafts: drafts ?? [], around })),
    [around, objects, workloads, drafts],
  )
  const tell = useMemo(() => tellerOf(cards, counts ?? []), [cards, counts])
  // With methods and paths, as the replay in the dialog: both say the same.
  const seen = useFaceted(flows, over, true).flows?.flows
  const replayer = useMemo(
    () =>
      settings === undefined || readable === undefined || seen === undefined
        ? null
        : createReplayer({ objects, workloads, settings, readable, flows: seen }),
    [objects, workloads, settings, readable, seen],
  )
  const order = useMemo(
    () =>
      // What needs somebody's eye first: the busiest refusals, then names.
      cards.toSorted((a, b) => (tell(b)?.rate ?? 0) - (tell(a)?.rate ?? 0) || (nameOf(a) < nameOf(b) ? -1 : 1)),
    [cards, tell],
  )
  return { cards: order, tell, replayer }
}

const wordOf = ({ card, deed }: Doing): 'stage' | 'restage' | 'promote' | 'withdraw' | 'remove' =>
  deed === 'stage' && card.stage === 'enforced'
    ? 'restage'
    : deed === 'promote' || deed === 'withdraw' || deed === 'remove'
      ? deed
      : 'stage'

/** A draft of something new is typed on where it was begun. */
function editHref({ typed, ref }: Card): string {
  if (!typed.name.startsWith('new:')) return objectHref(ref)
  const words = { kind: `${typed.group}/${typed.kind}`, namespace: typed.namespace, name: typed.name.slice(4) }
  return `/config/new?${new URLSearchParams(words).toString()}`
}
