import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Finding } from '#shared/config/finding.ts'

/** Code, message, and where one can read more. */
export function FindingText({ finding }: { finding: Finding }): ReactNode {
  const { t } = useTranslation('config')
  const { documentation } = finding
  return (
    <p>
      <span className="sr">{t($ => $.object.level[finding.level])} </span>
      <span className="mono t2" title={finding.name}>
        {finding.code}
      </span>{' '}
      {finding.message}{' '}
      {documentation?.startsWith('https://') === true && (
        <a href={documentation} target="_blank" rel="noreferrer" className="nowrap">
          {t($ => $.object.documentation)}
        </a>
      )}
    </p>
  )
}

/** Evidence that the sentence has not told already. */
export const isNews =
  (message: string) =>
  (fact: string): boolean =>
    !message.includes(fact)
