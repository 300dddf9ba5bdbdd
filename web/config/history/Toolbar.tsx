import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type * as z from 'zod/mini'
import type { tallyHistory } from '#shared/config/api.ts'
import { FacetMenu, type FacetValue } from '#web/config/list/FacetMenu.tsx'
import { Kind } from '#web/config/Kind.tsx'
import { byKind, gatewayOf, kindId, kindOf, managerName } from '#web/config/names.ts'
import { wordsIn, wordsText } from '#web/config/search.ts'
import { FilterField } from '#web/ui/FilterField.tsx'
import { cutMiddle } from '#web/ui/format.ts'
import { Segmented } from '#web/ui/Segmented.tsx'
import { ChangeWord } from './cells.tsx'
import { authorsIn, authorsText, changes, type HistorySearch, type OnHistorySearch } from './search.ts'
import { TimeMenu } from './TimeMenu.tsx'

/** What the timeline is narrowed to. The store answers; the menus say what it has. */
export function Toolbar(props: {
  search: HistorySearch
  onSearch: OnHistorySearch
  tally: z.infer<typeof tallyHistory.reply> | undefined
}): ReactNode {
  const { t } = useTranslation('config')
  const { search, onSearch, tally } = props
  const authors = authorsIn(search)
  const kinds = wordsIn(search.kind)
  const counted = new Map((tally?.authors ?? []).map(({ author, count }) => [author, count]))
  const authorValues = [...new Set([...counted.keys(), ...authors])].map((author): FacetValue => {
    const name = author === 'unknown' ? t($ => $.history.nobody) : managerName(author)
    const label = <span title={author}>{cutMiddle(name, 32)}</span>
    return { value: author, label, text: name, count: counted.get(author) ?? 0 }
  })
  const kindCounts = new Map((tally?.kinds ?? []).map(({ count, ...of }) => [kindId(of), count]))
  const kindValues = [...new Set([...kindCounts.keys(), ...kinds])].sort(byKind).map((value): FacetValue => {
    const of = kindOf(value)
    const whose = gatewayOf(of)
    const text = whose === null ? of.kind : `${of.kind} (${t($ => $.list[whose])})`
    return { value, label: <Kind of={of} />, text, count: kindCounts.get(value) ?? 0 }
  })
  const changeValues = changes.map(
    (value): FacetValue => ({
      value,
      label: <ChangeWord change={value} />,
      text: t($ => $.history.change[value]),
      count: tally?.changes.find(({ change }) => change === value)?.count ?? 0,
    }),
  )
  return (
    <div className="tools" role="toolbar" aria-label={t($ => $.history.tools)}>
      <FilterField
        className="find"
        name={t($ => $.history.search)}
        value={search.q ?? ''}
        onChange={q => onSearch({ q })}
      />
      <FacetMenu
        name={t($ => $.history.facet.author)}
        values={authorValues}
        chosen={authors}
        onChoose={chosen => onSearch({ author: authorsText(chosen) })}
      />
      {search.object === undefined && (
        <FacetMenu
          name={t($ => $.history.facet.kind)}
          values={kindValues}
          chosen={kinds}
          onChoose={chosen => onSearch({ kind: wordsText(chosen) })}
        />
      )}
      <FacetMenu
        name={t($ => $.history.facet.change)}
        values={changeValues}
        chosen={wordsIn(search.change)}
        onChoose={chosen => onSearch({ change: wordsText(chosen) })}
      />
      <TimeMenu search={search} onSearch={onSearch} />
      <span className="grow" />
      <Segmented<'any' | 'weft' | 'other'>
        name={t($ => $.history.through.name)}
        value={search.through ?? 'any'}
        choices={(['any', 'weft', 'other'] as const).map(value => ({
          value,
          label: t($ => $.history.through[value]),
          title: t($ => $.history.through.title[value]),
        }))}
        onChoose={value => onSearch({ through: value === 'any' ? undefined : value })}
      />
    </div>
  )
}
