import type { ReactNode } from 'react'

/** The mark in the colours of the theme: warp in ink, weft in iris. */
export function Mark({ size }: { size: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" strokeWidth="3.6" aria-hidden="true">
      <path d="M12 1.5v7.7M12 14.8v7.7M5 7.8v8.4M19 7.8v8.4" stroke="currentColor" strokeOpacity=".5" />
      <path d="M1.5 5h7.7M14.8 5h7.7M7.8 12h8.4M1.5 19h7.7M14.8 19h7.7" stroke="var(--accent)" />
    </svg>
  )
}
