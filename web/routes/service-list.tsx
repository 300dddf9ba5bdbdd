import { useNavigate } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'
import type { Listed, ServiceRow } from '#shared/services/api.ts'
import { scopeIn, scopeSearch } from '#web/api/scope.ts'
import { FindingCounts } from '#web/config/FindingCounts.tsx'
import { rankOf } from '#web/config/governs/findings.ts'
import { useFindings } from '#web/config/governs/use-governing.ts'
import { ListPage } from '#web/services/list/ListPage.tsx'
import { governedOf } from './governed.ts'
import type { PageProps } from './page.tsx'

export const ServiceList = (props: PageProps): ReactNode => <List of="services" {...props} />
export const WorkloadList = (props: PageProps): ReactNode => <List of="workloads" {...props} />

function List({ of, search, onSearch }: PageProps & { of: Listed }): ReactNode {
  const navigate = useNavigate()
  return (
    <ListWithFindings
      of={of}
      search={search}
      onSearch={onSearch}
      onOpen={({ kind, namespace, name }) =>
        void navigate({
          to: of === 'services' || kind === 'service' ? '/services/$namespace/$name' : '/workloads/$namespace/$name',
          params: { namespace, name },
          search: before => ({ ...scopeSearch(scopeIn(before)) }),
        })
      }
    />
  )
}

/** Where services meet findings of what governs them. */
function ListWithFindings(props: Omit<ComponentProps<typeof ListPage>, 'findings'>): ReactNode {
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
