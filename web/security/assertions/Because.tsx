import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Checked } from '#shared/security/assert/assert.ts'
import type { Flow } from '#shared/security/flow.ts'
import { Rich } from '#web/ui/Rich.tsx'
import { checkHref } from '#web/security/address.ts'
import { Go } from '#web/security/Go.tsx'
import { useFactName } from '#web/security/names.ts'
import { ObjectLink } from '#web/security/ObjectLink.tsx'

/** Why it does not hold: the call that breaks it and what decided that, or the facts that nobody knows. */
export function Because(props: {
  checked: Pick<Checked, 'outcome' | 'example' | 'missing'>
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const factName = useFactName()
  const { onGo } = props
  const { outcome, example, missing } = props.checked
  if (outcome === 'holds') return null
  return (
    <div className="assertion-because t2 s12">
      {outcome === 'uncertain' && (
        <p>
          {t($ => $.assertions.missing)}{' '}
          {missing.slice(0, 5).map((fact, index) => (
            <span key={fact}>
              {index > 0 && ', '}
              <Rich text={factName(fact)} />
            </span>
          ))}
        </p>
      )}
      {example !== null && (
        <p>
          {outcome === 'broken' && t($ => $.assertions.broken)} <bdi className="mono">{callText(example.flow)}</bdi>
          {' · '}
          {t($ => $.verdict[example.verdict])}
          {example.decidedBy && (
            <>
              {' · '}
              {example.decidedBy.kind} <ObjectLink of={example.decidedBy} onGo={onGo} />
            </>
          )}{' '}
          <Go href={hrefOf(example.flow)} onGo={onGo}>
            {t($ => $.assertions.example)}
          </Go>
        </p>
      )}
    </div>
  )
}

function callText({ source, destination, http }: Flow): string {
  const place = `${destination.namespace}/${destination.workload ?? ''}`
  return [source.principal ?? '–', '→', place, http?.method, http?.path].filter(Boolean).join(' ')
}

const hrefOf = ({ source, destination, http, protocol, mtls }: Flow): string =>
  checkHref({
    from: typeof source.principal === 'string' ? `id:${source.principal}` : 'outside',
    to: `${destination.namespace}/${destination.workload ?? ''}`,
    port: typeof destination.port === 'number' ? String(destination.port) : undefined,
    protocol,
    method: http?.method ?? undefined,
    path: http?.path ?? undefined,
    mtls: mtls === false ? 'no' : undefined,
  })
