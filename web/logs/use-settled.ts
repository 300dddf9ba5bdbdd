import { useEffect, useState } from 'react'

/** The last value once it has not changed for a while: a hundred thousand lines are not searched at every letter. */
export function useSettled<T>(value: T, delay: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delay)
    return () => clearTimeout(timer)
  }, [value, delay])
  return settled
}
