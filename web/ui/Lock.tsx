import type { ReactNode } from 'react'

/** Closed only at a whole; half for anything between; open for none. Null (nobody knows) draws nothing. */
export function Lock({ ratio }: { ratio: number | null }): ReactNode {
  if (ratio === null) return null
  const isOpen = ratio === 0
  return (
    <svg
      width="11"
      height="13"
      viewBox="-5 -6.5 10 12"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.2"
      aria-hidden="true"
      className={isOpen ? 'c-degraded' : 't3'}
    >
      <rect x="-3.5" y="-1" width="7" height="5.5" rx="1" fill={ratio === 1 ? 'currentColor' : 'none'} />
      {!isOpen && ratio < 1 && <path d="M-3.5-1h3.5v5.5h-3.5Z" fill="currentColor" />}
      <path d={isOpen ? 'M-2-1v-2.2a2 2 0 0 1 3.9-.6' : 'M-2-1v-1.6a2 2 0 0 1 4 0V-1'} />
    </svg>
  )
}
