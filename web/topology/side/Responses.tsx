import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Detail, ResponseShare } from '#shared/topology/api.ts'
import { age, percent } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { codeWord, flagsOf, isFlag } from '#web/ui/flags.ts'

const most = 6

/** Which answers were given, as shares of all, flags in words. */
export function Responses({ detail }: { detail: Detail }): ReactNode {
  const { t } = useTranslation('side')
  const language = useLanguage()
  const { responses } = detail
  const all = responses.reduce((sum, { rate }) => sum + rate, 0)
  const isTcp = responses.length > 0 && responses.every(({ protocol }) => protocol === 'tcp')
  return (
    <section>
      <h3>
        <span>{t($ => (isTcp ? $.codesTcp : $.codes))}</span>
        <span>{t($ => $.lastWindow, { window: age(detail.window * 1000, language) })}</span>
      </h3>
      {all === 0 ? (
        <p className="t3">{t($ => $.noResponses)}</p>
      ) : (
        <>
          <div className="codes" aria-hidden="true">
            {responses.map((share, index) => (
              <i key={index} style={{ flex: share.rate / all, background: colourOf(share, index) }} />
            ))}
          </div>
          <div className="kv">
            {responses.slice(0, most).map((share, index) => (
              <Row key={index} share={share} ratio={share.rate / all} />
            ))}
          </div>
          {responses.length > most && <p className="t3 s11">{t($ => $.more, { count: responses.length - most })}</p>}
        </>
      )}
    </section>
  )
}

function Row({ share, ratio }: { share: ResponseShare; ratio: number }): ReactNode {
  const { t } = useTranslation('side')
  const { t: say } = useTranslation()
  const flags = flagsOf(share.flags)
  const tone = share.isServerError ? 'c-failing' : isCallersFault(share) ? 'c-degraded' : ''
  return (
    <>
      <span className={`mono nowrap ${tone}`}>
        {share.protocol === 'tcp' ? 'TCP' : share.protocol === 'grpc' ? `gRPC ${share.code}` : share.code}
      </span>
      <span className="t2 cut">
        {flags.map(flag => (
          <span key={flag}>
            <span className="flag">{flag}</span> {isFlag(flag) ? `${say($ => $.flags[flag])} ` : ''}
          </span>
        ))}
        {flags.length === 0 && (share.protocol === 'tcp' ? t($ => $.closed) : codeWord(share))}
      </span>
      <span className="num">{percent(ratio)}</span>
    </>
  )
}

const isCallersFault = ({ code, protocol, isServerError }: ResponseShare): boolean =>
  !isServerError && (protocol === 'http' ? code.startsWith('4') : protocol === 'grpc' && code !== '0')

/** Neighbouring errors differ a little, so that one sees that there are two kinds. */
function colourOf(share: ResponseShare, index: number): string {
  if (share.isServerError || (share.protocol === 'tcp' && flagsOf(share.flags).length > 0))
    return index % 2 === 1 ? 'var(--failing-mark)' : 'color-mix(in srgb, var(--failing-mark) 70%, var(--text-1))'
  if (isCallersFault(share)) return 'var(--degraded-mark)'
  return 'color-mix(in srgb, var(--healthy-mark) 75%, var(--surface-1))'
}
