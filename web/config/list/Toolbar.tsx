import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Kind } from '#web/config/Kind.tsx'
import { byKind, gatewayOf, kindOf } from '#web/config/names.ts'
import { type ConfigSearch, levels, type OnSearch, ownerKinds, wordsText } from '#web/config/search.ts'
import { FilterField } from '#web/ui/FilterField.tsx'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import { FacetMenu, type FacetValue } from './FacetMenu.tsx'
import type { Facet, Filter, Narrowed } from './filter.ts'
import type { Grouping } from './lines.ts'

const markOf = { error: 'failing', warning: 'degraded', info: 'unknown', none: 'healthy' } as const

/** What the list is narrowed to and how it is grouped. */
export function Toolbar(props: {
  search: ConfigSearch
  onSearch: OnSearch
  filter: Filter
  counts: Narrowed['counts']
  grouping: Grouping
  onNew?: (() => void) | undefined
  onHistory?: (() => void) | undefined
}): ReactNode {
  const { t } = useTranslation('config')
  const { search, onSearch, filter, counts } = props
  const valuesOf = (facet: Facet, known: readonly string[], label: (value: string) => [ReactNode, string]) =>
    [...new Set([...known, ...counts[facet].keys(), ...filter[facet]])].map((value): FacetValue => {
      const [shown, text] = label(value)
      return { value, label: shown, text, count: counts[facet].get(value) ?? 0 }
    })
  const kinds = valuesOf('kind', [], id => {
    const of = kindOf(id)
    const whose = gatewayOf(of)
    return [<Kind key={id} of={of} />, whose === null ? of.kind : `${of.kind} (${t($ => $.list[whose])})`]
  }).sort((a, b) => byKind(a.value, b.value))
  const namespaces = valuesOf('namespace', [], name => [
    <span key={name} className="mono" title={name}>
      {name}
    </span>,
    name,
  ])
    .filter(({ value }) => value !== '')
    .sort((a, b) => (a.value < b.value ? -1 : 1))
  const findings = valuesOf('findings', levels, value => {
    const level = levels.find(known => known === value) ?? 'none'
    const word = t($ => $.list.level[level])
    return [
      <span key={value} className="row">
        {level === 'none' ? <span className="h" /> : <HealthMark health={markOf[level]} />}
        {word}
      </span>,
      word,
    ]
  })
  const owners = valuesOf('owner', [], value => {
    const word = t($ => $.list.owner[ownerKinds.find(known => known === value) ?? 'unknown'])
    return [word, word]
  }).sort((a, b) => place(a.value) - place(b.value))
  return (
    <div className="tools" role="toolbar" aria-label={t($ => $.list.tools)}>
      <FilterField
        className="find"
        name={t($ => $.list.search)}
        value={search.q ?? ''}
        onChange={q => onSearch({ q })}
      />
      <FacetMenu
        name={t($ => $.list.facet.kind)}
        values={kinds}
        chosen={filter.kind}
        onChoose={chosen => onSearch({ kind: wordsText(chosen) })}
      />
      <FacetMenu
        name={t($ => $.list.facet.namespace)}
        values={namespaces}
        chosen={filter.namespace}
        onChoose={chosen => onSearch({ ns: wordsText(chosen.toSorted()) })}
      />
      <FacetMenu
        name={t($ => $.list.facet.findings)}
        values={findings}
        chosen={filter.findings}
        onChoose={chosen => onSearch({ findings: wordsText(chosen) })}
      />
      <FacetMenu
        name={t($ => $.list.facet.owner)}
        values={owners}
        chosen={filter.owner}
        onChoose={chosen => onSearch({ owner: wordsText(chosen) })}
      />
      <span className="grow" />
      <span className="t3 s11 group-word" aria-hidden="true">
        {t($ => $.list.group.name)}
      </span>
      <Segmented<Grouping>
        name={t($ => $.list.group.name)}
        value={props.grouping}
        choices={(['kind', 'namespace', 'none'] as const).map(value => ({ value, label: t($ => $.list.group[value]) }))}
        onChoose={group => onSearch({ group: group === 'kind' ? undefined : group, closed: undefined }, true)}
      />
      {props.onHistory !== undefined && (
        <button type="button" className="btn" onClick={props.onHistory}>
          <Icon name="clock" />
          {t($ => $.history.link)}
        </button>
      )}
      {props.onNew !== undefined && (
        <button type="button" className="btn" onClick={props.onNew}>
          <Icon name="plus" />
          {t($ => $.editor.new)}
        </button>
      )}
    </div>
  )
}

const place = (owner: string): number => ownerKinds.findIndex(known => known === owner)
