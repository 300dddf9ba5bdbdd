import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'
import { momentText } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { Menu } from '#web/ui/Menu.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import {
  compares,
  type MetricsSearch,
  oneOf,
  type OnMetricsSearch,
  ranges,
  reporters,
  spanIn,
  splits,
} from './search.ts'

/** When, and how the charts are cut. */
export function Toolbar(props: {
  search: MetricsSearch
  onSearch: OnMetricsSearch
  /** Of the mesh there is no direction and no caller. */
  isMesh: boolean
  children?: ReactNode
}): ReactNode {
  const { t } = useTranslation('metrics')
  const { search, onSearch, isMesh } = props
  const split = oneOf(search.split, splits, 'none')
  const reporter = oneOf(search.reporter, reporters, 'auto')
  const compare = oneOf(search.compare, compares, 'none')
  const direction = oneOf(search.direction, ['inbound', 'outbound'], 'inbound')
  return (
    <div className="tools" role="toolbar" aria-label={t($ => $.tools)}>
      <RangeMenu search={search} onSearch={onSearch} />
      {!isMesh && (
        <Segmented
          name={t($ => $.direction)}
          value={direction}
          choices={(['inbound', 'outbound'] as const).map(value => ({ value, label: t($ => $[value]) }))}
          onChoose={value => onSearch({ direction: value === 'inbound' ? undefined : value })}
        />
      )}
      <Choice
        name={t($ => $.split)}
        value={t($ => $.splits[split])}
        items={splits.map(value => ({ value, label: t($ => $.splits[value]), isChosen: value === split }))}
        onChoose={value => onSearch({ split: value === 'none' ? undefined : value })}
      />
      <Choice
        name={t($ => $.reporter)}
        title={t($ => $.reporterTitle)}
        value={t($ => $.reporters[reporter])}
        items={reporters.map(value => ({ value, label: t($ => $.reporters[value]), isChosen: value === reporter }))}
        onChoose={value => onSearch({ reporter: value === 'auto' ? undefined : value })}
      />
      <Choice
        name={t($ => $.compare)}
        value={t($ => $.compares[compare])}
        items={compares.map(value => ({ value, label: t($ => $.compares[value]), isChosen: value === compare }))}
        onChoose={value => onSearch({ compare: value === 'none' ? undefined : value })}
      />
      <span className="grow" />
      {props.children}
    </div>
  )
}

export function RangeMenu({ search, onSearch }: { search: MetricsSearch; onSearch: OnMetricsSearch }): ReactNode {
  const { t } = useTranslation('metrics')
  const language = useLanguage()
  const span = spanIn(search)
  const range = oneOf(search.range, ranges, '3600')
  return (
    <>
      <Menu
        label={t($ => $.range)}
        button={
          <>
            <Icon name="clock" />
            {span === null
              ? t($ => $.ranges[range])
              : `${momentText(Number(span.from), language)} – ${momentText(Number(span.to), language)}`}
            <Icon name="down" />
          </>
        }
        items={ranges.map(value => ({
          key: value,
          label: t($ => $.ranges[value]),
          isChosen: span === null && value === range,
          onChoose: () => onSearch({ range: value === '3600' ? undefined : value, from: undefined, to: undefined }),
        }))}
      />
      {span !== null && (
        <button type="button" className="link s12" onClick={() => onSearch({ from: undefined, to: undefined })}>
          {t($ => $.live)}
        </button>
      )}
    </>
  )
}

function Choice<Value extends string>(props: {
  name: string
  title?: string
  value: string
  items: readonly { value: Value; label: string; isChosen: boolean }[]
  onChoose: (value: Value) => void
}): ReactNode {
  return (
    <Menu
      label={props.name}
      {...(props.title !== undefined && { title: props.title })}
      button={
        <>
          <span className="k">{props.name}</span> {props.value}
          <Icon name="down" />
        </>
      }
      items={props.items.map(({ value, label, isChosen }) => ({
        key: value,
        label,
        isChosen,
        onChoose: () => props.onChoose(value),
      }))}
    />
  )
}
