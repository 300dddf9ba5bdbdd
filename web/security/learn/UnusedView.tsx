import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { pathText } from '#shared/mesh/object.ts'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { age } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { overIn } from '#web/security/Frame.tsx'
import { ObjectLink } from '#web/security/ObjectLink.tsx'
import type { Security } from '#web/security/query.ts'
import type { LearnProps } from './LearnPage.tsx'
import { Removal } from './Removal.tsx'
import type { Subject } from './subject.ts'
import { type GrantRow, useUnused } from './use-unused.ts'

/** Grants that nobody used, and what would be without those that are ticked. */
export function UnusedView(props: LearnProps & { security: Security; subject: Subject }): ReactNode {
  const { t } = useTranslation('security')
  const { security, subject, search, onSearch, onGo } = props
  const overWord = overIn(search)
  const over = t($ => $.over[overWord])
  const unused = useUnused(security, subject, overWord)
  const [ticked, setTicked] = useState<readonly string[]>([])
  const toggle = (id: string) =>
    setTicked(before => (before.includes(id) ? before.filter(one => one !== id) : [...before, id]))
  const columns = useColumns({ security, over, ticked, toggle, onGo, isMonth: overWord === '30d' })
  const readable = security.readable?.namespaces ?? null
  const face = (text: string) => (
    <p className="learn-none t2" role="status">
      {text}
    </p>
  )
  if (readable !== null && !readable.includes(subject.namespace))
    return face(t($ => $.learn.unused.unread, { namespace: subject.namespace }))
  if (security.flows === null)
    return face(
      security.flowsBecause === null
        ? t($ => $.learn.reading)
        : t($ => $.learn.noFlows, { because: security.flowsBecause ?? '' }),
    )
  if (unused === null) return face(t($ => $.learn.unused.looking, { done: 0, all: 0 }))
  const { rows, count, done, all } = unused
  if (done === all && count === 0) return face(t($ => $.learn.unused.noPolicies))
  if (done === all && rows.length === 0) return face(t($ => $.learn.unused.allUsed, { over }))
  const never = rows.filter(({ use }) => use === 'unused')
  const open = rows.length - never.length
  const chosen = rows.filter(({ id }) => ticked.includes(id))
  return (
    <div className="learn-panes is-unused">
      <div className="learn-grants">
        <p className="row">
          <span role="status">
            {done < all
              ? t($ => $.learn.unused.looking, { done, all })
              : t($ => $.learn.unused.summary, { count, unused: never.length, over })}
          </span>
          {done === all && open > 0 && (
            <span className="t2" title={t($ => $.learn.unused.uncertainHelp)}>
              {t($ => $.learn.unused.open, { count: open })}
            </span>
          )}
          <span className="grow" />
          {never.length > 0 && (
            <button
              type="button"
              className="link s12"
              onClick={() => setTicked(chosen.length === 0 ? never.map(({ id }) => id) : [])}
            >
              {t($ => (chosen.length === 0 ? $.learn.unused.pickAll : $.learn.unused.untick))}
            </button>
          )}
        </p>
        {rows.length > 0 && (
          <DataGrid<GrantRow>
            name={t($ => $.learn.unused.grid)}
            rows={rows}
            columns={columns}
            sort={search['sort']}
            onSort={sort => onSearch({ sort })}
            selected={null}
            onSelect={toggle}
            picked={ticked}
            onPick={toggle}
          />
        )}
      </div>
      <Removal {...props} chosen={chosen} />
    </div>
  )
}

function useColumns(given: {
  security: Security
  over: string
  ticked: readonly string[]
  toggle: (id: string) => void
  onGo: (href: string) => void
  isMonth: boolean
}): GridColumn<GrantRow>[] {
  const { t, i18n } = useTranslation('security')
  const language = useLanguage()
  const { security, over, ticked, toggle, onGo, isMonth } = given
  const [at, window] = [security.flows?.at ?? 0, (security.flows?.window ?? 0) * 1000]
  return useMemo(() => {
    const grantOf = ({ grant }: GrantRow) => grant.value ?? t($ => $.learn.unused.wholeRule)
    const lastOf = ({ use, wasUsed, policy }: GrantRow): string => {
      const { creationTimestamp } = policy.metadata
      const made = typeof creationTimestamp === 'string' ? Date.parse(creationTimestamp) : Number.NaN
      if (made > at - window) return t($ => $.learn.unused.young, { age: age(Math.max(0, at - made), language) })
      if (use === 'uncertain') return t($ => $.learn.unused.uncertain)
      if (isMonth) return t($ => $.learn.unused.neverMonth)
      if (wasUsed === null) return t($ => $.learn.unused.reading)
      return wasUsed ? t($ => $.learn.unused.within, { over }) : t($ => $.learn.unused.neverMonth)
    }
    const nameOf = ({ policy: { metadata } }: GrantRow) => `${metadata.namespace ?? 'default'}/${metadata.name}`
    return [
      {
        id: 'tick',
        head: t($ => $.learn.unused.column.tick),
        width: 70,
        value: row => (ticked.includes(row.id) ? 0 : 1),
        cell: row => (
          <input
            type="checkbox"
            aria-label={t($ => $.learn.unused.pick, { grant: grantOf(row), policy: nameOf(row) })}
            checked={ticked.includes(row.id)}
            onClick={event => event.stopPropagation()}
            onChange={() => toggle(row.id)}
          />
        ),
      },
      {
        id: 'policy',
        head: t($ => $.learn.unused.column.policy),
        value: nameOf,
        cell: row => (
          <span className="cut">
            <ObjectLink of={row.grant.policy} onGo={onGo} />
          </span>
        ),
      },
      {
        id: 'grant',
        head: t($ => $.learn.unused.column.grant),
        value: grantOf,
        cell: row =>
          row.grant.value === null ? (
            <span className="t2">{grantOf(row)}</span>
          ) : (
            <bdi className="mono cut" title={row.grant.value}>
              {row.grant.value}
            </bdi>
          ),
      },
      {
        id: 'rule',
        head: t($ => $.learn.unused.column.rule),
        value: row => pathText(row.grant.path),
        cell: row => (
          <span className="mono t3 cut" title={pathText(row.grant.path)}>
            {pathText(row.grant.path.slice(1))}
          </span>
        ),
      },
      {
        id: 'last',
        head: t($ => $.learn.unused.column.last),
        width: 170,
        value: lastOf,
        cell: row => (
          <span
            className={row.use === 'uncertain' ? 'c-degraded cut' : 'cut'}
            title={row.use === 'uncertain' ? t($ => $.learn.unused.uncertainHelp) : lastOf(row)}
          >
            {lastOf(row)}
          </span>
        ),
      },
    ]
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the language stands for its words
  }, [at, window, over, ticked, onGo, isMonth, i18n.language, language])
}
