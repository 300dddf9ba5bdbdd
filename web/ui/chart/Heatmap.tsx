import { type ReactNode, useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { exactClock } from '#web/ui/format.ts'
import type { Option } from './engine.ts'
import type { Ink } from './ink.ts'
import { useChart } from './use-chart.ts'
import './chart.css'

/** How often something of a size happened at a time: one cell. */
export interface HeatCell {
  /** Into `times` and `buckets`. */
  time: number
  bucket: number
  count: number
}

export interface HeatPicture {
  /** Ends of the steps, ascending, milliseconds since the epoch. */
  times: readonly number[]
  /** What each row is called, smallest first: `≤ 25 ms`. */
  buckets: readonly string[]
  cells: readonly HeatCell[]
  /** A count as people read it. */
  format: (count: number) => string
}

/** Pure: the same picture and ink give the same option. Counts are coloured by their logarithm, so that the few slow ones are seen. */
export function heatOption({ times, buckets, cells, format }: HeatPicture, ink: Ink): Option {
  const most = Math.max(0, ...cells.map(({ count }) => count))
  return {
    animation: false,
    textStyle: { fontFamily: ink.font, fontSize: 10.5, color: ink.dim },
    grid: { left: 4, right: 10, top: 8, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    xAxis: {
      type: 'category',
      data: times.map(exactClock),
      axisLine: { lineStyle: { color: ink.grid } },
      axisTick: { show: false },
      axisLabel: { color: ink.dim, fontSize: 10.5, hideOverlap: true },
    },
    yAxis: {
      type: 'category',
      data: [...buckets],
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: ink.dim, fontSize: 10.5, hideOverlap: true },
    },
    visualMap: {
      show: false,
      min: 0,
      max: Math.log1p(most) || 1,
      dimension: 2,
      inRange: { color: [...ink.heat] },
    },
    tooltip: {
      confine: true,
      transitionDuration: 0,
      backgroundColor: ink.ground,
      borderColor: ink.grid,
      padding: [6, 8],
      textStyle: { color: ink.text, fontSize: 11, fontFamily: ink.font },
      formatter: (given: unknown) => {
        const { data } = given as { data: { cell: HeatCell } }
        const { time, bucket, count } = data.cell
        const box = document.createElement('div')
        box.textContent = `${exactClock(times[time] ?? 0)} · ${buckets[bucket] ?? ''} · ${format(count)}`
        return box
      },
    },
    series: [
      {
        id: 'heat',
        type: 'heatmap',
        progressive: 4000,
        itemStyle: { borderWidth: 1, borderColor: ink.ground },
        emphasis: { itemStyle: { borderColor: ink.accent, borderWidth: 2 } },
        data: cells
          .filter(({ count }) => count > 0)
          .map(cell => ({ value: [cell.time, cell.bucket, Math.log1p(cell.count)], cell })),
      },
    ],
  }
}

/** Cells that open what is behind them; arrows walk from cell to cell, Enter opens. */
export function Heatmap(
  props: HeatPicture & {
    name: string
    height?: number
    /** How a cell is told to who does not see it. */
    describe: (cell: HeatCell) => string
    onOpen: (cell: HeatCell) => void
  },
): ReactNode {
  const { times, buckets, cells, format, onOpen } = props
  const host = useRef<HTMLSpanElement>(null)
  const option = useCallback(
    (ink: Ink) => heatOption({ times, buckets, cells, format }, ink),
    [times, buckets, cells, format],
  )
  const chart = useChart(host, option, null)
  useEffect(() => {
    if (chart === null) return
    const pressed = (event: unknown) => {
      const { cell } = (event as { data?: { cell?: HeatCell } }).data ?? {}
      if (cell !== undefined) onOpen(cell)
    }
    chart.on('click', pressed)
    return () => {
      if (!chart.isDisposed()) chart.off('click', pressed)
    }
  }, [chart, onOpen])
  const filled = cells.filter(({ count }) => count > 0)
  const [at, setAt] = useState<HeatCell | null>(null)
  const walk = (event: KeyboardEvent) => {
    const next = neighbour(filled, at, event.key)
    if (next === null) return
    event.preventDefault()
    setAt(next)
    chart?.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: filled.indexOf(next) })
  }
  return (
    <>
      <button
        type="button"
        className="chart"
        aria-label={props.name}
        style={{ height: props.height ?? 200 }}
        onKeyDown={walk}
        onClick={event => {
          // A press of Enter or space: the canvas hears the mouse itself.
          if (event.detail === 0 && at !== null) onOpen(at)
        }}
        onBlur={() => chart?.dispatchAction({ type: 'hideTip' })}
      >
        <span className="chart-canvas" ref={host} aria-hidden="true" />
      </button>
      <span className="sr" role="status">
        {at === null ? '' : props.describe(at)}
      </span>
    </>
  )
}

/** The nearest filled cell in the way of an arrow; the latest and slowest one first. */
export function neighbour(cells: readonly HeatCell[], from: HeatCell | null, key: string): HeatCell | null {
  const ways: Record<string, [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, 1],
    ArrowDown: [0, -1],
  }
  const way = ways[key]
  if (way === undefined) return null
  if (from === null)
    return cells.reduce<HeatCell | null>(
      (best, cell) =>
        best === null || cell.bucket > best.bucket || (cell.bucket === best.bucket && cell.time > best.time)
          ? cell
          : best,
      null,
    )
  const [dx, dy] = way
  let found: HeatCell | null = null
  let nearest = Infinity
  for (const cell of cells) {
    const along = (cell.time - from.time) * dx + (cell.bucket - from.bucket) * dy
    const aside = Math.abs((cell.time - from.time) * dy) + Math.abs((cell.bucket - from.bucket) * dx)
    if (along <= 0) continue
    // Straight on first: what lies aside counts for more than what lies ahead.
    const far = along + aside * 3
    if (far < nearest) [nearest, found] = [far, cell]
  }
  return found
}
