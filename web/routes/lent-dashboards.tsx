import type { ReactNode } from 'react'
import type { Place } from '#shared/metrics/own/api.ts'
import { ApplyObjects } from '#web/config/editor/dialog/ApplyObjects.tsx'
import { useLacks } from '#web/config/editor/use-lacks.ts'
import type { OwnPageProps } from '#web/metrics/own/apply.ts'
import { DashboardPage } from '#web/metrics/own/DashboardPage.tsx'
import { DashboardsPage } from '#web/metrics/own/DashboardsPage.tsx'

/** The way to the cluster is lent by the room of configuration. A dashboard changes no traffic: nothing is replayed. */
export const Dashboards = (props: OwnPageProps): ReactNode => (
  <DashboardsPage {...props} Apply={ApplyObjects} useLacks={useLacks} />
)
export const Dashboard = ({ params, ...props }: OwnPageProps & { params: Place }): ReactNode => (
  <DashboardPage
    key={`${params.namespace}/${params.name}`}
    {...props}
    place={params}
    Apply={ApplyObjects}
    useLacks={useLacks}
  />
)
