import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { type Posture, postureOf } from '#shared/security/posture/posture.ts'
import { scoreOf } from '#shared/security/posture/score.ts'
import { namespacesIn } from '#web/api/scope.ts'
import { percent } from '#web/ui/format.ts'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { Frame, overIn } from '#web/security/Frame.tsx'
import { PostureHead, toneOf } from './PostureHead.tsx'
import { PostureSide } from './PostureSide.tsx'
import { certificatesQuery, useSecurity } from '#web/security/query.ts'
import { type PageProps, wordIn } from '#web/security/search.ts'

interface Row extends Posture {
  id: string
  score: number | null
}

/** What protects each namespace, as facts that open. */
export function PosturePage(props: PageProps): ReactNode {
  const { t } = useTranslation('security')
  const { search, onSearch, onGo } = props
  const security = useSecurity(overIn(search))
  const { matrix, objects, workloads, flows } = security
  const certificates = useQuery(certificatesQuery).data
  const rows = useMemo<Row[]>(
    () =>
      matrix === null
        ? []
        : postureOf({
            matrix,
            objects,
            workloads,
            flows: flows?.flows ?? [],
            certificates: certificates?.certificates ?? [],
            now: certificates?.at ?? 0,
          }).map(one => ({
            ...one,
            id: one.namespace,
            score: scoreOf(one).score,
          })),
    [matrix, objects, workloads, flows?.flows, certificates],
  )
  const scope = namespacesIn(search['ns'])
  const shown = scope.length === 0 ? rows : rows.filter(({ namespace }) => scope.includes(namespace))
  const selected = rows.find(({ id }) => id === wordIn(search, 'open'))
  const columns = useColumns()
  return (
    <Frame
      {...props}
      page="posture"
      security={security}
      side={
        selected === undefined ? null : (
          <PostureSide posture={selected} onGo={onGo} onClose={() => onSearch({ open: undefined })} />
        )
      }
    >
      <div className="posture">
        <PostureHead postures={shown} />
        <DataGrid<Row>
          name={t($ => $.posture.grid)}
          rows={shown}
          columns={columns}
          sort={search['sort']}
          onSort={sort => onSearch({ sort })}
          selected={selected?.id ?? null}
          onSelect={id => onSearch({ open: id === selected?.id ? undefined : id })}
        />
      </div>
    </Frame>
  )
}

function useColumns(): GridColumn<Row>[] {
  const { t, i18n } = useTranslation('security')
  const { language } = i18n
  // Columns that change would sort the rows again with each render.
  return useMemo(() => {
    const number = (id: 'bare' | 'open' | 'wildcard' | 'account', of: (row: Row) => number): GridColumn<Row> => ({
      id,
      head: t($ => $.posture.column[id]),
      isNumber: true,
      value: of,
      cell: row => <span className={of(row) > 0 ? 'c-degraded' : 't3'}>{of(row)}</span>,
    })
    return [
      {
        id: 'namespace',
        head: t($ => $.posture.column.namespace),
        width: 220,
        value: row => row.namespace,
        cell: row => <span className="mono">{row.namespace}</span>,
      },
      {
        id: 'score',
        head: t($ => $.posture.column.score),
        width: 150,
        value: row => row.score,
        cell: row =>
          row.score === null ? (
            <span className="t3">–</span>
          ) : (
            <span className="row">
              <span className="meter" aria-hidden="true">
                <i style={{ width: `${row.score}%`, background: `var(--${toneOf(row.score)}-mark)` }} />
              </span>
              <span className="num">{Math.round(row.score)}</span>
            </span>
          ),
      },
      {
        id: 'mtls',
        head: t($ => $.posture.column.mtls),
        isNumber: true,
        value: row => (row.calls === 0 ? null : row.overMtls / row.calls),
        cell: row => (row.calls === 0 ? t($ => $.posture.untold) : percent(row.overMtls / row.calls)),
      },
      {
        id: 'mode',
        head: t($ => $.posture.column.mode),
        width: 120,
        value: row => modeOf(row),
        cell: row => {
          const mode = modeOf(row)
          return mode === '' ? '–' : mode === 'mixed' ? t($ => $.posture.mixed) : <span className="mono">{mode}</span>
        },
      },
      {
        id: 'deny',
        head: t($ => $.posture.column.deny),
        width: 96,
        value: row => (row.defaultDeny === null ? 0 : 1),
        cell: row =>
          row.defaultDeny === null ? (
            <span className="c-degraded">{t($ => $.posture.no)}</span>
          ) : (
            <span className="c-healthy">{t($ => $.posture.yes)}</span>
          ),
      },
      number('bare', row => row.bare.length),
      number('open', row => row.open.length),
      number('wildcard', row => row.openRules.length + row.openRoutes.length),
      number('account', row => row.shared.length),
    ]
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the language stands for its words
  }, [t, language])
}

function modeOf({ modes }: Posture): string {
  const all = new Set(modes.map(({ mode }) => mode))
  return all.size === 1 ? ([...all][0] ?? '') : all.size === 0 ? '' : 'mixed'
}
