import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { markOf } from '#web/config/FindingCounts.tsx'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { FindingText } from './FindingText.tsx'
import type { TextLine } from './text.ts'

/** Lines of one block, which the browser leaves out of layout while it is out of sight. */
const block = 100

export const lineId = (line: number): string => `line-${line}`

/** The text of an object with numbered lines, and under a line what was found there. Read only. */
export function ObjectText({ lines }: { lines: readonly TextLine[] }): ReactNode {
  const { t } = useTranslation('config')
  const blocks = Array.from({ length: Math.ceil(lines.length / block) }, (_, index) =>
    lines.slice(index * block, (index + 1) * block),
  )
  const digits = String(lines.length).length
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
    <div className="object-text" role="region" aria-label={t($ => $.object.text)} tabIndex={0}>
      {blocks.map(each => (
        <div
          key={each[0]?.number}
          className="block"
          style={{ containIntrinsicBlockSize: `auto ${each.length * 18}px` }}
        >
          {each.map(line => (
            <Line key={line.number} line={line} digits={digits} />
          ))}
        </div>
      ))}
    </div>
  )
}

function Line({ line, digits }: { line: TextLine; digits: number }): ReactNode {
  const { t } = useTranslation('config')
  const [worst] = line.findings
  const mark = worst === undefined ? null : markOf[worst.level]
  return (
    <>
      <div id={lineId(line.number)} className={mark === null ? 'line' : `line is-${mark}`} tabIndex={-1}>
        <span className="gutter">{mark !== null && <HealthMark health={mark} />}</span>
        {/* Not text: a copied piece of YAML has no numbers in it. */}
        <span className="line-number" data-line={line.number} style={{ width: `${digits}ch` }} />
        <code>
          {line.pieces.map((piece, index) => (
            <span key={index} className={piece.kind ?? (piece.text.trim() === '' ? undefined : 'plain')}>
              {piece.text}
            </span>
          ))}
        </code>
      </div>
      {line.findings.map((finding, index) => (
        <div key={index} className={`at-line is-${markOf[finding.level]}`}>
          <span className="sr">{t($ => $.object.line, { line: line.number })} </span>
          <FindingText finding={finding} />
        </div>
      ))}
    </>
  )
}
