import type { ReactNode } from 'react'
import { type LinePair, pairLines } from '#web/config/editor/lines.ts'

/** Lines around a change that are shown with it. */
const around = 3

/** Two texts as one, with what goes and what comes. */
export function TextDiff({ before, after }: { before: string; after: string }): ReactNode {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is scrolled by keyboard too
    <pre className="text-diff" tabIndex={0}>
      {shortened(pairLines(before, after)).map((pair, index) => {
        if (pair === null) return <Line key={index} sign=" " text="⋯" />
        if (pair.left === pair.right) return <Line key={index} sign=" " text={pair.left ?? ''} />
        return (
          <span key={index}>
            {pair.left !== null && <Line sign="-" text={pair.left} />}
            {pair.right !== null && <Line sign="+" text={pair.right} />}
          </span>
        )
      })}
    </pre>
  )
}

const classOf = { '-': 'is-gone', '+': 'is-new', ' ': '' }

function Line({ sign, text }: { sign: '-' | '+' | ' '; text: string }): ReactNode {
  return (
    <span className={classOf[sign]}>
      {sign} {text}
      {'\n'}
    </span>
  )
}

/** Long stretches in which nothing differs become one line. */
export function shortened(pairs: readonly LinePair[]): (LinePair | null)[] {
  const isNear = pairs.map((_, index) =>
    pairs.slice(Math.max(0, index - around), index + around + 1).some(({ left, right }) => left !== right),
  )
  return pairs.flatMap((pair, index) => (isNear[index] ? [pair] : isNear[index - 1] || index === 0 ? [null] : []))
}
