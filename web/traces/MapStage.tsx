import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MapCall } from './map-calls.ts'

/** The map lent by the room of topology: it draws the calls, and tells of those that have no place on it. */
export type TraceMap = <Of>(props: {
  calls: readonly MapCall<Of>[]
  at?: string | undefined
  onPick: (call: MapCall<Of>) => void
  missing: (calls: readonly MapCall<Of>[]) => ReactNode
}) => ReactNode

/** The lent map with calls of traces over it, and the names of calls that have no place on it. */
export function MapStage<Of>(props: {
  map: TraceMap
  calls: readonly MapCall<Of>[]
  at: string | undefined
  /** Null: where a trace begins is no place on the map, and is not missed there. */
  nameOf: (of: Of) => string | null
  onPick: (of: Of) => void
}): ReactNode {
  const { t } = useTranslation('traces')
  return (
    <div className="tr-map-stage">
      {props.map<Of>({
        calls: props.calls,
        at: props.at,
        onPick: ({ of }) => props.onPick(of),
        missing: all => {
          const names = all.map(({ of }) => props.nameOf(of)).filter(name => name !== null)
          return names.length === 0 ? null : (
            <p className="tr-map-away" role="status">
              {t($ => $.trace.onMap.missing, { count: names.length, names: names.join(', ') })}
            </p>
          )
        },
      })}
    </div>
  )
}
