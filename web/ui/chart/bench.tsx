import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { frame, untilPainted } from '#web/ui/bench.ts'
import type { Line } from './chart.ts'
import { TimeSeriesChart } from './TimeSeriesChart.tsx'
import '#web/ui/tokens.css'
import '#web/ui/base.css'

/** Many charts at once, as `npm run bench charts` measures them in a browser. No page leads here. */
export interface Measured {
  /** Milliseconds until all stand in pixels, the library being there. */
  create: number
  /** And until a newer value of each line does: what is worked out for it, and that with the frame it comes in. */
  appended: { work: number; painted: number }[]
}

const [charts, series, points] = [20, 10, 300]
const step = 15_000
const start = Date.UTC(2026, 10, 25, 14)
const format = (value: number) => `${value.toFixed(1)} /s`

/** What a chart shows once so many values have gone. */
function linesOf(chart: number, gone: number): Line[] {
  const times = Array.from({ length: points }, (_, index) => start + (gone + index) * step)
  return Array.from({ length: series }, (_, line) => ({
    id: `v${line}`,
    name: `v${line}`,
    tone: line,
    times,
    values: times.map((_, index) => 20 + line * 3 + Math.sin((gone + index) / (7 + chart)) * 6),
  }))
}

globalThis.measure = async (): Promise<Measured> => {
  await import('./engine.ts')
  const host = document.createElement('div')
  host.style.cssText = 'display: grid; grid-template-columns: repeat(4, 1fr); gap: 8px'
  document.body.replaceChildren(host)
  const root = createRoot(host)
  const show = (all: readonly Line[][], gone: number) =>
    flushSync(() =>
      root.render(
        all.map((lines, chart) => (
          <TimeSeriesChart
            key={chart}
            name={`Chart ${chart}`}
            lines={lines}
            span={{ from: start + gone * step, to: start + (gone + points) * step }}
            format={format}
            group="bench"
          />
        )),
      ),
    )
  const dataOf = (gone: number) => Array.from({ length: charts }, (_, chart) => linesOf(chart, gone))
  const first = dataOf(0)
  await frame()
  const begun = performance.now()
  show(first, 0)
  while (host.querySelectorAll('[data-drawn]').length < charts) {
    // oxlint-disable-next-line no-await-in-loop -- until they are there
    await frame()
  }
  await untilPainted(() => undefined)
  const create = performance.now() - begun
  const appended: Measured['appended'] = []
  for (let gone = 1; gone <= 10; gone++) {
    const next = dataOf(gone)
    let work = 0
    // oxlint-disable-next-line no-await-in-loop -- side by side they would measure each other
    const painted = await untilPainted(() => {
      const at = performance.now()
      show(next, gone)
      work = performance.now() - at
    })
    appended.push({ work, painted })
  }
  root.unmount()
  return { create, appended }
}
