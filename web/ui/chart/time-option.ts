import { clock, exactClock } from '#web/ui/format.ts'
import type { Exemplar, Line, Mark, Span, Threshold } from './chart.ts'
import type { Option } from './engine.ts'
import { type Ink, toneOf } from './ink.ts'
import type { Room } from './use-chart.ts'
import { axisText } from './axis-text.ts'

export interface TimePicture {
  lines: readonly Line[]
  span: Span
  /** A value as people read it, with its unit. */
  format: (value: number) => string
  marks?: readonly Mark[]
  thresholds?: readonly Threshold[]
  exemplars?: readonly Exemplar[]
  /** Lines stand on each other: shares of one sum. */
  isStacked?: boolean
  /** The axis ends here however small the values are: 1 for ratios. */
  max?: number
}

const exemplarsId = '\u0000exemplars'
const diamondsOf = (exemplars: readonly Exemplar[]) =>
  exemplars.map(({ at, value, traceId }) => ({ value: [at, value], traceId }))

/** Up to here the axis says seconds. */
const narrow = 400_000

/** A picture as ECharts is told it. Pure: the same picture and ink give the same option. */
export function timeOption(picture: TimePicture, ink: Ink): Option {
  const { lines, span, format, isStacked = false } = picture
  return {
    animation: false,
    textStyle: { fontFamily: ink.font, fontSize: 10.5, color: ink.dim },
    // Three sides are as wide as labels there ever are; the fourth is found out.
    grid: { left: 4, right: 22, top: 12, bottom: 20, outerBoundsMode: 'auto', outerBoundsContain: 'axisLabel' },
    xAxis: timeAxis(span, ink),
    yAxis: {
      type: 'value',
      min: 0,
      ...(picture.max === undefined ? {} : { max: picture.max }),
      splitNumber: 3,
      axisLabel: { color: ink.dim, fontSize: 10.5, formatter: (value: number) => axisText(format(value)) },
      splitLine: { lineStyle: { color: ink.grid } },
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      renderMode: 'html',
      transitionDuration: 0,
      backgroundColor: ink.ground,
      borderColor: ink.grid,
      padding: [6, 8],
      textStyle: { color: ink.text, fontSize: 11, fontFamily: ink.font },
      axisPointer: { type: 'line', lineStyle: { color: ink.dim, type: 'solid', width: 1 } },
      formatter: (given: unknown) => tip(given, format),
    },
    series: [
      ...lines.map((line, index) => ({
        id: line.id,
        name: line.name,
        type: 'line',
        symbol: 'circle',
        symbolSize: 4,
        showSymbol: isSparse(line),
        sampling: 'lttb',
        connectNulls: false,
        emphasis: { disabled: true },
        color: toneOf(line.tone, ink),
        lineStyle: { width: 1.5, type: line.isDashed === true ? 'dashed' : 'solid' },
        ...(isStacked && line.isDashed !== true
          ? { stack: 'sum', areaStyle: { opacity: 0.18 }, stackStrategy: 'all' }
          : {}),
        dimensions: ['at', 'value'],
        data: numbersOf(line),
        ...(index === 0 && hasMarks(picture) ? { markLine: lineMarks(picture, ink) } : {}),
      })),
      ...(picture.exemplars === undefined || picture.exemplars.length === 0
        ? []
        : [
            {
              id: exemplarsId,
              type: 'scatter',
              symbol: 'diamond',
              symbolSize: 7,
              color: ink.accent,
              data: diamondsOf(picture.exemplars),
            },
          ]),
    ],
  }
}

/** What a picture is apart from its numbers and where on the axis they stand: pictures of equal shapes differ in no more. */
export function timeShape(picture: TimePicture): unknown[] {
  const { lines, span, format, marks, thresholds, exemplars, isStacked, max } = picture
  const each = lines.map(line => [line.id, line.name, line.tone, line.isDashed, isSparse(line)])
  // As much room as the labels beside it take.
  const label = format(Math.max(0, ...lines.map(({ values }) => largest(values)))).length
  const rest = [marks, thresholds, (exemplars ?? []).length > 0, isStacked, max, span.to - span.from, label]
  return [format, JSON.stringify([each, rest])]
}

function largest(values: Line['values']): number {
  let most = 0
  for (const value of values) if (value !== null && value > most) most = value
  return most
}

/** The numbers alone, for a chart that has drawn the rest: its axes stay where they are. */
export function timeNumbers({ lines, span, exemplars = [] }: TimePicture, room: Room): Option {
  return {
    grid: { ...room, outerBoundsMode: 'none' },
    xAxis: { min: span.from, max: span.to },
    series: [
      ...lines.map(line => ({ id: line.id, data: numbersOf(line) })),
      ...(exemplars.length === 0 ? [] : [{ id: exemplarsId, data: diamondsOf(exemplars) }]),
    ],
  }
}

export function timeAxis({ from, to }: Span, ink: Ink) {
  return {
    type: 'time',
    min: from,
    max: to,
    axisLine: { lineStyle: { color: ink.grid } },
    axisTick: { lineStyle: { color: ink.grid } },
    splitLine: { show: false },
    splitNumber: 4,
    axisLabel: {
      color: ink.dim,
      fontSize: 10.5,
      hideOverlap: true,
      formatter: (at: number) => (to - from <= narrow ? exactClock(at) : axisTime(at, to - from)),
    },
  }
}

const day = 24 * 3_600_000
const axisTime = (at: number, span: number): string => {
  const date = new Date(at)
  const isMidnight = date.getHours() === 0 && date.getMinutes() === 0
  return span > day && (isMidnight || span > 4 * day) ? `${date.getDate()}.${date.getMonth() + 1}.` : clock(at)
}

/** Times and values in turn, and NaN where there is none: a hundred thousand pairs would be copied one by one. */
function numbersOf({ times, values }: Line): Float64Array {
  const numbers = new Float64Array(times.length * 2)
  for (let index = 0; index < times.length; index++) {
    numbers[index * 2] = times[index] ?? Number.NaN
    numbers[index * 2 + 1] = values[index] ?? Number.NaN
  }
  return numbers
}

/** Points with nothing beside them would not be seen in a line. */
function isSparse({ values }: Line): boolean {
  let run = 0
  for (let index = 0; index <= values.length; index++) {
    if ((values[index] ?? null) !== null) run += 1
    else if (run === 1) return true
    else run = 0
  }
  return values.length < 3
}

const hasMarks = ({ marks = [], thresholds = [] }: TimePicture): boolean => marks.length + thresholds.length > 0

function lineMarks({ marks = [], thresholds = [] }: TimePicture, ink: Ink) {
  return {
    silent: true,
    symbol: 'none',
    animation: false,
    label: { show: false },
    data: [
      ...marks.map(({ at }) => ({ xAxis: at, lineStyle: { color: ink.accent, type: [2, 2], width: 1 } })),
      ...thresholds.map(({ value, tone }) => ({
        yAxis: value,
        lineStyle: { color: ink[tone], type: [4, 3], width: 1 },
      })),
    ],
  }
}

/** What ECharts tells of a point; its own typings leave it open. */
interface Point {
  seriesId?: string
  seriesName?: string
  color?: unknown
  value?: unknown
  axisValue?: unknown
}
const mostInTip = 12

/** Elements, not markup: names come from outside. */
function tip(given: unknown, format: (value: number) => string): HTMLElement {
  const box = document.createElement('div')
  const points = (Array.isArray(given) ? given : [given]) as Point[]
  const at = points[0]?.axisValue
  const head = document.createElement('div')
  head.className = 't3 s11'
  head.textContent = typeof at === 'number' ? exactClock(at) : ''
  box.append(head)
  const known = points.flatMap(({ value, ...point }) => {
    const number: unknown = Array.isArray(value) ? value[1] : null
    return typeof number === 'number' && !Number.isNaN(number) && point.seriesId?.startsWith('\u0000') !== true
      ? [{ ...point, number }]
      : []
  })
  known.sort((a, b) => b.number - a.number)
  for (const { seriesName, color, number } of known.slice(0, mostInTip)) {
    const row = document.createElement('div')
    row.className = 'chart-tip'
    const dot = document.createElement('i')
    dot.style.background = typeof color === 'string' ? color : ''
    const name = document.createElement('span')
    name.textContent = seriesName ?? ''
    const value = document.createElement('b')
    value.textContent = format(number)
    row.append(dot, name, value)
    box.append(row)
  }
  if (known.length > mostInTip) {
    const more = document.createElement('div')
    more.className = 't3 s11'
    more.textContent = `+ ${known.length - mostInTip}`
    box.append(more)
  }
  return box
}
