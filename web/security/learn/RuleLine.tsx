import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { LearnedRule } from '#shared/security/learn/rules.ts'
import { record, records, texts } from '#shared/security/read.ts'
import { count } from '#web/security/replay/count.ts'

/** Who may do what, and why the rule is there. */
export function RuleLine({ rule: { rule, why, isWide, requests } }: { rule: LearnedRule }): ReactNode {
  const { t } = useTranslation('security')
  const callers = records(rule['from']).flatMap(from => texts(record(from['source'])['principals']))
  const operations = records(rule['to']).map(to => record(to['operation']))
  const isSeen = why === 'seen' || why === 'admitted'
  return (
    <span className="learn-rule">
      <span>
        {callers.length === 0 ? <span className="t2">{t($ => $.learn.anybody)}</span> : null}
        {callers.map(principal => (
          <bdi key={principal} className="mono" title={principal}>
            {shortOf(principal)}
          </bdi>
        ))}
      </span>
      <span className="mono t2">
        {operations.length === 0 ? <span>{t($ => $.learn.anything)}</span> : null}
        {operations.map(operation => (
          <span key={JSON.stringify(operation)}>{operationText(operation)}</span>
        ))}
      </span>
      <span className="t3 s11">
        {isSeen ? t($ => $.learn.times, { count: Math.ceil(requests), requests: count(requests) }) : null}
        {why === 'seen' ? null : <span className="badge line">{t($ => $.learn.why[why])}</span>}
        {isSeen ? null : ` ${t($ => $.learn.whyHelp)}`}
        {isWide && operations.length === 0 ? <span> {t($ => $.learn.wide)}</span> : null}
      </span>
    </span>
  )
}

/** The trust domain is the mesh's own for nearly all; the whole of it is in the title and in the manifest. */
const shortOf = (principal: string): string => principal.replace(/^[^/]*\/ns\/([^/]+)\/sa\/([^/]+)$/, '$1/$2')

const operationText = (operation: Record<string, unknown>): string =>
  [
    ...texts(operation['methods']),
    ...texts(operation['ports']).map(port => `:${port}`),
    ...texts(operation['paths']),
  ].join(' ')
