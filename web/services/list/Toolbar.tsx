import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Health } from '#shared/mesh/health.ts'
import {
  type ColumnId,
  healths,
  hideable,
  type ListSearch,
  manyOf,
  type OnListSearch,
  wordsText,
  spare,
} from '#web/services/search.ts'
import { FilterField } from '#web/ui/FilterField.tsx'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Popover } from '#web/ui/Popover.tsx'

/** What the list is narrowed to, and its columns. */
export function Toolbar(props: {
  search: ListSearch
  onSearch: OnListSearch
  placeholder: string
  counts: Record<Health, number>
}): ReactNode {
  const { t } = useTranslation('services')
  const { t: say } = useTranslation()
  const { search, onSearch, counts } = props
  const chosen = manyOf(search.health, healths)
  const toggle = (health: Health) =>
    onSearch({
      health: wordsText(
        chosen.includes(health)
          ? chosen.filter(each => each !== health)
          : healths.filter(each => each === health || chosen.includes(each)),
      ),
    })
  return (
    <div className="tools" role="toolbar" aria-label={t($ => $.tools)}>
      <FilterField className="find" name={props.placeholder} value={search.q ?? ''} onChange={q => onSearch({ q })} />
      <div className="seg" role="group" aria-label={t($ => $.column.health)}>
        {healths.map(health => (
          <button key={health} type="button" aria-pressed={chosen.includes(health)} onClick={() => toggle(health)}>
            <HealthMark health={health} />
            {say($ => $.topology.healthBadge[health])}
            <span className="t3">{counts[health].toLocaleString('en-US')}</span>
          </button>
        ))}
      </div>
      <span className="grow" />
      <Columns hidden={manyOf(search.hide, hideable)} onHide={hidden => onSearch({ hide: wordsText(hidden) })} />
    </div>
  )
}

function Columns({ hidden, onHide }: { hidden: readonly ColumnId[]; onHide: (hidden: ColumnId[]) => void }): ReactNode {
  const { t } = useTranslation('services')
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      label={t($ => $.columns)}
      width={208}
      isOpen={isOpen}
      onToggle={setOpen}
      button={
        <>
          <Icon name="table" />
          {t($ => $.columns)}
          {hidden.length > 0 && <span className="count">{hideable.length - hidden.length}</span>}
        </>
      }
    >
      <ul className="services-columns">
        {hideable.map(id => (
          <li key={id} className={spare.has(id) ? 'spare' : undefined}>
            <label className="row">
              <input
                type="checkbox"
                checked={!hidden.includes(id)}
                onChange={() =>
                  onHide(
                    hidden.includes(id)
                      ? hidden.filter(each => each !== id)
                      : hideable.filter(each => each === id || hidden.includes(each)),
                  )
                }
              />
              {t($ => $.column[id])}
            </label>
          </li>
        ))}
      </ul>
    </Popover>
  )
}
