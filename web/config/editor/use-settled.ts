import { useEffect, useState } from 'react'
import type { Milliseconds } from '#shared/units.ts'

/** A value once it has rested for a while: what costs much is not done at every key. */
export function useSettled<Value>(value: Value, rest: Milliseconds): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), rest)
    return () => clearTimeout(timer)
  }, [value, rest])
  return settled
}
