import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { meshKind } from '#shared/config/kinds.ts'
import { type Json, keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { problemFrom } from '#web/api/call.ts'
import { type Wanted, wantedOf } from '#web/config/editor/change.ts'
import { ApplyDialog } from '#web/config/editor/dialog/ApplyDialog.tsx'
import { versionOf } from '#web/config/editor/draft.ts'
import { useWhyNot } from '#web/config/editor/use-why-not.ts'
import type { ReadObject } from '#web/config/object/use-object.ts'
import { objectQuery, unknown } from '#web/config/query.ts'
import { useList } from '#web/config/view.ts'
import { isOfLimits, limitsBack } from './limits-back.ts'

interface Open {
  kind: 'apply' | 'create' | 'delete'
  wanted: Wanted
  now: ReadObject | null
}

/** Brings an object back to what it was: a new change like any other, dry-run first. `to` null: it was not there. */
export function Restore(props: {
  object: ObjectRef
  to: Json | null
  /** What the change was of. */
  fields: readonly string[]
  label: string
  /** Which moment, as the reason says it. */
  moment: string
}): ReactNode {
  const { t } = useTranslation('config')
  const cache = useQueryClient()
  const { object, to } = props
  const [open, setOpen] = useState<Open | null>(null)
  const [state, setState] = useState<{ isAsking: boolean; problem: string | null }>({ isAsking: false, problem: null })
  const rows = useList().state?.rows
  const isLimits = isOfLimits(object, props.fields)
  const isThere = rows?.some(({ ref }) => keyOf(ref) === keyOf(object)) ?? true
  const missing = useWhyNot([object], to === null ? ['delete'] : isThere || isLimits ? ['patch'] : ['create', 'patch'])
  const why =
    meshKind(object.group, object.kind) === undefined && !isLimits
      ? t($ => $.history.restore.notHere)
      : to === null && !isThere
        ? t($ => $.history.restore.isGone)
        : missing
  const begin = async () => {
    setState({ isAsking: true, problem: null })
    try {
      const now = await cache.fetchQuery({ ...objectQuery(object, unknown), staleTime: 0 }).catch((error: unknown) => {
        if (problemFrom(error).status === 404) return null
        throw error
      })
      const version = versionOf(now?.object ?? null)
      setState({ isAsking: false, problem: null })
      if (isLimits && to !== null) {
        if (now === null) setState({ isAsking: false, problem: t($ => $.history.restore.isGone) })
        else setOpen({ kind: 'apply', wanted: limitsBack(now.object, to), now })
      } else if (to !== null)
        setOpen({ kind: now === null ? 'create' : 'apply', wanted: wantedOf([to], now?.object ?? null), now })
      else if (now === null) setState({ isAsking: false, problem: t($ => $.history.restore.isGone) })
      else {
        const remove = { object, ...(version === undefined ? {} : { resourceVersion: version }) }
        setOpen({ kind: 'delete', wanted: { apply: [], delete: [remove] }, now })
      }
    } catch (error) {
      setState({ isAsking: false, problem: problemFrom(error).detail })
    }
  }
  const name = `${object.kind} ${object.namespace === '' ? '' : `${object.namespace}/`}${object.name}`
  return (
    <>
      <button
        type="button"
        className="btn"
        aria-disabled={why !== null || state.isAsking}
        title={why ?? undefined}
        onClick={() => {
          if (why === null && !state.isAsking) void begin()
        }}
      >
        {props.label}
      </button>
      {why !== null && <span className="sr">{why}</span>}
      {state.problem !== null && (
        <p className="c-failing" role="alert">
          {state.problem}
        </p>
      )}
      {open !== null && (
        <ApplyDialog
          title={t($ => $.history.restore.title[open.kind], { name })}
          kind={open.kind}
          wanted={open.wanted}
          before={open.now?.object ?? null}
          owner={open.now?.owner ?? null}
          reason={t($ => $.history.restore.reason, { moment: props.moment })}
          onApplied={nothing}
          onTakenBack={nothing}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  )
}

/** The page hears of it as everybody does. */
const nothing = () => {}
