import { type ReactNode, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { lifeLeft } from '#shared/mesh/certificate.ts'
import type { CertificateFact } from '#shared/security/api.ts'
import type { Identity, Issuer } from '#shared/security/posture/identities.ts'
import { useStatus } from '#web/api/use-live.ts'
import { absolute, age, none, significant } from '#web/ui/format.ts'
import type { GridColumn } from '#web/ui/grid/DataGrid.tsx'
import { HealthBadge, HealthMark } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import { matrixHref } from '#web/security/address.ts'
import { Go } from '#web/security/Go.tsx'
import { ObjectLink } from '#web/security/ObjectLink.tsx'

/** Columns of the tables of identities, certificates and issuers. */

export type IdentityRow = Identity & { id: string; until: number | null }
export type CertificateRow = CertificateFact & { id: string }
export type IssuerRow = Issuer & { id: string }

/** The soonest end first: that is what somebody has to do something about. */
export const certificateRowsOf = (facts: readonly CertificateFact[]): CertificateRow[] =>
  facts
    .map((fact, index) => ({ ...fact, id: `${fact.use} ${fact.object.namespace}/${fact.object.name} ${index}` }))
    .toSorted((a, b) => (a.until ?? -1) - (b.until ?? -1))

const workloadHref = (name: string): string => `/workloads/${name.split('/').map(encodeURIComponent).join('/')}`

type OnGo = (href: string) => void

/** The first of some names, each a link, and how many more there are. */
function Names(props: { names: readonly string[]; href: (name: string) => string; onGo: OnGo }): ReactNode {
  const [first] = props.names
  if (first === undefined) return <span className="t3">{none}</span>
  return (
    <span className="cut" title={props.names.slice(0, 40).join(', ')}>
      <Go className="mono" href={props.href(first)} onGo={props.onGo}>
        {first}
      </Go>
      {props.names.length > 1 && <span className="t3"> +{props.names.length - 1}</span>}
    </span>
  )
}

/** What is left: shape, word and time. */
export function Life({ from, until }: { from: number | null; until: number }): ReactNode {
  const { t } = useTranslation('security')
  const language = useLanguage()
  const now = useNow() + (useStatus()?.skew ?? 0)
  // An agent tells how long its certificate still holds, and not since when: Istio's own live for a day.
  const { health, left, is } = lifeLeft(from ?? until - 86_400_000, until, now)
  return (
    <span title={absolute(until, language)}>
      <HealthBadge health={health}>{t($ => $.identities.life[is], { age: age(Math.abs(left), language) })}</HealthBadge>
    </span>
  )
}

export function useIdentityColumns(onGo: OnGo): GridColumn<IdentityRow>[] {
  const { t, i18n } = useTranslation('security')
  const { language } = i18n
  return useMemo<GridColumn<IdentityRow>[]>(
    () => [
      {
        id: 'account',
        head: t($ => $.identities.column.account),
        width: 210,
        value: row => `${row.namespace}/${row.account}`,
        cell: row => <bdi className="mono cut">{`${row.namespace}/${row.account}`}</bdi>,
      },
      {
        id: 'principal',
        head: t($ => $.identities.column.spiffe),
        value: row => row.principal,
        cell: row => (
          <bdi className="mono t2 cut" title={`spiffe://${row.principal}`}>{`spiffe://${row.principal}`}</bdi>
        ),
      },
      {
        id: 'workloads',
        head: t($ => $.identities.column.workloads),
        width: 210,
        value: row => row.workloads.length,
        cell: row => <Names names={row.workloads} href={workloadHref} onGo={onGo} />,
      },
      {
        id: 'pods',
        head: t($ => $.identities.column.pods),
        width: 96,
        isNumber: true,
        value: row => row.pods,
        cell: row => (
          <span className={row.guarded < row.pods ? 'c-degraded' : ''}>
            {t($ => $.identities.guarded, { guarded: row.guarded, pods: row.pods })}
          </span>
        ),
      },
      {
        id: 'calls',
        head: t($ => $.identities.column.calls),
        width: 100,
        isNumber: true,
        value: row => row.calls,
        cell: row => (
          <Go href={matrixHref({ q: row.account, ns: row.namespace })} onGo={onGo}>
            {row.calls === 0 ? '0' : significant(Math.round(row.calls))}
          </Go>
        ),
      },
      {
        id: 'until',
        head: t($ => $.identities.column.until),
        title: t($ => $.identities.column.untilWhy),
        width: 150,
        value: row => row.until,
        cell: row =>
          row.until === null ? (
            <span className="t3">{row.guarded === 0 ? t($ => $.identities.noProxy) : t($ => $.identities.untold)}</span>
          ) : (
            <Life from={null} until={row.until} />
          ),
      },
      {
        id: 'doubts',
        head: t($ => $.identities.column.doubts),
        width: 210,
        value: row => row.doubts.length,
        cell: row =>
          row.doubts.length === 0 ? (
            <span className="t3">{none}</span>
          ) : (
            <span className="row">
              <HealthMark health="degraded" />
              <span className="cut">{row.doubts.map(doubt => t($ => $.identities.doubt[doubt])).join(', ')}</span>
            </span>
          ),
      },
    ],
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the language stands for its words
    [t, language, onGo],
  )
}

export function useCertificateColumns(onGo: OnGo): GridColumn<CertificateRow>[] {
  const { t, i18n } = useTranslation('security')
  const { language } = i18n
  return useMemo<GridColumn<CertificateRow>[]>(
    () => [
      {
        id: 'use',
        head: t($ => $.identities.column.use),
        width: 140,
        value: row => row.use,
        cell: row => t($ => $.identities.use[row.use]),
      },
      {
        id: 'names',
        head: t($ => $.identities.column.names),
        value: row => row.names[0] ?? row.hosts[0] ?? '',
        cell: row => (
          <bdi className="mono cut" title={row.names.join(', ')}>
            {row.names.length > 0 ? row.names.join(', ') : row.hosts.join(', ')}
          </bdi>
        ),
      },
      {
        id: 'until',
        head: t($ => $.identities.column.until),
        width: 170,
        value: row => row.until,
        cell: row =>
          row.trouble === null ? (
            row.until === null ? (
              <span className="t3">{none}</span>
            ) : (
              <Life from={row.from} until={row.until} />
            )
          ) : (
            <span className="row" title={row.trouble.because}>
              <HealthMark health={row.trouble.is === 'forbidden' ? 'unknown' : 'degraded'} />
              <span className="cut">{t($ => $.identities.trouble[row.trouble?.is ?? 'unanswered'])}</span>
            </span>
          ),
      },
      {
        id: 'issuer',
        head: t($ => $.identities.column.issuer),
        value: row => row.issuer,
        cell: row => (
          <bdi className="t2 cut" title={row.issuer}>
            {row.issuer === '' ? none : row.issuer}
          </bdi>
        ),
      },
      {
        id: 'kept',
        head: t($ => $.identities.column.kept),
        width: 220,
        value: row => `${row.object.namespace}/${row.object.name}`,
        cell: row => (
          <span className="cut">
            <span className="t3">{row.object.kind}</span>{' '}
            <bdi className="mono">{`${row.object.namespace}/${row.object.name}`}</bdi>
          </span>
        ),
      },
      {
        id: 'usedBy',
        head: t($ => $.identities.column.usedBy),
        width: 200,
        value: row => row.usedBy.length,
        cell: row => {
          const [first] = row.usedBy
          return first === undefined ? (
            <span className="t3">{row.use === 'root' ? t($ => $.identities.everyProxy) : none}</span>
          ) : (
            <span className="cut">
              <ObjectLink of={first} onGo={onGo} />
              {row.usedBy.length > 1 && <span className="t3"> +{row.usedBy.length - 1}</span>}
            </span>
          )
        },
      },
    ],
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the language stands for its words
    [t, language, onGo],
  )
}

export function useIssuerColumns(onGo: OnGo): GridColumn<IssuerRow>[] {
  const { t, i18n } = useTranslation('security')
  const { language } = i18n
  return useMemo<GridColumn<IssuerRow>[]>(
    () => [
      {
        id: 'issuer',
        head: t($ => $.identities.column.issuer),
        value: row => row.issuer,
        cell: row => <bdi className="mono cut">{row.issuer}</bdi>,
      },
      {
        id: 'keys',
        head: t($ => $.identities.column.keys),
        value: row => row.keys.kind,
        cell: ({ keys }) => {
          switch (keys.kind) {
            case 'inline':
              return t($ => $.identities.keys.inline, { count: keys.count })
            case 'unreadable':
              return (
                <span className="row">
                  <HealthMark health="failing" />
                  <span className="cut">{t($ => $.identities.keys.unreadable[keys.because])}</span>
                </span>
              )
            case 'fetched':
            case 'discovered':
              return (
                <span className="cut" title={keys.from}>
                  {t($ => $.identities.keys[keys.kind])} <bdi className="mono t2">{keys.from}</bdi>
                </span>
              )
          }
        },
      },
      {
        id: 'audiences',
        head: t($ => $.identities.column.audiences),
        width: 220,
        value: row => row.audiences.join(', '),
        cell: row => (
          <bdi className={row.audiences.length === 0 ? 'c-degraded' : 'mono cut'}>
            {row.audiences.length === 0 ? t($ => $.identities.anyAudience) : row.audiences.join(', ')}
          </bdi>
        ),
      },
      {
        id: 'policy',
        head: t($ => $.identities.column.policy),
        width: 240,
        value: row => `${row.policy.namespace}/${row.policy.name}`,
        cell: row => <ObjectLink of={row.policy} onGo={onGo} />,
      },
    ],
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the language stands for its words
    [t, language, onGo],
  )
}
