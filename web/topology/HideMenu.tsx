import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Graph } from '#shared/topology/graph.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Popover } from '#web/ui/Popover.tsx'
import { FindField } from './find/FindField.tsx'
import type { OnSearch, TopologySearch } from './search.ts'

/** What the map leaves out: idle things, and what matches a query of the same language as find. */
export function HideMenu(props: { search: TopologySearch; onSearch: OnSearch; graph: Graph | null }): ReactNode {
  const { t } = useTranslation()
  const { search, onSearch } = props
  const [isOpen, setOpen] = useState(false)
  const hidesIdle = search.idle !== 'show'
  return (
    <Popover
      className="btn hide"
      title={t($ => $.topology.hide.title)}
      label={t($ => $.topology.hide.title)}
      width={344}
      isOpen={isOpen}
      onToggle={setOpen}
      button={
        <>
          <Icon name="hide" />
          {t($ => $.topology.hide.button)}
          {hidesIdle && <span className="chip">{t($ => $.topology.hide.idle)}</span>}
          {search.hide !== undefined && <span className="count">1</span>}
        </>
      }
    >
      <div className="hide-form">
        <label className="tick">
          <input
            type="checkbox"
            checked={hidesIdle}
            onChange={event => onSearch({ idle: event.target.checked ? undefined : 'show' })}
          />
          <span>{t($ => $.topology.hide.idleLong)}</span>
        </label>
        <span className="t3 s11">{t($ => $.topology.hide.query)}</span>
        <FindField
          label={t($ => $.topology.hide.query)}
          placeholder={t($ => $.topology.hide.placeholder)}
          text={search.hide ?? ''}
          found={null}
          graph={props.graph}
          onText={text => onSearch({ hide: text === '' ? undefined : text })}
        />
      </div>
    </Popover>
  )
}
