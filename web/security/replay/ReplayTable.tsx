import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PolicyRef } from '#shared/security/policy.ts'
import type { Replayed, ReplayRow } from '#shared/security/replay/replayer.ts'
import { none } from '#web/ui/format.ts'
import { DataGrid, type GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import { ObjectLink } from '#web/security/ObjectLink.tsx'
import { EffectMark } from './EffectMark.tsx'
import { requestText, useSourceName } from './names.ts'
import { count } from './count.ts'
import { type CallOnMap, onMap, type ToldEffect } from './on-map.ts'

/** Draws calls on the map of the mesh: it belongs to another room. */
export type DrawCalls = (calls: readonly CallOnMap[]) => ReactNode

export type Side = 'table' | 'map'

/** Every call that a change does something to, with who decides: as a table, and on the map. */
export function ReplayTable(props: {
  replayed: Replayed
  side: Side
  onSide: (side: Side) => void
  map?: DrawCalls | undefined
  onGo: (href: string) => void
  onClose: () => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { replayed, onGo } = props
  const [sort, setSort] = useState<string | undefined>(undefined)
  const [selected, setSelected] = useState<string | null>(null)
  const columns = useColumns(onGo)
  return (
    <dialog
      className="float replay-table"
      aria-label={t($ => $.replay.table)}
      ref={element => {
        if (element !== null && !element.open) element.showModal()
      }}
      onClose={event => {
        event.stopPropagation()
        props.onClose()
      }}
    >
      <header className="row">
        <h2>{t($ => $.replay.table)}</h2>
        {props.map !== undefined && (
          <Segmented<Side>
            name={t($ => $.replay.side)}
            value={props.side}
            choices={[
              { value: 'table', label: t($ => $.replay.asTable) },
              { value: 'map', label: t($ => $.replay.asMap) },
            ]}
            onChoose={props.onSide}
          />
        )}
        <span className="t3 s11">
          {replayed.more > 0 && t($ => $.replay.cut, { count: replayed.rows.length, more: replayed.more })}
        </span>
        <span className="grow" />
        <button
          type="button"
          className="btn ghost icon"
          aria-label={t($ => $.close)}
          onClick={event => event.currentTarget.closest('dialog')?.close()}
        >
          <Icon name="close" />
        </button>
      </header>
      {props.side === 'map' && props.map !== undefined ? (
        <OnMap replayed={replayed} map={props.map} />
      ) : (
        <DataGrid<ReplayRow>
          name={t($ => $.replay.table)}
          rows={replayed.rows}
          columns={columns}
          sort={sort}
          onSort={setSort}
          selected={selected}
          onSelect={setSelected}
        />
      )}
    </dialog>
  )
}

const told: readonly ToldEffect[] = ['newlyRefused', 'newlyAllowed', 'uncertain', 'stillRefused']
const dashes: Record<ToldEffect, string | undefined> = {
  newlyRefused: '5 4',
  newlyAllowed: undefined,
  uncertain: '2 3',
  stillRefused: '2 3',
}

function OnMap({ replayed, map }: { replayed: Replayed; map: DrawCalls }): ReactNode {
  const { t, i18n } = useTranslation('security')
  const { language } = i18n
  const calls = useMemo(
    () => onMap(replayed.rows, (effect, requests) => `${count(requests)} ${t($ => $.replay.onMap[effect])}`),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the language stands for its words
    [replayed, t, language],
  )
  return (
    <div className="replay-map">
      <div className="replay-canvas">{map(calls)}</div>
      <ul className="row t2 s11">
        {told.map(effect => (
          <li key={effect} className={`row effect is-${effect}`}>
            <svg width="30" height="10" viewBox="0 0 30 10" aria-hidden="true">
              <path d="M0 5h30" strokeWidth="2" strokeDasharray={dashes[effect]} />
            </svg>
            <EffectMark effect={effect} />
            <span className="t2">{t($ => $.replay.effect[effect])}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function useColumns(onGo: (href: string) => void): GridColumn<ReplayRow>[] {
  const { t, i18n } = useTranslation('security')
  const { language } = i18n
  const nameOf = useSourceName()
  return useMemo<GridColumn<ReplayRow>[]>(() => {
    const decider = (of: (PolicyRef & { rule?: number }) | undefined) =>
      of === undefined ? (
        <span className="t3">{t($ => $.replay.nobody)}</span>
      ) : (
        <span className="cut">
          <ObjectLink of={of} onGo={onGo} />
          {of.rule !== undefined && <span className="mono t3"> rules[{of.rule}]</span>}
        </span>
      )
    return [
      {
        id: 'effect',
        head: t($ => $.replay.column.effect),
        width: 130,
        value: row => row.effect,
        cell: row => (
          <span className="row">
            <EffectMark effect={row.effect} />
            <span className="cut">{t($ => $.replay.effect[row.effect])}</span>
          </span>
        ),
      },
      {
        id: 'caller',
        head: t($ => $.replay.column.caller),
        value: row => nameOf(row),
        cell: row => (
          <bdi className="mono cut" title={typeof row.source.principal === 'string' ? row.source.principal : ''}>
            {nameOf(row)}
          </bdi>
        ),
      },
      {
        id: 'destination',
        head: t($ => $.replay.column.destination),
        value: row => `${row.destination.namespace}/${row.destination.workload || row.destination.service}`,
        cell: row => (
          <bdi className="mono cut">
            {`${row.destination.namespace}/${row.destination.workload || row.destination.service}`}
            {row.port === null ? '' : `:${row.port}`} {requestText(row)}
          </bdi>
        ),
      },
      {
        id: 'requests',
        head: t($ => $.replay.column.requests),
        width: 100,
        isNumber: true,
        value: row => row.requests,
        cell: row => count(row.requests),
      },
      {
        id: 'before',
        head: t($ => $.replay.column.before),
        value: row => row.before.decidedBy?.name ?? '',
        cell: row => decider(row.before.decidedBy),
      },
      {
        id: 'after',
        head: t($ => $.replay.column.after),
        value: row => row.after.decidedBy?.name ?? '',
        cell: row => decider(row.after.decidedBy),
      },
      {
        id: 'missing',
        head: t($ => $.replay.column.missing),
        width: 150,
        value: row => row.missing.join(', '),
        cell: row => <span className="mono cut t2">{row.missing.length === 0 ? none : row.missing.join(', ')}</span>,
      },
    ]
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the language stands for its words
  }, [t, language, onGo])
}
