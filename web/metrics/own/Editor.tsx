import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { Chosen, Place } from '#shared/metrics/own/api.ts'
import { type OwnDashboard, ownText, readOwnText } from '#shared/metrics/own/dashboard.ts'
import { problemFrom } from '#web/api/call.ts'
import { oneOf, ranges } from '#web/metrics/search.ts'
import { Segmented } from '#web/ui/Segmented.tsx'
import type { Lent, OwnPageProps } from './apply.ts'
import { objectWith } from './draft.ts'
import { DashboardForm } from './DashboardForm.tsx'
import { DraftLine } from './DraftLine.tsx'
import { OwnPanels, Variables } from './OwnPanels.tsx'
import { chartsQuery } from './query.ts'
import { chosenIn } from './search.ts'
import type { Draft } from './use-draft.ts'

type View = 'form' | 'json'

/** A dashboard under somebody's hands: a form and its JSON are two views of one text, its charts are drawn as it stands. */
export function Editor(
  props: OwnPageProps &
    Lent & {
      before: MeshObject | null
      draft: Draft
      /** Where it is to be kept; null: nobody said yet. */
      place: Place | null
      /** Another is kept there. */
      isTaken?: boolean
      onApplied: () => void
      onClose: () => void
    },
): ReactNode {
  const { t } = useTranslation('metrics')
  const { before, place, draft, Apply } = props
  const { text, write } = draft
  const [view, setView] = useState<View>('problem' in readOwnText(text) ? 'json' : 'form')
  const [chosen, setChosen] = useState<Chosen>(chosenIn(props.search))
  const [isApplying, setApplying] = useState(false)
  const [isDone, setDone] = useState(false)
  const read = readOwnText(text)
  const dashboard = 'dashboard' in read ? read.dashboard : null
  const problem = 'problem' in read ? read.problem : null
  const lacks = props.useLacks()
  const ref = { group: '', kind: 'ConfigMap', namespace: place?.namespace ?? '', name: place?.name ?? '' }
  const whyNot =
    place === null
      ? t($ => $.own.sayWhere)
      : props.isTaken === true
        ? t($ => $.own.chooseName)
        : problem !== null
          ? problem
          : lacks(ref, before === null ? 'create' : 'patch')
  return (
    <div className="own-editor">
      <div className="row">
        <Segmented
          name={t($ => $.own.view)}
          value={view}
          choices={[
            { value: 'form', label: t($ => $.own.form) },
            { value: 'json', label: 'JSON' },
          ]}
          onChoose={setView}
        />
        <span className="grow" />
        {whyNot !== null && <span className="t3 s12 cut">{whyNot}</span>}
        <button type="button" className="btn" onClick={props.onClose}>
          {t($ => $.own.close)}
        </button>
        <button type="button" className="btn primary" disabled={whyNot !== null} onClick={() => setApplying(true)}>
          {t($ => $.own.save)}
        </button>
      </div>
      <DraftLine draft={draft} />
      {view === 'json' || dashboard === null ? (
        <>
          {problem !== null && (
            <p className="note degraded" role="alert">
              {text.trim() === '' ? t($ => $.own.pasteHere) : problem}
            </p>
          )}
          <textarea
            className="field mono own-json"
            aria-label="JSON"
            spellCheck={false}
            value={text}
            onChange={event => write({ text: event.target.value })}
          />
        </>
      ) : (
        <DashboardForm dashboard={dashboard} onDashboard={next => write({ text: ownText(next) })} />
      )}
      {dashboard !== null && (
        <Preview
          dashboard={dashboard}
          range={oneOf(props.search['range'], ranges, '3600')}
          chosen={chosen}
          onChoose={(name, value) => setChosen({ ...chosen, [name]: value })}
        />
      )}
      {isApplying && place !== null && dashboard !== null && (
        <Apply
          title={t($ => $.own.saveTitle, { name: `${place.namespace}/${place.name}` })}
          changes={[{ before, after: objectWith(before, place, dashboard) }]}
          onApplied={({ isComplete }) => {
            setDone(isComplete)
            if (isComplete) draft.save()
          }}
          onTakenBack={() => {
            setDone(false)
            draft.takeBack()
          }}
          onClose={() => {
            setApplying(false)
            if (isDone) props.onApplied()
          }}
        />
      )}
    </div>
  )
}

function Preview(props: {
  dashboard: OwnDashboard
  range: string
  chosen: Chosen
  onChoose: (name: string, value: string | null) => void
}): ReactNode {
  const { t } = useTranslation('metrics')
  const { range, chosen } = props
  // While somebody types, what was drawn stays.
  const dashboard = useDeferredValue(props.dashboard)
  const { data, error } = useQuery({
    ...chartsQuery({ dashboard, chosen, range }),
    placeholderData: previous => previous,
  })
  return (
    <section className="own-preview" aria-label={t($ => $.own.preview)} aria-busy={data === undefined}>
      <h2 className="s12 t3">{t($ => $.own.preview)}</h2>
      {error !== null && (
        <p className="note degraded" role="alert">
          {problemFrom(error).detail}
        </p>
      )}
      {data !== undefined && (
        <>
          <Variables variables={data.variables} onChoose={props.onChoose} />
          <OwnPanels charts={data} isStale={error !== null} />
        </>
      )}
    </section>
  )
}
