import { type RefObject, useEffect, useRef, useState } from 'react'
import { useTheme } from '#web/ui/theme-choice.ts'
import type { Chart, Option } from './engine.ts'
import { type Ink, inkOf } from './ink.ts'

/** Charts of one group move their crosshair together. */
const connected = new Set<string>()
/** Drawn a little before it comes into sight. */
const rootMargin = '200px'

/** What the labels beside it take of a chart. */
export interface Room {
  left: number
}

/** A picture that differs from one of the same shape in its numbers alone. */
export interface Numbers {
  /** Everything else there is to it: equal one by one. */
  shape: readonly unknown[]
  /** Of a chart that was laid out for it: what is laid out for a shape need not be for the next numbers of it. */
  room: (chart: Chart) => Room
  option: (room: Room) => Option
}

/**
 * A canvas in an element, told its picture whenever that changes: only its numbers, where nothing else is new, and
 * nothing while it is out of sight. The library comes with the first chart.
 */
export function useChart(
  host: RefObject<HTMLElement | null>,
  option: (ink: Ink) => Option,
  group: string | null,
  numbers: Numbers | null = null,
): Chart | null {
  const [chart, setChart] = useState<Chart | null>(null)
  const theme = useTheme()
  const drawn = useRef<{ chart: Chart; shape: readonly unknown[]; room: Room | null } | null>(null)
  const [isSeen, setSeen] = useState(true)
  useEffect(() => {
    const element = host.current
    if (element === null) return
    let isGone = false
    let made: Chart | null = null
    const watch = new ResizeObserver(() => made?.resize())
    const sight = new IntersectionObserver(entries => setSeen(entries.at(-1)?.isIntersecting !== false), { rootMargin })
    void import('./engine.ts').then(engine => {
      if (isGone) return
      made = engine.init(element, null, { renderer: 'canvas' })
      if (group !== null) {
        made.group = group
        if (!connected.has(group)) {
          connected.add(group)
          engine.connect(group)
        }
      }
      watch.observe(element)
      sight.observe(element)
      setChart(made)
    })
    return () => {
      isGone = true
      watch.disconnect()
      sight.disconnect()
      made?.dispose()
      setChart(null)
    }
  }, [host, group])
  useEffect(() => {
    const element = host.current
    if (chart === null || element === null) return
    const before = drawn.current?.chart === chart ? drawn.current : null
    if (!isSeen && before !== null) return
    const ink = inkOf(element)
    const shape = [ink, ...(numbers?.shape ?? [])]
    if (numbers !== null && before !== null && before.room !== null && isSame(before.shape, shape)) {
      chart.setOption(numbers.option(before.room))
    } else {
      chart.setOption(option(ink), { replaceMerge: ['series'] })
      drawn.current = { chart, shape, room: numbers?.room(chart) ?? null }
    }
    tellDrawn(chart)
    // `theme` is read through the element.
  }, [chart, option, numbers, theme, host, isSeen])
  return chart
}

const isSame = (before: readonly unknown[], after: readonly unknown[]): boolean =>
  before.length === after.length && after.every((each, index) => Object.is(each, before[index]))

/** From now on a hand meets something: before, a drag would go unheard. */
function tellDrawn(chart: Chart): void {
  chart.getDom().dataset['drawn'] = ''
}
