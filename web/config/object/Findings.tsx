import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { type Finding, findingRank } from '#shared/config/finding.ts'
import { markOf } from '#web/config/FindingCounts.tsx'
import { cutMiddle } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { FindingText, isNews } from './FindingText.tsx'
import { lineId } from './ObjectText.tsx'
import { findingLine, type TextLine } from './text.ts'

/** All that is wrong with the object, worst first; each leads to its line. */
export function Findings({ findings, lines }: { findings: readonly Finding[]; lines: readonly TextLine[] }): ReactNode {
  const { t } = useTranslation('config')
  const ordered = findings.toSorted((a, b) => findingRank[b.level] - findingRank[a.level])
  return (
    <section>
      <h2>
        {t($ => $.object.findings)} {findings.length > 0 && <span className="count">{findings.length}</span>}
      </h2>
      {findings.length === 0 && <p className="t3">{t($ => $.object.noFindings)}</p>}
      <ul className="finding-list">
        {ordered.map((finding, index) => {
          const line = findingLine(lines, finding)
          const evidence = (finding.evidence ?? []).filter(isNews(finding.message))
          return (
            <li key={index}>
              <div className="row">
                <HealthBadge health={markOf[finding.level]}>{t($ => $.object.level[finding.level])}</HealthBadge>
                <span className="grow" />
                {line === null ? (
                  <span className="t3 s11">{t($ => $.object.wholeObject)}</span>
                ) : (
                  <button type="button" className="link s11" onClick={() => show(line)}>
                    {t($ => $.object.goToLine, { line })}
                  </button>
                )}
              </div>
              <FindingText finding={finding} />
              {finding.path !== undefined && (
                <p className="mono t3" title={finding.path}>
                  {cutMiddle(finding.path, 80)}
                </p>
              )}
              {evidence.length > 0 && (
                <ul className="evidence" aria-label={t($ => $.object.evidence)}>
                  {evidence.map((fact, place) => (
                    <li key={place}>{fact}</li>
                  ))}
                </ul>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function show(line: number): void {
  const element = document.getElementById(lineId(line))
  element?.scrollIntoView({ block: 'center' })
  element?.focus({ preventScroll: true })
}
