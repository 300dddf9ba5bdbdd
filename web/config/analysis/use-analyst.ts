import { useEffect, useRef, useState } from 'react'
import type { Json } from '#shared/mesh/object.ts'
import { useList } from '#web/config/view.ts'
import { hire, type Reached } from './hired.ts'

/** What the page's own analyzers say of what is typed; the world they hold follows the cluster's. `key` says what the values are. */
export function useAnalyst(values: readonly Json[], key: string): Reached {
  const [reached, setReached] = useState<Reached>(nothing)
  const hired = useRef<ReturnType<typeof hire> | null>(null)
  const { state } = useList()
  useEffect(() => {
    const own = hire()
    hired.current = own
    const hear = () => setReached(own.reached())
    hear()
    const leave = own.subscribe(hear)
    return () => {
      leave()
      own.dismiss()
      hired.current = null
    }
  }, [])
  const latest = useRef(values)
  useEffect(() => {
    latest.current = values
  })
  useEffect(() => hired.current?.ask(latest.current, key), [key, reached.worldAt])
  useEffect(() => {
    if (state !== null) hired.current?.follow()
  }, [state])
  return reached
}

const nothing: Reached = { world: 'starting', worldAt: 0, look: null, of: '' }
