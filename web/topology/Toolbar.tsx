import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Graph, Level } from '#shared/topology/graph.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import { ExportMenu, type Exporter } from './ExportMenu.tsx'
import { FindField } from './find/FindField.tsx'
import { HideMenu } from './HideMenu.tsx'
import { type Lens, lenses } from './lens.ts'
import type { OnSearch, TopologySearch } from './search.ts'

const levels = ['namespace', 'service', 'workload'] as const satisfies readonly Level[]

/** What is drawn, by what it is coloured, what is looked for and what is left out. */
export function Toolbar(props: {
  search: TopologySearch
  onSearch: OnSearch
  /** What is drawn when nobody chose. */
  level: Level
  /** “4 edges lit”; null while nothing is looked for. */
  found: string | null
  graph: Graph | null
  exporter: Exporter | null
}): ReactNode {
  const { t } = useTranslation()
  const { search, onSearch } = props
  return (
    <div className="tools" role="toolbar" aria-label={t($ => $.topology.title)}>
      <Segmented
        name={t($ => $.topology.level.name)}
        value={search.level ?? props.level}
        choices={levels.map(value => ({ value, label: t($ => $.topology.level[value]) }))}
        onChoose={level => onSearch({ level, open: undefined, selected: undefined }, true)}
      />
      <Segmented<Lens>
        name={t($ => $.topology.lens.name)}
        value={search.lens ?? 'traffic'}
        choices={lenses.map(value => ({ value, label: t($ => $.topology.lens[value]) }))}
        onChoose={lens => onSearch({ lens: lens === 'traffic' ? undefined : lens }, true)}
      />
      <FindField
        label={t($ => $.topology.find.label)}
        placeholder={t($ => $.topology.find.placeholder)}
        text={search.find ?? ''}
        found={props.found}
        graph={props.graph}
        onText={text => onSearch({ find: text === '' ? undefined : text })}
      />
      <HideMenu search={search} onSearch={onSearch} graph={props.graph} />
      <Segmented
        name={t($ => $.topology.view.name)}
        value={search.view ?? 'map'}
        choices={[
          { value: 'map', label: <Icon name="map" small />, name: t($ => $.topology.view.map) },
          { value: 'table', label: <Icon name="table" small />, name: t($ => $.topology.view.table) },
        ]}
        onChoose={view => onSearch({ view: view === 'table' ? 'table' : undefined }, true)}
      />
      <ExportMenu exporter={props.exporter} />
    </div>
  )
}
