import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Asserted, keptIn } from '#shared/security/assert/assertions.ts'
import type { Change } from '#shared/security/replay/change.ts'
import { isMeshObject } from '#shared/security/landscape.ts'
import { problemFrom } from '#web/api/call.ts'
import { assertionsQuery, landscapeQuery } from '#web/security/query.ts'
import { useAsserted } from './use-asserted.ts'

export interface ChangedAssertions {
  /** How many there are. */
  count: number
  /** Those that would come out otherwise. */
  turned: readonly Asserted[]
  /** Of these, those that would be broken. */
  broken: number
  isChecking: boolean
  /** Why it is not known. */
  because: string | null
}

/** What some changes would do to the assertions. Without changes nothing is read. */
export function useChangedAssertions(changes: readonly Change[]): ChangedAssertions {
  const enabled = changes.length > 0
  const { data, error, isPending } = useQuery({ ...assertionsQuery, enabled })
  const landscape = useQuery({ ...landscapeQuery, enabled })
  const texts = useMemo(
    () => [...new Set(keptIn((data?.objects ?? []).filter(isMeshObject)).map(({ sentence }) => sentence.text))],
    [data?.objects],
  )
  const { told, because } = useAsserted(enabled ? texts : none, landscape.data ?? {}, changes)
  const unread = error ?? landscape.error
  const trouble = because ?? (unread !== null && told === null ? problemFrom(unread).detail : null)
  const turned = [...(told?.values() ?? [])].filter(({ before, after }) => before.outcome !== after.outcome)
  return {
    count: told?.size ?? texts.length,
    turned,
    broken: turned.filter(({ after }) => after.outcome === 'broken').length,
    isChecking: enabled && trouble === null && (isPending || (texts.length > 0 && told === null)),
    because: enabled ? trouble : null,
  }
}

const none: readonly string[] = []
