import type { ComponentProps, ReactNode } from 'react'
import type { ServiceRow } from '#shared/services/api.ts'
import { FindingCounts } from '#web/config/FindingCounts.tsx'
import { rankOf } from '#web/config/governs/findings.ts'
import { useFindings } from '#web/config/governs/use-governing.ts'
import { ListPage } from '#web/services/list/ListPage.tsx'
import { governedOf } from './governed.ts'

/** Where services meet findings of what governs them. */
export function ListWithFindings(props: Omit<ComponentProps<typeof ListPage>, 'findings'>): ReactNode {
  const findingsOf = useFindings()
  if (findingsOf === null) return <ListPage {...props} />
  const of = (row: ServiceRow) => findingsOf(governedOf(props.of, row))
  return (
    <ListPage
      {...props}
      findings={{
        rank: row => rankOf(of(row)),
        show: row => <FindingCounts findings={of(row)} />,
      }}
    />
  )
}
