import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { paramsOfRef } from '#shared/config/address.ts'
import type { ConfigRow } from '#shared/config/api.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { type AssertionsState, keptIn } from '#shared/security/assert/assertions.ts'
import { isMeshObject } from '#shared/security/landscape.ts'
import { scopeIn, type ScopeSearch, scopeSearch } from '#web/api/scope.ts'
import type { Outage } from '#web/api/outage.ts'
import { worstFindingsQuery } from '#web/config/query.ts'
import { useList } from '#web/config/view.ts'
import type { OverviewData } from '#web/overview/data.ts'
import { OverviewPage } from '#web/overview/OverviewPage.tsx'
import { assertionsHref } from '#web/security/address.ts'
import { useLiveAssertions } from '#web/security/assertions/use-live-assertions.ts'
import { fleetQuery } from '#web/proxies/query.ts'
import { type FleetSum, sumOf } from '#web/proxies/mesh/fleet.ts'
import { certificatesQuery } from '#web/security/query.ts'
import { useServices } from '#web/services/query.ts'
import { certificateEnds } from './certificate-ends.ts'
import { changesQuery, marksOf } from './lately.ts'

/** The overview with what the other rooms know: the live lists of services and configuration, and the latest changes. */
export function OverviewLive({ search, onGo }: { search: ScopeSearch; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('overview')
  const scope = scopeSearch(scopeIn(search))
  const namespaces = scope.ns ?? ''
  const services = useServices('services', scopeIn(search))
  const config = useList()
  const { skew } = services
  const certificates = useQuery(certificatesQuery)
  const fleet = useQuery(fleetQuery)
  const assertions = useLiveAssertions()
  const changes = useQuery(changesQuery(namespaces, skew))
  const told = (outage: Pick<Outage, 'source' | 'because'> | null) =>
    outage === null ? null : outage.because === '' ? t($ => $.cut) : outage.because
  const chosen = namespaces === '' ? null : new Set(namespaces.split(','))
  const rows = config.state?.rows.filter(({ ref }) => chosen === null || chosen.has(ref.namespace)) ?? null
  const worst = useQuery(worstFindingsQuery(rows, namespaces))
  const data: OverviewData = {
    skew,
    services: {
      list: services.state?.rows ?? null,
      at: services.state?.at ?? null,
      window: services.state?.window ?? 0,
      partial: services.state?.partial ?? [],
      problem: services.refusal ?? told(services.outage),
      isRefused: services.refusal !== null,
    },
    findings: {
      sums: rows === null ? null : sumOfFindings(rows),
      worst:
        worst.data?.findings.map(({ code, level, object, message }) => ({
          code,
          isError: level === 'Error',
          ref: object,
          message,
          href: hrefOf(object),
        })) ?? null,
      problem: config.refusal ?? told(config.outage) ?? worst.error?.message ?? null,
    },
    certificates: {
      list: certificates.data === undefined ? null : certificateEnds(certificates.data.certificates, chosen),
      problem: certificates.error?.message ?? null,
    },
    assertions: {
      list: assertions.state === null ? null : assertionsIn(assertions.state, chosen),
      problem: assertions.refusal ?? told(assertions.outage),
    },
    proxies: fleet.data === undefined || fleet.data.isUnheard ? null : inSync(sumOf(fleet.data)),
    changes: {
      list: changes.data === undefined ? null : marksOf(changes.data),
      problem: changes.error?.message ?? null,
    },
  }
  return <OverviewPage data={data} namespaces={namespaces} onGo={onGo} />
}

function sumOfFindings(rows: readonly ConfigRow[]): NonNullable<OverviewData['findings']['sums']> {
  const found = rows.filter(({ findings }) => findings.Error + findings.Warning + findings.Info > 0)
  const sum = (level: keyof ConfigRow['findings']) => found.reduce((all, { findings }) => all + findings[level], 0)
  return { errors: sum('Error'), warnings: sum('Warning'), infos: sum('Info'), objects: found.length }
}

/** Of the chosen namespaces. A sentence that is not understood is a matter of its own page. */
const assertionsIn = (
  { objects, standings }: AssertionsState,
  chosen: ReadonlySet<string> | null,
): NonNullable<OverviewData['assertions']['list']> =>
  keptIn(objects.filter(isMeshObject)).flatMap(({ id, object, sentence }) => {
    const standing = standings[id]
    if (standing === undefined || (chosen !== null && !chosen.has(object.metadata.namespace ?? ''))) return []
    const { outcome, since, isTurnSeen, turnedBy } = standing
    const names = turnedBy.map(({ object: { kind, namespace, name } }) =>
      namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`,
    )
    return [{ id, text: sentence.text, outcome, since, isTurnSeen, turnedBy: names, href: assertionsHref() }]
  })

const inSync = ({ synced, pods }: FleetSum) => (pods === 0 ? null : { synced, all: pods })

function hrefOf(ref: ObjectRef): string {
  const { group, kind, namespace, name } = paramsOfRef(ref)
  return `/config/${[group, kind, namespace, name].map(encodeURIComponent).join('/')}?tab=findings`
}
