import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { mostCallers } from '#shared/metrics/callers.ts'
import type { ScopeSearch } from '#web/api/scope.ts'
import { logsHref } from '#web/logs/search.ts'
import { pageOf } from '#web/services/address.ts'
import { goes } from '#web/services/page/parts.ts'
import type { Place, Trail } from '#web/topology/side/subject.ts'
import { Icon, type IconName } from '#web/ui/Icon.tsx'

interface Door {
  icon: IconName
  href: string
  text: string
}

/** Where what is picked on the map is told at length: its page, its charts, its traces, its logs, its objects. */
export function Doors(props: { trail: Trail; scope: ScopeSearch; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('services')
  const { trail, scope, onGo } = props
  const { to, from } = trail
  const say = (place: Place) => (place.namespace === '' || place.kind === 'namespace' ? place.name : fullName(place))
  const doors: (Door | null)[] =
    to.kind === 'namespace'
      ? [
          {
            icon: 'services',
            href: listOf('/services', to.name, scope),
            text: t($ => $.doors.services, { name: to.name }),
          },
          { icon: 'config', href: listOf('/config', to.name, scope), text: t($ => $.doors.config, { name: to.name }) },
          { icon: 'security', href: listOf('/security/matrix', to.name, scope), text: t($ => $.doors.matrix) },
        ]
      : [
          doorOf(
            'services',
            pageHref(to, scope),
            t($ => $.doors.page, { name: say(to) }),
          ),
          from === null
            ? null
            : doorOf(
                'services',
                pageHref(from, scope),
                t($ => $.doors.page, { name: say(from) }),
              ),
          doorOf(
            'metrics',
            chartsHref(trail, scope),
            t($ => (trail.isEdge ? $.doors.edgeCharts : $.doors.charts)),
          ),
          doorOf(
            'traces',
            tracesHref(trail, scope),
            t($ => $.doors.traces),
          ),
          doorOf(
            'table',
            logsOf(to),
            t($ => $.doors.logs, { name: say(to) }),
          ),
          to.services.length + to.workloads.length === 0
            ? doorOf(
                'config',
                objectsOf(to.name),
                t($ => $.doors.objects),
              )
            : doorOf(
                'config',
                pageHref(to, scope, 'config'),
                t($ => $.doors.objects),
              ),
        ]
  const shown = doors.filter(door => door !== null)
  if (shown.length === 0) return null
  return (
    <section>
      <h3>{t($ => $.doors.title)}</h3>
      <nav className="why" aria-label={t($ => $.doors.title)}>
        {shown.map(({ icon, href, text }) => (
          <a key={`${href} ${text}`} href={href} onClick={goes(onGo, href)}>
            <Icon name={icon} />
            <span>{text}</span>
            <Icon name="right" small />
          </a>
        ))}
      </nav>
    </section>
  )
}

const doorOf = (icon: IconName, href: string | null, text: string): Door | null =>
  href === null ? null : { icon, href, text }

const fullName = ({ namespace, name }: Place): string => `${namespace}/${name}`

const withWords = (path: string, words: Readonly<Record<string, string | undefined>>): string => {
  const told = Object.entries(words).filter((pair): pair is [string, string] => (pair[1] ?? '') !== '')
  return told.length === 0 ? path : `${path}?${new URLSearchParams(told).toString()}`
}

/** Another namespace may be looked at than the scope says: only its time is kept. */
const timeOf = ({ at, window }: ScopeSearch) => ({ at, window })

const listOf = (path: string, namespace: string, scope: ScopeSearch): string =>
  withWords(path, { ...timeOf(scope), ns: namespace })

function pageHref(place: Place, scope: ScopeSearch, tab?: string): string | null {
  const path = pageOf(place)
  return path === null ? null : withWords(path, { ...timeOf(scope), tab })
}

/** An edge's charts are those of where it leads, of this caller only: of all its versions together. */
function chartsHref({ to, from, isEdge }: Trail, scope: ScopeSearch): string | null {
  const callers = [...(from?.workloads ?? [])].sort()
  const [of, name] = to.kind === 'service' ? (['service', to.name] as const) : (['workload', to.workloads[0]] as const)
  if (name === undefined || to.namespace === '') return null
  if (isEdge && from !== null && callers.length > 0)
    return withWords('/metrics', {
      of,
      namespace: to.namespace,
      name,
      ...(callers.length <= mostCallers ? { caller: `${from.namespace}/${callers.join(',')}` } : { split: 'caller' }),
    })
  return pageHref(to, scope, 'metrics')
}

function tracesHref({ to, from, isEdge }: Trail, scope: ScopeSearch): string | null {
  const service = to.services[0] ?? to.workloads[0]
  if (service === undefined || to.namespace === '') return null
  const caller = from?.services[0] ?? from?.workloads[0]
  return withWords('/traces', {
    ...timeOf(scope),
    service: `${service}.${to.namespace}`,
    caller: isEdge && from !== null && caller !== undefined ? `${caller}.${from.namespace}` : undefined,
  })
}

const logsOf = ({ namespace, workloads }: Place): string | null =>
  workloads.length === 0 ? null : logsHref({ namespace, workload: workloads.join(',') })

/** What is written of a host outside: ServiceEntry, VirtualService, DestinationRule name it. */
const objectsOf = (host: string): string => withWords('/config', { q: host })
