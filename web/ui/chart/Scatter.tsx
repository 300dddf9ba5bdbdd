import { type ReactNode, useCallback, useEffect, useRef } from 'react'
import { exactClock } from '#web/ui/format.ts'
import { axisText } from './axis-text.ts'
import type { Span } from './chart.ts'
import type { Option } from './engine.ts'
import type { Ink } from './ink.ts'
import { timeAxis } from './time-option.ts'
import { useChart } from './use-chart.ts'
import './chart.css'

export interface Dot {
  id: string
  name: string
  at: number
  value: number
  /** How much there is of it: the area of the dot. */
  weight: number
  isFailing: boolean
}

export interface ScatterPicture {
  dots: readonly Dot[]
  span: Span
  selected: readonly string[]
  format: (value: number) => string
}

const sizeOf = (weight: number): number => Math.min(26, 5 + Math.sqrt(weight) * 1.2)

/** Pure. Failing dots are diamonds of the failing colour, chosen ones have a rim of the accent. */
export function scatterOption({ dots, span, selected, format }: ScatterPicture, ink: Ink): Option {
  const chosen = new Set(selected)
  const series = (id: string, isFailing: boolean) => ({
    id,
    type: 'scatter',
    symbol: isFailing ? 'diamond' : 'circle',
    large: false,
    color: isFailing ? ink.failing : ink.series[3],
    data: dots
      .filter(dot => dot.isFailing === isFailing)
      .map(dot => ({
        value: [dot.at, dot.value],
        dot,
        symbolSize: sizeOf(dot.weight) * (isFailing ? 1.25 : 1),
        itemStyle: chosen.has(dot.id)
          ? { opacity: 1, borderColor: ink.accent, borderWidth: 2.5 }
          : { opacity: 0.72, borderColor: ink.ground, borderWidth: 0.5 },
      })),
  })
  return {
    animation: false,
    textStyle: { fontFamily: ink.font, fontSize: 10.5, color: ink.dim },
    grid: { left: 4, right: 14, top: 12, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: timeAxis(span, ink),
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 4,
      axisLabel: { color: ink.dim, fontSize: 10.5, formatter: (value: number) => axisText(format(value)) },
      splitLine: { lineStyle: { color: ink.grid } },
    },
    tooltip: {
      confine: true,
      transitionDuration: 0,
      backgroundColor: ink.ground,
      borderColor: ink.grid,
      padding: [6, 8],
      textStyle: { color: ink.text, fontSize: 11, fontFamily: ink.font },
      formatter: (given: unknown) => {
        const { dot } = (given as { data: { dot: Dot } }).data
        const box = document.createElement('div')
        box.textContent = `${dot.name} · ${format(dot.value)} · ${exactClock(dot.at)}`
        return box
      },
    },
    series: [series('fine', false), series('failing', true)],
  }
}

/** Dots of a time and a value. The same things stand in a table beside it, which is the way without a mouse. */
export function Scatter(
  props: ScatterPicture & { name: string; height?: number; onChoose: (id: string) => void },
): ReactNode {
  const { dots, span, selected, format, onChoose } = props
  const host = useRef<HTMLDivElement>(null)
  const option = useCallback(
    (ink: Ink) => scatterOption({ dots, span, selected, format }, ink),
    [dots, span, selected, format],
  )
  const chart = useChart(host, option, null)
  useEffect(() => {
    if (chart === null) return
    const pressed = (event: unknown) => {
      const { dot } = (event as { data?: { dot?: Dot } }).data ?? {}
      if (dot !== undefined) onChoose(dot.id)
    }
    chart.on('click', pressed)
    return () => {
      if (!chart.isDisposed()) chart.off('click', pressed)
    }
  }, [chart, onChoose])
  return (
    <div className="chart" role="img" aria-label={props.name} style={{ height: props.height ?? 200 }}>
      <div className="chart-canvas" ref={host} aria-hidden="true" />
    </div>
  )
}
