import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { most, type OwnPanel, Unit } from '#shared/metrics/own/dashboard.ts'
import { PromqlInput } from '#web/metrics/PromqlInput.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { removed, replaced } from './draft.ts'

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
        <label className="own-labelled grow">
          <span>{t($ => $.own.panelTitle)}</span>
          <input
            className="field"
            value={panel.title}
            maxLength={120}
            required
            onChange={event => event.target.value !== '' && onPanel({ ...panel, title: event.target.value })}
          />
        </label>
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
        <div className="row" key={index}>
          <div className="field grow own-promql">
            <PromqlInput
              value={query.promql}
              onChange={promql =>
                promql !== '' && onPanel({ ...panel, queries: replaced(queries, index, { ...query, promql }) })
              }
            />
          </div>
          <input
            className="field mono own-legend"
            aria-label={t($ => $.own.legend)}
            placeholder={'{{label}}'}
            value={query.name ?? ''}
            maxLength={200}
            onChange={event => {
              const { name: _, ...rest } = query
              const named = event.target.value === '' ? rest : { ...rest, name: event.target.value }
              onPanel({ ...panel, queries: replaced(queries, index, named) })
            }}
          />
          <button
            type="button"
            className="btn ghost icon"
            aria-label={t($ => $.own.removeQuery)}
            disabled={queries.length === 1}
            onClick={() => onPanel({ ...panel, queries: removed(queries, index) })}
          >
            <Icon name="close" />
          </button>
        </div>
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
