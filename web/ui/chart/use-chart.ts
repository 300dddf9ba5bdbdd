import { type RefObject, useEffect, useRef, useState } from 'react'
import { useTheme } from '#web/ui/theme-choice.ts'
import type { Chart, Option } from './engine.ts'
import { type Ink, inkOf } from './ink.ts'

/** Charts of one group move their crosshair together. */
const connected = new Set<string>()

/**
 * A canvas in an element, told its picture whenever that changes: only what differs is drawn anew. The library comes
 * with the first chart.
 */
export function useChart(
  host: RefObject<HTMLElement | null>,
  option: (ink: Ink) => Option,
  group: string | null,
  begun: (chart: Chart) => void = () => undefined,
): Chart | null {
  const [chart, setChart] = useState<Chart | null>(null)
  const theme = useTheme()
  const begin = useRef(begun)
  useEffect(() => {
    const element = host.current
    if (element === null) return
    let isGone = false
    let made: Chart | null = null
    const watch = new ResizeObserver(() => made?.resize())
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
      begin.current(made)
      watch.observe(element)
      setChart(made)
    })
    return () => {
      isGone = true
      watch.disconnect()
      made?.dispose()
      setChart(null)
    }
  }, [host, group])
  useEffect(() => {
    const element = host.current
    if (chart === null || element === null) return
    chart.setOption(option(inkOf(element)), { replaceMerge: ['series'] })
    tellDrawn(chart)
    // `theme` is read through the element.
  }, [chart, option, theme, host])
  return chart
}

/** From now on a hand meets something: before, a drag would go unheard. */
function tellDrawn(chart: Chart): void {
  chart.getDom().dataset['drawn'] = ''
}
