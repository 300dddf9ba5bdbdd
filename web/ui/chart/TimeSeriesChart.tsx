import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { exactClock } from '#web/ui/format.ts'
import type { Line, Span } from './chart.ts'
import type { Chart } from './engine.ts'
import type { Ink } from './ink.ts'
import { timeNumbers, type TimePicture, timeOption, timeShape } from './time-option.ts'
import { type Room, useChart } from './use-chart.ts'
import { useDrag } from './use-drag.ts'
import './chart.css'

/**
 * Lines over time. Dragging across it asks for that span; with the keyboard, arrows walk the crosshair. What stands
 * under it is said in words too, and all of it in the table of its panel.
 */
export function TimeSeriesChart(
  props: TimePicture & {
    /** Its accessible name: what is drawn. */
    name: string
    height?: number
    /** Charts of one group share their crosshair. */
    group?: string
    onZoom?: (span: Span) => void
    onExemplar?: (traceId: string) => void
  },
): ReactNode {
  const { lines, span, format, marks, thresholds, exemplars, isStacked, max, group = null } = props
  const host = useRef<HTMLDivElement>(null)
  const picture = useMemo(
    (): TimePicture => ({
      lines,
      span,
      format,
      ...(marks === undefined ? {} : { marks }),
      ...(thresholds === undefined ? {} : { thresholds }),
      ...(exemplars === undefined ? {} : { exemplars }),
      ...(isStacked === undefined ? {} : { isStacked }),
      ...(max === undefined ? {} : { max }),
    }),
    [lines, span, format, marks, thresholds, exemplars, isStacked, max],
  )
  const option = useCallback((ink: Ink) => timeOption(picture, ink), [picture])
  const numbers = useMemo(
    () => ({
      shape: timeShape(picture),
      room: (drawn: Chart) => roomOf(drawn, picture.span),
      option: (room: Room) => timeNumbers(picture, room),
    }),
    [picture],
  )
  const chart = useChart(host, option, group, numbers)
  const { onZoom, onExemplar } = props
  useEffect(() => {
    if (chart === null) return
    const pressed = (event: unknown) => {
      const id = (event as { data?: { traceId?: unknown } }).data?.traceId
      if (typeof id === 'string') onExemplar?.(id)
    }
    chart.on('click', pressed)
    return () => {
      if (!chart.isDisposed()) chart.off('click', pressed)
    }
  }, [chart, onExemplar])
  const drag = useDrag(({ from, to }) => {
    if (chart === null) return
    const at = (pixel: number) =>
      Math.min(span.to, Math.max(span.from, chart.convertFromPixel({ xAxisIndex: 0 }, pixel)))
    if (at(to) > at(from)) onZoom?.({ from: at(from), to: at(to) })
  })

  const [at, setAt] = useState<number | null>(null)
  const times = lines[0]?.times ?? []
  const walk = (event: KeyboardEvent) => {
    const to = step(event.key, at ?? -1, times.length)
    if (to === null || chart === null) return
    event.preventDefault()
    setAt(to)
    chart.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: to })
  }
  const shown = at ?? times.length - 1
  return (
    <div
      className={onZoom === undefined ? 'chart' : 'chart is-zoomable'}
      role="slider"
      aria-label={props.name}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, times.length - 1)}
      aria-valuenow={Math.max(0, shown)}
      aria-valuetext={said(lines, shown, format)}
      tabIndex={0}
      style={{ height: props.height ?? 160 }}
      onKeyDown={event => (event.key === 'Escape' ? drag.cancel() : walk(event))}
      {...(onZoom !== undefined && { onPointerDown: drag.begin })}
      onBlur={() => chart?.dispatchAction({ type: 'hideTip' })}
    >
      <div className="chart-canvas" ref={host} aria-hidden="true" />
      {drag.over !== null && (
        <span className="chart-drag" style={{ left: drag.over.from, width: drag.over.to - drag.over.from }} />
      )}
    </div>
  )
}

/** A moment of the chart in words: `14:21:00, v1 21.8 /s, v2 2.40 /s`. */
function said(lines: readonly Line[], at: number, format: (value: number) => string): string {
  const time = lines[0]?.times[at]
  if (time === undefined) return ''
  const values = lines.flatMap(({ name, values, times }) => {
    const value = values[times.indexOf(time)] ?? null
    return value === null ? [] : [`${name} ${format(value)}`]
  })
  return [exactClock(time), ...values].join(', ')
}

const roomOf = (chart: Chart, { from }: Span): Room => ({ left: chart.convertToPixel({ xAxisIndex: 0 }, from) })

function step(key: string, from: number, count: number): number | null {
  if (count === 0) return null
  const steps: Record<string, number> = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: count - 1 }
  const to = steps[key]
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to))
}
