import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Flows, FlowWindow, Landscape } from '#shared/security/api.ts'
import { bears, type Change } from '#shared/security/replay/change.ts'
import type { Replayed } from '#shared/security/replay/replayer.ts'
import { problemFrom } from '#web/api/call.ts'
import { flowsQuery, landscapeQuery, useFaceted } from '#web/security/query.ts'
import { type Hired, hire, type Story } from './hired.ts'

export interface ReplayView {
  /** Null: not known yet, or not to be known (`because`). */
  replayed: Replayed | null
  /** It is of other changes than these: those are being replayed. */
  isStale: boolean
  /** Sampled spans are asked for methods and paths, and have not answered: the verdict may turn. */
  isPartial: boolean
  /** Why there is none. */
  because: string | null
  /** What it was made of. */
  flows: Pick<Flows, 'at' | 'window' | 'queries' | 'duration'> | null
  landscape: Pick<Landscape, 'at' | 'workloads' | 'partial' | 'readable' | 'settings'> | null
  /** Milliseconds of the last replay. */
  took: number | null
  /** Why sampled spans tell less than they might, where they are asked. */
  partial: readonly string[]
  explain: (row: string) => Promise<Story>
}

/**
 * What some changes would do to the calls of a window. Null: it is not asked for, and nothing is read.
 * @param isFaceted methods and paths of sampled spans are asked for too
 */
export function useReplay(changes: readonly Change[] | null, over: FlowWindow, isFaceted = false): ReplayView {
  const telling = useMemo(() => (changes ?? []).filter(bears), [changes])
  const isWanted = telling.length > 0
  const landscape = useQuery({ ...landscapeQuery, enabled: isWanted })
  const flows = useQuery({ ...flowsQuery(over), enabled: isWanted })
  // Whoever types changes an object with each key, and mostly to what it is already.
  const key = JSON.stringify(telling)
  const hired = useRef<Hired | null>(null)
  const [told, setTold] = useState<{
    key: string
    over: FlowWindow
    /** Nothing is waited for that could turn it. */
    isWhole: boolean
    replayed: Replayed | null
    because: string | null
    took: number
  } | null>(null)
  const [given, seen] = [landscape.data, flows.data]
  // Parts that a new reading left as they were are the same objects: the worker need not learn them anew.
  const { objects, workloads, settings, readable } = given ?? {}
  const faceted = useFaceted(seen ?? null, over, isWanted && isFaceted)
  const calls = faceted.flows?.flows
  const isWhole = !faceted.isReading
  useEffect(() => {
    if (!isWanted) return
    const own = hire()
    hired.current = own
    return () => {
      own.dismiss()
      hired.current = null
    }
  }, [isWanted])
  useEffect(() => {
    if (!isWanted || !objects || !workloads || !settings || !readable || !calls) return
    hired.current?.give({ objects, workloads, settings, readable, flows: calls })
  }, [isWanted, objects, workloads, settings, readable, calls])
  useEffect(() => {
    if (!isWanted || !objects || !workloads || !settings || !readable || !calls) return
    let isOver = false
    void hired.current?.replay(JSON.parse(key) as Change[]).then(answer => {
      if (!isOver && answer !== null)
        setTold({ key, over, isWhole, replayed: answer.replayed, because: answer.because, took: answer.took })
    })
    return () => {
      isOver = true
    }
  }, [isWanted, objects, workloads, settings, readable, calls, isWhole, key, over])
  const unread = landscape.error ?? flows.error
  // Of another window, or of other changes: what was told of them is not told of these. A new reading of the same calls
  // takes nothing back: whoever waits for the verdict has it, and hears of it should it turn.
  const isOld = told !== null && (told.key !== key || told.over !== over)
  return {
    replayed: isWanted ? (told?.replayed ?? null) : null,
    isStale: isOld,
    isPartial: isWanted && told !== null && !told.isWhole,
    because:
      (isOld ? null : told?.because) ??
      (unread !== null && (given === undefined || seen === undefined) ? problemFrom(unread).detail : null),
    flows: seen ?? null,
    landscape: given ?? null,
    took: told?.took ?? null,
    partial: faceted.partial,
    explain: async row => (await hired.current?.explain(JSON.parse(key) as Change[], row)) ?? null,
  }
}
