import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { cutMiddle, percent } from '#web/ui/format.ts'
import { Lock } from '#web/ui/Lock.tsx'

/** `mTLS 🔒 100 % of requests`. */
export function MtlsFact({ ratio, isTcp }: { ratio: number | null; isTcp: boolean }): ReactNode {
  const { t } = useTranslation('side')
  return (
    <>
      <span className="t3">{t($ => $.mtls)}</span>
      <span className="row both" style={{ gap: 5 }}>
        <Lock ratio={ratio} />
        <span className={ratio === 0 ? 'c-degraded' : ''}>
          {ratio === null
            ? t($ => $.mtlsUnknown)
            : ratio === 0
              ? t($ => $.plaintextOnly)
              : t($ => (isTcp ? $.ofConnections : $.ofRequests), { share: percent(ratio) })}
        </span>
      </span>
    </>
  )
}

const most = 4

/** Who called, as the destination proved it: `spiffe://…/shop/sa/checkout`. */
export function CallersFact({ principals }: { principals: readonly string[] }): ReactNode {
  const { t } = useTranslation('side')
  return (
    <>
      <span className="t3" style={{ alignSelf: 'start' }}>
        {t($ => (principals.length > 1 ? $.callers : $.caller))}
      </span>
      <span className="both">
        {principals.length === 0 && <span className="t2">{t($ => $.noPrincipal)}</span>}
        {principals.slice(0, most).map(principal => (
          <span key={principal} className="mono cut" style={{ display: 'block' }} title={principal}>
            {shortPrincipal(principal)}
          </span>
        ))}
        {principals.length > most && (
          <span className="t3 s11" title={principals.slice(most).join('\n')}>
            {t($ => $.more, { count: principals.length - most })}
          </span>
        )}
      </span>
    </>
  )
}

export function Fact({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <>
      <span className="t3">{name}</span>
      <span className="both cut">{children}</span>
    </>
  )
}

/** `spiffe://cluster.local/ns/shop/sa/checkout` → `spiffe://…/shop/sa/checkout`: the end is what tells callers apart. */
const shortPrincipal = (principal: string): string =>
  cutMiddle(principal.replace(/^spiffe:\/\/[^/]+\/ns\//, 'spiffe://…/'), 36)
