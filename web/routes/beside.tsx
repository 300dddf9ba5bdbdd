import { type ComponentProps, type ReactNode, Suspense } from 'react'
import { type ScopeSearch, scopeIn, scopeSearch } from '#web/api/scope.ts'
import type { Beside as On } from '#web/topology/side/SidePanel.tsx'
import type { Place, Trail } from '#web/topology/side/subject.ts'
import { later } from '#web/ui/later.ts'

/** What is picked on the map, as the other rooms know it: each comes when it is asked for. */

const Changes = later(async () => (await import('#web/config/intents/Changes.tsx')).Changes, 'config')
const EdgeCall = later(async () => (await import('#web/security/check/EdgeCall.tsx')).EdgeCall, 'security')
const Doors = later(async () => (await import('./Doors.tsx')).Doors, 'services')
const RecentTraces = later(async () => (await import('#web/traces/RecentTraces.tsx')).RecentTraces, 'traces')
const GoverningLines = later(
  async () => (await import('#web/config/governs/GoverningLines.tsx')).GoverningLines,
  'config',
)
const SecurityLines = later(async () => (await import('#web/security/SecurityLines.tsx')).SecurityLines, 'security')

interface Props {
  of: Parameters<On>[0]
  trail: Trail
  scope: ScopeSearch
  lens: string | undefined
  onGo: (href: string) => void
}

export function Beside(props: Props): ReactNode {
  return (
    // A room that has not come yet keeps its place.
    <Suspense fallback={<div className="is-reading" aria-busy="true" />}>
      <Told {...props} />
    </Suspense>
  )
}

function Told({ of, trail, onGo, ...props }: Props): ReactNode {
  const { to, from, subject, isEdge } = trail
  const scope = scopeSearch(scopeIn(props.scope))
  switch (of) {
    case 'doors':
      return <Doors trail={trail} scope={scope} onGo={onGo} />
    case 'traces':
      return (
        <RecentTraces
          service={spanName(to)}
          {...(isEdge && from !== null && { caller: spanName(from) })}
          scope={scope}
          onGo={onGo}
        />
      )
    case 'config':
      return (
        <GoverningLines
          subject={governed(to)}
          caller={from !== null && from.workloads.length > 0 ? governed(from) : null}
          onGo={onGo}
        />
      )
    case 'security':
      return (
        <SecurityLines
          namespace={to.namespace}
          workloads={to.workloads}
          {...(from !== null && from.workloads.length > 0 && { from })}
          onGo={onGo}
        />
      )
    case 'changes':
      return (
        <>
          {isEdge && to.services.length + to.workloads.length > 0 && (
            <EdgeCall call={callOf(trail)} isAsked={props.lens === 'refusals'} onGo={onGo} />
          )}
          {subject !== null && <Changes subject={subject} onGo={onGo} />}
        </>
      )
  }
}

function callOf({ to, from, isTcp, isRefused }: Trail): ComponentProps<typeof EdgeCall>['call'] {
  const [workload] = from?.workloads ?? []
  return {
    source:
      from?.kind === 'external'
        ? 'outside'
        : from === null || workload === undefined
          ? null
          : { namespace: from.namespace, workload },
    destination: { namespace: to.namespace, name: to.services[0] ?? to.workloads[0] ?? to.name },
    isTcp,
    isRefused,
  }
}

/** Spans are of `<app>.<namespace>`; a workload's app is called as the service before it. */
const spanName = ({ namespace, name, services }: Place): string => `${services[0] ?? name}.${namespace}`

const governed = ({ namespace, services, workloads }: Place) => ({ namespace, services, workloads })
