import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowWindow } from '#shared/security/api.ts'
import type { Change } from '#shared/security/replay/change.ts'
import type { Plaintext } from '#shared/security/denials.ts'
import { type Readiness, readinessOf, strictIn } from '#shared/security/posture/readiness.ts'
import { problemFrom } from '#web/api/call.ts'
import { namespacesIn } from '#web/api/scope.ts'
import { age, none, rate } from '#web/ui/format.ts'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import type { Lent } from '#web/security/apply.ts'
import { Frame, overIn } from '#web/security/Frame.tsx'
import { plaintextQuery, useSecurity } from '#web/security/query.ts'
import { type PageProps, wordIn } from '#web/security/search.ts'
import { ReadinessSide } from './ReadinessSide.tsx'
import { healthOf, stateOf } from './state.ts'
import './readiness.css'

type Row = Readiness & { id: string }

/** Namespace by namespace: who would be closed out if mTLS were required. */
export function ReadinessPage(props: PageProps & Lent): ReactNode {
  const { t } = useTranslation('security')
  const { search, onSearch, onGo, Apply } = props
  const over = overIn(search)
  const security = useSecurity(over)
  const plaintext = useQuery(plaintextQuery(over))
  const lacks = props.useLacks()
  const { objects, workloads, settings, matrix } = security
  const rootNamespace = settings?.rootNamespace
  const told = plaintext.data
  const rows = useMemo<Row[]>(
    () =>
      rootNamespace === undefined
        ? []
        : readinessOf({ objects, workloads, rootNamespace, plaintext: told ?? null, matrix }).map(one => ({
            ...one,
            id: one.namespace,
          })),
    [objects, workloads, rootNamespace, told, matrix],
  )
  const scope = namespacesIn(search['ns'])
  const shown = scope.length === 0 ? rows : rows.filter(({ namespace }) => scope.includes(namespace))
  const selected = rows.find(({ id }) => id === wordIn(search, 'open'))
  const columns = useColumns(told, over)
  const [doing, setDoing] = useState<{ namespace: string; changes: readonly Change[] } | null>(null)
  const changes = selected === undefined ? [] : strictIn(selected, objects)
  return (
    <Frame
      {...props}
      page="readiness"
      security={security}
      side={
        selected === undefined ? null : (
          <ReadinessSide
            key={selected.namespace}
            readiness={selected}
            plaintext={told ?? null}
            changes={changes}
            over={over}
            whyNot={lacks(
              {
                group: 'security.istio.io',
                kind: 'PeerAuthentication',
                namespace: selected.namespace,
                name: changes[0]?.after?.metadata.name ?? '',
              },
              'patch',
            )}
            onRequire={() => setDoing({ namespace: selected.namespace, changes })}
            onGo={onGo}
            onClose={() => onSearch({ open: undefined })}
          />
        )
      }
    >
      <div className="readiness">
        <div className="readiness-lead">
          <p className="t2">{t($ => $.readiness.lead)}</p>
          {plaintext.error !== null && (
            <p className="note degraded" role="status">
              {t($ => $.readiness.failing, { because: problemFrom(plaintext.error).detail })}
            </p>
          )}
          {plaintext.isPending && (
            <p className="t3 s12" role="status">
              {t($ => $.readiness.reading)}
            </p>
          )}
        </div>
        {rows.length === 0 ? (
          <p className="readiness-none t2" role="status">
            {t($ => $.readiness.none)}
          </p>
        ) : (
          <DataGrid<Row>
            name={t($ => $.readiness.grid)}
            rows={shown}
            columns={columns}
            sort={search['sort']}
            onSort={sort => onSearch({ sort })}
            selected={selected?.id ?? null}
            onSelect={id => onSearch({ open: id === selected?.id ? undefined : id })}
          />
        )}
        {doing !== null && (
          <Apply
            title={t($ => $.readiness.applyTitle, { name: doing.namespace })}
            changes={doing.changes.map(({ before = null, after = null }) => ({ before, after }))}
            onApplied={security.again}
            onTakenBack={security.again}
            onClose={() => setDoing(null)}
          />
        )}
      </div>
    </Frame>
  )
}

function useColumns(told: Plaintext | undefined, over: FlowWindow): GridColumn<Row>[] {
  const { t, i18n } = useTranslation('security')
  const language = useLanguage()
  // Columns that change would sort the rows again with each render.
  return useMemo(() => {
    const [at, step, window] = [told?.at ?? 0, (told?.step ?? 0) * 1000, (told?.window ?? 0) * 1000]
    const clean = ({ cleanSince }: Row): string =>
      cleanSince === null || told === undefined
        ? none
        : cleanSince <= at - window + step
          ? t($ => $.readiness.cleanOver, { over: t($ => $.over[over]) })
          : t($ => $.readiness.cleanFor, { age: age(at - cleanSince, language) })
    const isKnown = told !== undefined
    return [
      {
        id: 'namespace',
        head: t($ => $.readiness.column.namespace),
        width: 150,
        value: row => row.namespace,
        cell: row => <span className="mono">{row.namespace}</span>,
      },
      {
        id: 'state',
        head: t($ => $.readiness.column.state),
        width: 165,
        value: row => stateOf(row, told ?? null),
        cell: row => {
          const state = stateOf(row, told ?? null)
          return (
            <span title={t($ => $.readiness.stateWhy[state])}>
              <HealthBadge health={healthOf[state]}>{t($ => $.readiness.state[state])}</HealthBadge>
            </span>
          )
        },
      },
      {
        id: 'mode',
        head: t($ => $.readiness.column.mode),
        width: 176,
        value: row => row.mode,
        cell: row => (
          <>
            <span className="mono">{row.mode}</span>
            {row.exceptions.length > 0 && (
              <span className="t3" title={t($ => $.readiness.exceptions)}>
                {' · '}
                {t($ => $.readiness.others, { count: row.exceptions.length })}
              </span>
            )}
          </>
        ),
      },
      {
        id: 'callers',
        head: t($ => $.readiness.column.callers),
        isNumber: true,
        value: row => (isKnown ? passingIn(row) : null),
        cell: row => (
          <span className={passingIn(row) > 0 ? 'c-degraded' : 't3'}>{isKnown ? passingIn(row) : none}</span>
        ),
      },
      {
        id: 'rate',
        head: t($ => $.readiness.column.rate),
        isNumber: true,
        value: row => (isKnown ? row.rate : null),
        cell: row => (row.rate === 0 ? <span className="t3">{isKnown ? '0' : none}</span> : rate(row.rate, 'req')),
      },
      {
        id: 'last',
        head: t($ => $.readiness.column.last),
        value: row => row.lastSeen,
        cell: row =>
          row.lastSeen === null
            ? none
            : row.lastSeen > at - step
              ? t($ => $.readiness.now)
              : t($ => $.readiness.ago, { age: age(at - row.lastSeen, language) }),
      },
      {
        id: 'clean',
        head: t($ => $.readiness.column.clean),
        value: row => row.cleanSince,
        cell: row => clean(row),
      },
      {
        id: 'open',
        head: t($ => $.readiness.column.open),
        isNumber: true,
        value: row => row.open,
        cell: row => <span className={row.open > 0 ? '' : 't3'}>{row.open}</span>,
      },
    ]
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the language stands for its words
  }, [told, over, i18n.language, language])
}

/** Whom STRICT would take something from. */
const passingIn = ({ callers }: Readiness): number => callers.filter(({ isRefused }) => !isRefused).length
