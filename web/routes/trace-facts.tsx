import { useSearch } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'
import { scopeIn } from '#web/api/scope.ts'
import { useServices } from '#web/services/query.ts'
import type { WithFacts } from '#web/traces/search/Choose.tsx'

/** The room of traces is told what the live list of services says of whoever sent spans. */
export function TraceFacts({ children }: ComponentProps<WithFacts>): ReactNode {
  const { state } = useServices('services', scopeIn(useSearch({ strict: false })))
  return children(state?.rows ?? null)
}
