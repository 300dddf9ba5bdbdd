import { type ReactNode, Suspense } from 'react'

/** A page that comes after the first load. */
export const Later = ({ children }: { children: ReactNode }): ReactNode => (
  <Suspense fallback={<div className="is-reading" aria-busy="true" />}>{children}</Suspense>
)

/** What an address says after `?`: what is understood of it is for the page to say, when it comes. */
export const words = (search: Record<string, unknown>): Record<string, string | undefined> =>
  search as Record<string, string | undefined>
