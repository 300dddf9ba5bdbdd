import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Certificates } from '#shared/security/api.ts'
import { identitiesOf, issuersIn } from '#shared/security/posture/identities.ts'
import { namespacesIn } from '#web/api/scope.ts'
import { problemFrom } from '#web/api/call.ts'
import { DataGrid } from '#web/ui/grid/DataGrid.tsx'
import { Segmented } from '#web/ui/Segmented.tsx'
import { Frame, overIn } from '#web/security/Frame.tsx'
import {
  type CertificateRow,
  certificateRowsOf,
  type IdentityRow,
  type IssuerRow,
  useCertificateColumns,
  useIdentityColumns,
  useIssuerColumns,
} from './identity-columns.tsx'
import { certificatesQuery, useSecurity } from '#web/security/query.ts'
import { type PageProps, wordIn } from '#web/security/search.ts'

const views = ['identities', 'certificates', 'issuers'] as const
type View = (typeof views)[number]

/** Who can prove who they are, with what, and until when. */
export function IdentitiesPage(props: PageProps): ReactNode {
  const { t } = useTranslation('security')
  const { search, onSearch } = props
  const security = useSecurity(overIn(search))
  const certificates = useQuery(certificatesQuery)
  const view: View = views.find(each => each === search['view']) ?? 'identities'
  const counts = useRows(security, certificates.data, props)
  const problem = certificates.error === null ? null : problemFrom(certificates.error).detail
  return (
    <Frame {...props} page="identities" security={security}>
      <div className="identities">
        <div className="row identities-bar">
          <Segmented<View>
            name={t($ => $.identities.show)}
            value={view}
            choices={views.map(value => ({
              value,
              label: `${t($ => $.identities.view[value])} ${counts[value].length}`,
            }))}
            onChoose={value => onSearch({ view: value === 'identities' ? undefined : value, sort: undefined })}
          />
          <span className="grow" />
          <span className="t2 s12">
            {t($ => $.identities.domain)} <bdi className="mono">{security.settings?.trustDomain}</bdi>
            {(security.settings?.trustDomainAliases ?? []).length > 0 && (
              <span className="t3">
                {' '}
                {t($ => $.identities.aliases)}{' '}
                <bdi className="mono">{security.settings?.trustDomainAliases.join(', ')}</bdi>
              </span>
            )}
          </span>
        </div>
        <Told view={view} certificates={certificates.data} problem={problem} />
        <Grid view={view} rows={counts} page={props} isReading={certificates.isPending} />
      </div>
    </Frame>
  )
}

interface Rows {
  identities: readonly IdentityRow[]
  certificates: readonly CertificateRow[]
  issuers: readonly IssuerRow[]
}

function useRows(
  { workloads, flows, objects, settings }: ReturnType<typeof useSecurity>,
  certificates: Certificates | undefined,
  { search }: PageProps,
): Rows {
  const trustDomain = settings?.trustDomain
  const seen = flows?.flows
  const scope = namespacesIn(search['ns']).join()
  const identities = useMemo(() => {
    const ends = new Map((certificates?.workloads ?? []).map(one => [`${one.namespace}/${one.name}`, one.until]))
    return trustDomain === undefined
      ? []
      : identitiesOf(workloads, seen ?? [], trustDomain).map((identity): IdentityRow => {
          const own = identity.workloads.map(name => ends.get(name)).filter(end => end !== undefined)
          return { ...identity, id: identity.principal, until: own.length === 0 ? null : Math.min(...own) }
        })
  }, [workloads, seen, trustDomain, certificates?.workloads])
  const facts = certificates?.certificates
  const kept = useMemo(() => certificateRowsOf(facts ?? []), [facts])
  const issuers = useMemo(
    () => issuersIn(objects).map((issuer, index): IssuerRow => ({ ...issuer, id: `${index} ${issuer.issuer}` })),
    [objects],
  )
  return useMemo(() => {
    const wanted = scope === '' ? null : new Set(scope.split(','))
    const within = (namespace: string) => wanted === null || wanted.has(namespace)
    return {
      identities: identities.filter(({ namespace }) => within(namespace)),
      certificates: kept.filter(({ use, object }) => use === 'root' || within(object.namespace)),
      issuers: issuers.filter(({ policy }) => within(policy.namespace)),
    }
  }, [identities, kept, issuers, scope])
}

/** What stands above a table: what is not known, and what istiod says of key sets. */
function Told(props: { view: View; certificates: Certificates | undefined; problem: string | null }): ReactNode {
  const { t } = useTranslation('security')
  const { view, certificates, problem } = props
  const notes = [
    ...(problem === null ? [] : [t($ => $.identities.failing, { because: problem })]),
    ...(view === 'issuers' ? [] : (certificates?.partial ?? [])),
  ]
  const keySets = certificates?.keySets ?? null
  return (
    <div className="identities-notes" role="status">
      {notes.map(note => (
        <p key={note} className="note degraded">
          {note}
        </p>
      ))}
      {view === 'issuers' && (
        <p className="t2 s12">
          {keySets === null
            ? t($ => $.identities.keySetsUntold)
            : t($ => $.identities.keySets, { fetched: keySets.fetched, failed: keySets.failed })}
        </p>
      )}
      {view === 'identities' && <p className="t2 s12">{t($ => $.identities.lead)}</p>}
    </div>
  )
}

function Grid(props: { view: View; rows: Rows; page: PageProps; isReading: boolean }): ReactNode {
  const { t } = useTranslation('security')
  const { view, rows } = props
  const { search, onSearch, onGo } = props.page
  const identities = useIdentityColumns(onGo)
  const certificates = useCertificateColumns(onGo)
  const issuers = useIssuerColumns(onGo)
  const common = {
    name: t($ => $.identities.view[view]),
    sort: wordIn(search, 'sort') === '' ? undefined : wordIn(search, 'sort'),
    onSort: (sort: string | undefined) => onSearch({ sort }),
    selected: wordIn(search, 'open'),
    onSelect: (id: string) => onSearch({ open: id === search['open'] ? undefined : id }),
  }
  if (rows[view].length === 0)
    return (
      <p className="t2 identities-none" role="status">
        {view === 'certificates' && props.isReading ? t($ => $.identities.reading) : t($ => $.identities.none[view])}
      </p>
    )
  switch (view) {
    case 'identities':
      return <DataGrid {...common} rows={rows.identities} columns={identities} />
    case 'certificates':
      return <DataGrid {...common} rows={rows.certificates} columns={certificates} />
    case 'issuers':
      return <DataGrid {...common} rows={rows.issuers} columns={issuers} />
  }
}
