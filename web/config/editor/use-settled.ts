import { useEffect, useState } from 'react'
import type { Milliseconds } from '#shared/units.ts'

/** A value once it has rested for a while: what costs much is not done at every key. Without a rest it is the value. */
export function useSettled<Value>(value: Value, rest: Milliseconds): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    if (rest === 0) return
    const timer = setTimeout(() => setSettled(value), rest)
    return () => clearTimeout(timer)
  }, [value, rest])
  return rest === 0 ? value : settled
}
