import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { exactClock } from '#web/ui/format.ts'
import type { Line, Span } from './chart.ts'
import type { Chart } from './engine.ts'
import type { Ink } from './ink.ts'
import { type TimePicture, timeOption } from './time-option.ts'
import { useChart } from './use-chart.ts'
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
  const option = useCallback(
    (ink: Ink) =>
      timeOption(
        {
          lines,
          span,
          format,
          ...(marks === undefined ? {} : { marks }),
          ...(thresholds === undefined ? {} : { thresholds }),
          ...(exemplars === undefined ? {} : { exemplars }),
          ...(isStacked === undefined ? {} : { isStacked }),
          ...(max === undefined ? {} : { max }),
        },
        ink,
      ),
    [lines, span, format, marks, thresholds, exemplars, isStacked, max],
  )
  const chart = useChart(host, option, group, takesDrags)
  const { onZoom, onExemplar } = props
  useEffect(() => {
    if (chart === null) return
    const zoomed = (event: unknown) => {
      const span = spanOf(event)
      if (span === null) return
      // The address says what is shown; the chart itself stays unzoomed.
      chart.dispatchAction({ type: 'dataZoom', start: 0, end: 100 })
      onZoom?.(span)
    }
    const pressed = (event: unknown) => {
      const id = (event as { data?: { traceId?: unknown } }).data?.traceId
      if (typeof id === 'string') onExemplar?.(id)
    }
    chart.on('datazoom', zoomed)
    chart.on('click', pressed)
    return () => {
      if (chart.isDisposed()) return
      chart.off('datazoom', zoomed)
      chart.off('click', pressed)
    }
  }, [chart, onZoom, onExemplar])

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
      className="chart"
      role="slider"
      aria-label={props.name}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, times.length - 1)}
      aria-valuenow={Math.max(0, shown)}
      aria-valuetext={said(lines, shown, format)}
      tabIndex={0}
      style={{ height: props.height ?? 160 }}
      onKeyDown={walk}
      onBlur={() => chart?.dispatchAction({ type: 'hideTip' })}
    >
      <div className="chart-canvas" ref={host} aria-hidden="true" />
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

/** The library's own way to mark a span by dragging, without its buttons. */
function takesDrags(chart: Chart): void {
  chart.setOption({
    toolbox: { show: true, itemSize: 0, left: -100, feature: { dataZoom: { yAxisIndex: 'none' } } },
  })
  chart.dispatchAction({ type: 'takeGlobalCursor', key: 'dataZoomSelect', dataZoomSelectActive: true })
}

function spanOf(event: unknown): Span | null {
  const [first] = (event as { batch?: { startValue?: unknown; endValue?: unknown }[] }).batch ?? []
  const { startValue: from, endValue: to } = first ?? {}
  return typeof from === 'number' && typeof to === 'number' && to > from ? { from, to } : null
}

function step(key: string, from: number, count: number): number | null {
  if (count === 0) return null
  const steps: Record<string, number> = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: count - 1 }
  const to = steps[key]
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to))
}
