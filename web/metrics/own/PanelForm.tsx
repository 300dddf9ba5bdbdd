import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { most, type OwnPanel, Unit } from '#shared/metrics/own/dashboard.ts'
import { PromqlInput } from '#web/metrics/PromqlInput.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { removed, replaced } from './draft.ts'
import { filled, Typed, useTyped } from './Typed.tsx'

/** One chart: what it is called, its unit and what is asked. */
export function PanelForm(props: {
  panel: OwnPanel
  isOnly: boolean
  onPanel: (panel: OwnPanel) => void
  onMove: (by: -1 | 1) => void
  onRemove: () => void
}): ReactNode {
  const { t } = useTranslation('metrics')
  const { panel, onPanel } = props
  const { queries } = panel
  return (
    <fieldset className="card own-part">
      <legend className="sr">{panel.title}</legend>
      <div className="row">
        <Typed
          isWide
          name={t($ => $.own.panelTitle)}
          text={panel.title}
          maxLength={120}
          take={filled}
          onValue={title => onPanel({ ...panel, title })}
        />
        <label className="own-labelled">
          <span>{t($ => $.own.unit)}</span>
          <select
            className="field"
            value={panel.unit}
            onChange={event => onPanel({ ...panel, unit: Unit.parse(event.target.value) })}
          >
            {Unit.options.map(unit => (
              <option key={unit} value={unit}>
                {t($ => $.own.units[unit])}
              </option>
            ))}
          </select>
        </label>
        <label className="row s12">
          <input
            type="checkbox"
            checked={panel.width === 'full'}
            onChange={event => onPanel({ ...panel, width: event.target.checked ? 'full' : 'half' })}
          />
          {t($ => $.own.wide)}
        </label>
        <label className="row s12">
          <input
            type="checkbox"
            checked={panel.isStacked === true}
            onChange={event => onPanel({ ...panel, isStacked: event.target.checked })}
          />
          {t($ => $.own.stacked)}
        </label>
        <button type="button" className="btn ghost icon" aria-label={t($ => $.own.up)} onClick={() => props.onMove(-1)}>
          ↑
        </button>
        <button
          type="button"
          className="btn ghost icon"
          aria-label={t($ => $.own.down)}
          onClick={() => props.onMove(1)}
        >
          ↓
        </button>
        <button type="button" className="btn" disabled={props.isOnly} onClick={props.onRemove}>
          {t($ => $.own.remove)}
        </button>
      </div>
      {queries.map((query, index) => (
        <QueryLine
          key={index}
          query={query}
          isOnly={queries.length === 1}
          onQuery={next => onPanel({ ...panel, queries: replaced(queries, index, next) })}
          onRemove={() => onPanel({ ...panel, queries: removed(queries, index) })}
        />
      ))}
      {queries.length < most.queries && (
        <button
          type="button"
          className="link s12"
          onClick={() => onPanel({ ...panel, queries: [...queries, { promql: 'up' }] })}
        >
          {t($ => $.own.addQuery)}
        </button>
      )}
    </fieldset>
  )
}

type Query = OwnPanel['queries'][number]

/** What is asked, and what its lines are called. */
function QueryLine(props: {
  query: Query
  isOnly: boolean
  onQuery: (query: Query) => void
  onRemove: () => void
}): ReactNode {
  const { t } = useTranslation('metrics')
  const { query, onQuery } = props
  const { shown, isWrong, type, leave } = useTyped({
    text: query.promql,
    take: filled,
    onValue: promql => onQuery({ ...query, promql }),
  })
  return (
    <div className="row">
      <div className={isWrong ? 'field grow own-promql is-wrong' : 'field grow own-promql'} onBlur={leave}>
        <PromqlInput value={shown} onChange={type} />
      </div>
      <input
        className="field mono own-legend"
        aria-label={t($ => $.own.legend)}
        placeholder={'{{label}}'}
        value={query.name ?? ''}
        maxLength={200}
        onChange={event => {
          const { name: _, ...rest } = query
          onQuery(event.target.value === '' ? rest : { ...rest, name: event.target.value })
        }}
      />
      <button
        type="button"
        className="btn ghost icon"
        aria-label={t($ => $.own.removeQuery)}
        disabled={props.isOnly}
        onClick={props.onRemove}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}
