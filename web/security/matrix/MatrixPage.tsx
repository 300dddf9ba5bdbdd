import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type CellState, cellStates, type Matrix } from '#shared/security/matrix.ts'
import { workloadKey } from '#shared/security/landscape.ts'
import { callerKey } from '#shared/security/party.ts'
import { namespacesIn } from '#web/api/scope.ts'
import { download } from '#web/ui/download.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { CellSide } from './CellSide.tsx'
import { cellsOf, type Counts, countAll, mostJudged } from './cells.ts'
import { csvOf } from './csv.ts'
import { Frame, overIn } from '#web/security/Frame.tsx'
import { MatrixGrid } from './MatrixGrid.tsx'
import { linesOf } from './lines.ts'
import { narrowed } from './narrow.ts'
import { useCallerName } from '#web/security/names.ts'
import { useSecurity } from '#web/security/query.ts'
import { type PageProps, wordIn } from '#web/security/search.ts'
import { StateMark } from '#web/security/StateMark.tsx'
import { FilterField } from '#web/ui/FilterField.tsx'

/** Who may call whom, and who does. */
export function MatrixPage(props: PageProps): ReactNode {
  const { t } = useTranslation('security')
  const nameOf = useCallerName()
  const { search, onSearch, onGo } = props
  const security = useSecurity(overIn(search))
  const { matrix } = security
  const [folded, setFolded] = useState({ rows: new Set<string>(), columns: new Set<string>() })
  const counts = useCounts(matrix)
  const cells = useMemo(() => (matrix === null ? null : cellsOf(matrix)), [matrix])
  const state = cellStates.find(each => each === search['state'])
  const filter = { text: wordIn(search, 'q'), state, namespaces: namespacesIn(search['ns']) }
  const { text, namespaces } = filter
  const scope = namespaces.join()
  const shown = useMemo(
    () =>
      matrix === null ? null : narrowed(matrix, { text, state, namespaces: scope === '' ? [] : scope.split(',') }),
    [matrix, text, state, scope],
  )
  const rows = linesOf(
    shown?.callers ?? [],
    {
      key: callerKey,
      group: caller =>
        caller.kind === 'identity'
          ? caller.namespace || caller.name
          : t($ => (caller.kind === 'hidden' ? $.caller.others : $.caller.none)),
      name: caller => (caller.kind === 'identity' ? caller.name : nameOf(caller)),
      fullName: nameOf,
    },
    folded.rows,
  )
  const columns = linesOf(
    shown?.workloads ?? [],
    { key: workloadKey, group: ({ namespace }) => namespace, name: ({ name }) => name, fullName: workloadKey },
    folded.columns,
  )
  const [from, to] = [wordIn(search, 'from'), wordIn(search, 'to')]
  const row = rows.find(({ key }) => key === from)
  const column = columns.find(({ key }) => key === to)
  const close = () => onSearch({ from: undefined, to: undefined })
  const onFold = (axis: 'rows' | 'columns', group: string) =>
    setFolded(before => {
      const next = new Set(before[axis])
      if (!next.delete(group)) next.add(group)
      return { ...before, [axis]: next }
    })
  return (
    <Frame
      {...props}
      page="matrix"
      security={security}
      tools={
        <>
          <FilterField
            className="security-filter"
            name={t($ => $.matrix.filter)}
            value={text}
            onChange={q => onSearch({ q })}
          />
          <button
            type="button"
            className="btn"
            disabled={shown === null || shown.callers.length * shown.workloads.length > mostJudged}
            onClick={() => matrix && shown && download('access-matrix.csv', 'text/csv', csvOf(matrix, shown, nameOf))}
          >
            <Icon name="image" />
            {t($ => $.matrix.csv)}
          </button>
        </>
      }
      foot={
        shown !== null &&
        matrix !== null && (
          <>
            <span className="fact">
              <i aria-hidden="true">·</i>
              {t($ => $.foot.size, { rows: shown.callers.length, columns: shown.workloads.length })}
            </span>
            {matrix.open.length > 0 && (
              <span className="fact" title={matrix.open.slice(0, 40).map(workloadKey).join(', ')}>
                <i aria-hidden="true">·</i>
                {t($ => $.foot.open, { count: matrix.open.length })}
              </span>
            )}
          </>
        )
      }
      side={
        matrix !== null && row && column ? (
          <CellSide
            key={`${from} ${to}`}
            matrix={matrix}
            security={security}
            row={row}
            column={column}
            over={overIn(search)}
            onClose={close}
            onGo={onGo}
          />
        ) : null
      }
    >
      <div className="matrix">
        <Legend counts={counts} matrix={matrix} state={state} onState={each => onSearch({ state: each })} />
        {matrix === null || cells === null || shown === null ? null : matrix.workloads.length === 0 ? (
          <section className="face card">
            <header>
              <h2>{t($ => $.faces.empty)}</h2>
            </header>
            <div className="body">
              <p className="t2">{t($ => $.faces.emptyWhat)}</p>
            </div>
          </section>
        ) : rows.length === 0 || columns.length === 0 ? (
          <p className="nothing t2" role="status">
            {t($ => $.faces.nothing)}{' '}
            <button type="button" className="link" onClick={() => onSearch({ q: undefined, state: undefined })}>
              {t($ => $.faces.showAll)}
            </button>
          </p>
        ) : (
          <MatrixGrid
            rows={rows}
            columns={columns}
            cells={cells}
            busiest={shown.busiest}
            selected={from === '' ? null : { from, to }}
            onSelect={(one, other) => onSearch({ from: one.key, to: other.key })}
            onFold={onFold}
          />
        )}
      </div>
    </Frame>
  )
}

/** What the marks mean, how many there are, and a way to see only those. */
function Legend(props: {
  counts: Counts | null
  matrix: Matrix | null
  state: CellState | undefined
  onState: (state: CellState | undefined) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { counts, matrix, state } = props
  const isLarge = matrix !== null && matrix.callers.length * matrix.workloads.length > mostJudged
  return (
    <div className="matrix-legend" role="toolbar" aria-label={t($ => $.matrix.lead)}>
      <span className="t3 lead">{t($ => $.matrix.lead)}</span>
      <span className="sep" />
      {cellStates.map(each => {
        const word = t($ => $.state[each])
        const isSeen = each === 'used' || each === 'refused'
        return (
          <button
            key={each}
            type="button"
            aria-pressed={state === each}
            disabled={isLarge && !isSeen}
            title={t($ => $.matrix.only, { state: word })}
            onClick={() => props.onState(state === each ? undefined : each)}
          >
            <StateMark state={each} />
            {word}
            {each !== 'neither' && !isLarge && (
              <b className={each === 'refused' && (counts?.refused ?? 0) > 0 ? 'med c-failing' : 'med'}>
                {counts === null ? '…' : counts[each].toLocaleString('en-US')}
              </b>
            )}
          </button>
        )
      })}
      <span className="grow" />
      <span className="t3 s11">{t($ => $.matrix.size)}</span>
    </div>
  )
}

/** Counted beside what a hand is doing; null until all is counted, and where there is too much of it. */
function useCounts(matrix: Matrix | null): Counts | null {
  const [counted, setCounted] = useState<{ matrix: Matrix; counts: Counts } | null>(null)
  useEffect(() => {
    if (matrix === null || matrix.callers.length * matrix.workloads.length > mostJudged) return
    const stop = new AbortController()
    const pause = () => new Promise<void>(resolve => setTimeout(resolve, 0))
    void countAll(matrix, pause, () => performance.now(), stop.signal).then(counts => {
      if (counts !== null) setCounted({ matrix, counts })
    })
    return () => stop.abort()
  }, [matrix])
  // The counts of the reading before stay until the next ones are there.
  return counted?.counts ?? null
}
