import { lazy, type ReactNode, Suspense } from 'react'
import { type ScopeSearch, scopeIn, scopeSearch } from '#web/api/scope.ts'
import type { Beside as On } from '#web/topology/side/SidePanel.tsx'
import type { Place, Trail } from '#web/topology/side/subject.ts'
import { openTexts } from '#web/ui/language.ts'

/** What is picked on the map, as the other rooms know it: each comes when it is asked for. */

const Changes = lazy(async () => {
  const [{ Changes }] = await Promise.all([import('#web/config/intents/Changes.tsx'), openTexts('config')])
  return { default: Changes }
})
const CheckLink = lazy(async () => {
  const [{ CheckLink }] = await Promise.all([import('#web/security/CheckLink.tsx'), openTexts('security')])
  return { default: CheckLink }
})
const Doors = lazy(async () => {
  const [{ Doors }] = await Promise.all([import('./Doors.tsx'), openTexts('services')])
  return { default: Doors }
})
const RecentTraces = lazy(async () => {
  const [{ RecentTraces }] = await Promise.all([import('#web/traces/RecentTraces.tsx'), openTexts('traces')])
  return { default: RecentTraces }
})
const GoverningLines = lazy(async () => {
  const [{ GoverningLines }] = await Promise.all([
    import('#web/config/governs/GoverningLines.tsx'),
    openTexts('config'),
  ])
  return { default: GoverningLines }
})
const SecurityLines = lazy(async () => {
  const [{ SecurityLines }] = await Promise.all([import('#web/security/SecurityLines.tsx'), openTexts('security')])
  return { default: SecurityLines }
})

interface Props {
  of: Parameters<On>[0]
  trail: Trail
  scope: ScopeSearch
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
          {isEdge && subject !== null && (
            <CheckLink
              source={subject.target.source}
              destination={{
                namespace: subject.target.namespace,
                name: subject.target.workload ?? subject.target.service ?? '',
              }}
              onGo={onGo}
            />
          )}
          {subject !== null && <Changes subject={subject} onGo={onGo} />}
        </>
      )
  }
}

/** Spans are of `<app>.<namespace>`; a workload's app is called as the service before it. */
const spanName = ({ namespace, name, services }: Place): string => `${services[0] ?? name}.${namespace}`

const governed = ({ namespace, services, workloads }: Place) => ({ namespace, services, workloads })
