import type { CSSProperties, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { serviceParts } from '#shared/traces/service.ts'
import { cutMiddle, duration } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { callOf } from './envoy.ts'
import { drawn, type Model, type Window } from './model.ts'

const none: [] = []
const part = (share: number): string => `${(share * 100).toFixed(3)}%`
export const toneOf = (model: Model, service: string): string =>
  `var(--series-${((model.tones.get(service) ?? 0) % 8) + 1})`

/** One span: its name at its depth, its time as a bar, and where the whole waited for it. */
export function Row(props: {
  id: string
  model: Model
  index: number
  /** Place among the rows, from 1. */
  place: number
  window: Window
  isActive: boolean
  isSelected: boolean
  isMatch: boolean
  isFolded: boolean
  onSelect: (index: number) => void
  onFold: (index: number) => void
}): ReactNode {
  const { t } = useTranslation('traces')
  const { model, index, window } = props
  const each = model.tree.spans[index]
  if (each === undefined) return null
  const { span, depth, children, start, end, oddities } = each
  const isHidden = span.isHidden === true
  const hasChildren = children.length > 0
  const name = isHidden ? t($ => $.notYours) : serviceParts(span.service).app
  const classes = ['tr-row']
  if (span.isError) classes.push('err')
  if (props.isActive) classes.push('active')
  if (props.isSelected) classes.push('on')
  if (props.isMatch) classes.push('match')
  if (props.place % 2 === 0) classes.push('even')
  const style = { '--c': isHidden ? 'var(--unknown-mark)' : toneOf(model, span.service) } as CSSProperties
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are the tree's: its active row hears them
    <div
      id={props.id}
      role="row"
      className={classes.join(' ')}
      style={style}
      aria-rowindex={props.place}
      aria-level={depth + 1}
      aria-expanded={hasChildren ? !props.isFolded : undefined}
      aria-selected={props.isSelected}
      onClick={event => {
        const isFold = hasChildren && (event.target as Element).closest('.tw') !== null
        if (isFold) props.onFold(index)
        else props.onSelect(index)
      }}
    >
      <div role="gridcell" className="nm" style={{ paddingLeft: 10 + Math.min(depth, 14) * 15 }}>
        <span className="tw">{hasChildren && <Icon name={props.isFolded ? 'right' : 'down'} small />}</span>
        <i className="sw" />
        <span className={isHidden ? 't3' : 'mono med'} title={isHidden ? t($ => $.notYoursTitle) : span.service}>
          {cutMiddle(name, 34)}
        </span>
        {span.isError && (
          <>
            <HealthMark health="failing" />
            <span className="sr">{t($ => $.trace.error)}</span>
          </>
        )}
        {oddities.length > 0 && (
          <span className="odd" title={oddities.map(oddity => oddityText(t, oddity, each.shift)).join('\n')}>
            <HealthMark health="degraded" />
          </span>
        )}
        <span className="t3 cut" title={span.operation}>
          {callOf(span)}
        </span>
      </div>
      <div role="gridcell" className="tl">
        <Bar start={start} end={end} window={window} />
        {drawn(model.segments.get(index) ?? none, window).map(({ left, width }) => (
          <span key={left} className="cp" style={{ left: part(left), width: part(width) }} />
        ))}
        <Length start={start} end={end} window={window} />
      </div>
    </div>
  )
}

type Say = ReturnType<typeof useTranslation<'traces'>>['t']
export const oddityText = (t: Say, oddity: Model['tree']['spans'][number]['oddities'][number], shift: number): string =>
  t($ => $.trace.oddity[oddity], { duration: duration(Math.abs(shift) / 1000) })

interface Stretch {
  start: number
  end: number
  window: Window
}

function Bar({ start, end, window: { from, to } }: Stretch): ReactNode {
  const length = Math.max(1, to - from)
  if (end < from || start > to) return null
  const left = Math.max(0, (start - from) / length)
  const right = Math.min(1, (end - from) / length)
  return <span className="bar2" style={{ left: part(left), width: part(Math.max(0, right - left)) }} />
}

/** How long it took: beside its bar where there is room, else in it. */
function Length({ start, end, window: { from, to } }: Stretch): ReactNode {
  const length = Math.max(1, to - from)
  const [left, right] = [(start - from) / length, (end - from) / length]
  const text = duration((end - start) / 1000)
  if (right < 0 || left > 1) return null
  if (right < 0.86)
    return (
      <span className="dl" style={{ left: part(Math.max(0, right)) }}>
        {text}
      </span>
    )
  if (left > 0.14)
    return (
      <span className="dl before" style={{ right: part(1 - left) }}>
        {text}
      </span>
    )
  return (
    <span className="dl in" style={{ left: part(Math.max(0, left)) }}>
      {text}
    </span>
  )
}
