import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { most, type OwnDashboard } from '#shared/metrics/own/dashboard.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { freshName, moved, newPanel, removed, replaced, variableOf } from './draft.ts'
import { PanelForm } from './PanelForm.tsx'
import { filled, Typed } from './Typed.tsx'
import { VariableForm } from './VariableForm.tsx'

/** What most dashboards need, without their JSON. A dashboard is whole at every key: an empty title is not taken. */
export function DashboardForm(props: {
  dashboard: OwnDashboard
  onDashboard: (dashboard: OwnDashboard) => void
}): ReactNode {
  const { t } = useTranslation('metrics')
  const { dashboard, onDashboard } = props
  const { panels, variables = [] } = dashboard
  const withPanels = (next: OwnDashboard['panels']) => onDashboard({ ...dashboard, panels: next })
  const withVariables = (next: typeof variables) => onDashboard({ ...dashboard, variables: next })
  return (
    <div className="own-form">
      <div className="row">
        <Typed
          isWide
          name={t($ => $.own.name)}
          text={dashboard.title}
          maxLength={120}
          take={filled}
          onValue={title => onDashboard({ ...dashboard, title })}
        />
        <label className="own-labelled grow">
          <span>{t($ => $.own.description)}</span>
          <input
            className="field"
            value={dashboard.description ?? ''}
            maxLength={1000}
            onChange={event => onDashboard({ ...dashboard, description: event.target.value })}
          />
        </label>
      </div>
      <section aria-label={t($ => $.own.variables)}>
        <header className="row">
          <h2>{t($ => $.own.variables)}</h2>
          <span className="t3 s12">{t($ => $.own.variablesHint)}</span>
          <span className="grow" />
          <button
            type="button"
            className="btn"
            disabled={variables.length >= most.variables}
            onClick={() => withVariables([...variables, variableOf('values', { name: freshName(variables) })])}
          >
            <Icon name="plus" />
            {t($ => $.own.addVariable)}
          </button>
        </header>
        {variables.map((variable, index) => (
          <VariableForm
            key={index}
            variable={variable}
            onVariable={next => withVariables(replaced(variables, index, next))}
            onRemove={() => withVariables(removed(variables, index))}
          />
        ))}
      </section>
      <section aria-label={t($ => $.own.panels)}>
        <header className="row">
          <h2>{t($ => $.own.panels)}</h2>
          <span className="grow" />
          <button
            type="button"
            className="btn"
            disabled={panels.length >= most.panels}
            onClick={() => withPanels([...panels, newPanel])}
          >
            <Icon name="plus" />
            {t($ => $.own.addPanel)}
          </button>
        </header>
        {panels.map((panel, index) => (
          <PanelForm
            key={index}
            panel={panel}
            isOnly={panels.length === 1}
            onPanel={next => withPanels(replaced(panels, index, next))}
            onMove={by => withPanels(moved(panels, index, by))}
            onRemove={() => withPanels(removed(panels, index))}
          />
        ))}
      </section>
    </div>
  )
}
