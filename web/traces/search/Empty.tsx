import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { explainNoTraces } from '#shared/traces/api.ts'
import { Explained } from '#web/empty/Explained.tsx'
import type { OnSearch, TracesSearch } from '#web/traces/address.ts'
import type { Params } from '#web/traces/query.ts'

const minute = 60_000

/** Nothing was found: the ladder with its first failing rung, and the ways to what there is. */
export function Empty({
  params,
  search,
  onSearch,
}: {
  params: Params
  search: TracesSearch
  onSearch: OnSearch
}): ReactNode {
  const { t } = useTranslation('traces')
  const isFiltered = [search.operation, search.caller, search.tags, search.min, search.max, search.error].some(
    each => each !== undefined,
  )
  return (
    <Explained
      endpoint={explainNoTraces}
      params={params}
      title={t($ => $.faces.empty)}
      onMoment={at => onSearch({ from: String(at - 5 * minute), to: String(at + minute), range: undefined }, true)}
    >
      {isFiltered && (
        <button type="button" className="link" onClick={() => onSearch(noFilter, true)}>
          {t($ => $.faces.noFilter)}
        </button>
      )}
    </Explained>
  )
}

const noFilter = {
  operation: undefined,
  caller: undefined,
  tags: undefined,
  min: undefined,
  max: undefined,
  error: undefined,
}
