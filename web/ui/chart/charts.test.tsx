import { describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { ChartPanel } from './ChartPanel.tsx'
import { Heatmap } from './Heatmap.tsx'
import { Scatter } from './Scatter.tsx'
import { TimeSeriesChart } from './TimeSeriesChart.tsx'
import type { Line } from './chart.ts'
import '#web/ui/tokens.css'
import '#web/ui/base.css'

const start = Date.UTC(2026, 10, 25, 14)
const times = Array.from({ length: 60 }, (_, index) => start + index * 60_000)
const span = { from: start, to: start + 3_600_000 }
const plain = (value: number) => `${value.toFixed(1)} /s`
const lines: Line[] = [
  { id: 'v1', name: 'v1', tone: 0, times, values: times.map((_, index) => 20 + Math.sin(index / 5) * 6) },
  {
    id: 'v2',
    name: '<img src=x onerror=alert(1)>',
    tone: 1,
    times,
    values: times.map((_, index) => (index > 20 && index < 25 ? null : 8)),
  },
]
const none: string[] = []

/** The first chart brings its library along, and the machine may be busy. */
const canvas = (container: Element) =>
  vi.waitFor(() => expect(container.querySelector('canvas')).not.toBeNull(), { timeout: 10_000 })

const zoomable = (shown: readonly Line[], onZoom: (span: { from: number; to: number }) => void, over = span) => (
  <TimeSeriesChart name="Requests" lines={shown} span={over} format={plain} onZoom={onZoom} height={220} />
)

/** Acts with the hand at a share of the chart's width. */
function handOn(container: Element) {
  const area = container.querySelector('canvas') as HTMLCanvasElement
  const { left, top, width } = area.getBoundingClientRect()
  return async (share: number, type: string) => {
    area.dispatchEvent(
      new PointerEvent(type, { bubbles: true, clientX: left + width * share, clientY: top + 90, button: 0 }),
    )
    // What follows is heard once it is drawn that this was.
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

describe('lines over time', () => {
  it('asks for the span that is dragged over, and stays as it is', async () => {
    await page.viewport(900, 500)
    const onZoom = vi.fn<(span: { from: number; to: number }) => void>()
    const { container } = await render(zoomable(lines, onZoom))
    await canvas(container)
    const at = handOn(container)
    await vi.waitFor(async () => {
      await at(0.4, 'pointerdown')
      await at(0.5, 'pointermove')
      expect(container.querySelector('.chart-drag')).not.toBeNull()
      await at(0.6, 'pointermove')
      await at(0.6, 'pointerup')
      expect(onZoom).toHaveBeenCalled()
    })
    expect(container.querySelector('.chart-drag')).toBeNull()
    const [asked] = onZoom.mock.calls.at(-1) ?? []
    if (asked === undefined) throw new Error('nothing was asked for')
    expect(asked.from).toBeGreaterThan(start + 15 * 60_000)
    expect(asked.from).toBeLessThan(start + 27 * 60_000)
    expect(asked.to).toBeGreaterThan(start + 32 * 60_000)
    expect(asked.to).toBeLessThan(start + 40 * 60_000)
  })

  it('lets a drag end that was begun before newer samples came, and draws them then', async () => {
    await page.viewport(900, 500)
    const onZoom = vi.fn<(span: { from: number; to: number }) => void>()
    const screen = await render(zoomable(lines, onZoom))
    await canvas(screen.container)
    const at = handOn(screen.container)
    const newer = lines.map(line => ({ ...line, values: line.values.map(value => value && value + 1) }))
    const isDrawn = () => {
      const [area] = screen.container.querySelectorAll('canvas')
      return area?.toDataURL()
    }
    await vi.waitFor(() => expect(screen.container.querySelector('[data-drawn]')).not.toBeNull())
    const before = isDrawn()
    await at(0.4, 'pointerdown')
    await at(0.5, 'pointermove')
    await screen.rerender(zoomable(newer, onZoom, { from: span.from + 15_000, to: span.to + 15_000 }))
    await at(0.6, 'pointermove')
    await at(0.6, 'pointerup')
    expect(onZoom).toHaveBeenCalledOnce()
    await vi.waitFor(() => expect(isDrawn()).not.toBe(before))
  })

  it('takes Escape and a click for no drag', async () => {
    const onZoom = vi.fn()
    const screen = await render(zoomable(lines, onZoom))
    await canvas(screen.container)
    const at = handOn(screen.container)
    ;(screen.getByRole('slider').element() as HTMLElement).focus()
    await at(0.4, 'pointerdown')
    await at(0.6, 'pointermove')
    await userEvent.keyboard('{Escape}')
    await at(0.6, 'pointerup')
    await at(0.5, 'pointerdown')
    await at(0.501, 'pointerup')
    expect(onZoom).not.toHaveBeenCalled()
  })

  it('draws newer numbers as a chart does that draws them first', async () => {
    const pixels = (container: Element) => container.querySelector('canvas')?.toDataURL()
    const later = { from: span.from + 60_000, to: span.to + 60_000 }
    const newer = lines.map(line => ({
      ...line,
      times: line.times.map(time => time + 60_000),
      values: line.values.map(value => (value === null ? null : value * 1.1)),
    }))
    const screen = await render(zoomable(lines, () => undefined))
    await vi.waitFor(() => expect(screen.container.querySelector('[data-drawn]')).not.toBeNull())
    await screen.rerender(zoomable(newer, () => undefined, later))
    const fresh = await render(zoomable(newer, () => undefined, later))
    await vi.waitFor(() => expect(fresh.container.querySelector('[data-drawn]')).not.toBeNull())
    await vi.waitFor(() => expect(pixels(screen.container) === pixels(fresh.container)).toBe(true))
  })

  it('is walked with arrows and says each moment in words', async () => {
    const screen = await render(<TimeSeriesChart name="Requests" lines={lines} span={span} format={plain} />)
    await canvas(screen.container)
    const slider = screen.getByRole('slider', { name: 'Requests' })
    ;(slider.element() as HTMLElement).focus()
    await userEvent.keyboard('{Home}{ArrowRight}')
    await expect.element(slider).toHaveAttribute('aria-valuenow', '1')
    expect(slider.element().getAttribute('aria-valuetext')).toMatch(/v1 21\.2 \/s, <img .*> 8\.0 \/s$/)
  })

  it('shows names from outside as text in what floats', async () => {
    const screen = await render(<TimeSeriesChart name="Requests" lines={lines} span={span} format={plain} />)
    await canvas(screen.container)
    ;(screen.getByRole('slider').element() as HTMLElement).focus()
    await userEvent.keyboard('{Home}{ArrowRight}')
    await vi.waitFor(() => expect(screen.container.textContent).toContain('<img src=x'))
    expect(screen.container.querySelector('img')).toBeNull()
  })
})

describe('a panel', () => {
  it('shows the same numbers as a table, hides a line by its name, gives the query', async () => {
    await startLanguage()
    await openTexts('charts')
    const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    const screen = await render(
      <ChartPanel name="Requests" lines={lines} span={span} format={plain} query="sum(rate(x[1m]))" />,
    )
    const v1 = screen.getByRole('button', { name: 'v1' })
    await userEvent.click(v1)
    await expect.element(v1).toHaveAttribute('aria-pressed', 'false')
    await userEvent.click(screen.getByRole('button', { name: 'More of this chart' }))
    await userEvent.click(screen.getByRole('menuitem', { name: 'Copy PromQL' }))
    expect(writeText).toHaveBeenCalledExactlyOnceWith('sum(rate(x[1m]))')
    await userEvent.click(screen.getByRole('button', { name: 'More of this chart' }))
    await userEvent.click(screen.getByRole('menuitem', { name: 'Show as table' }))
    const rows = screen.getByRole('row')
    expect(rows.elements()).toHaveLength(61)
    await expect.element(rows.nth(60)).toMatchTextContent(/20\.0 \/s8\.0 \/s$/)
  })

  it('says that there are no samples instead of drawing nothing', async () => {
    await startLanguage()
    await openTexts('charts')
    const empty = lines.map(line => ({ ...line, values: line.values.map(() => null) }))
    const screen = await render(<ChartPanel name="Requests" lines={empty} span={span} format={plain} />)
    await expect.element(screen.getByText('No samples in this time.')).toBeVisible()
  })
})

describe('a heatmap', () => {
  it('opens the cell that arrows lead to', async () => {
    const onOpen = vi.fn<(cell: { time: number; bucket: number; count: number }) => void>()
    const cells = [
      { time: 0, bucket: 0, count: 10 },
      { time: 1, bucket: 2, count: 1 },
      { time: 1, bucket: 0, count: 12 },
    ]
    const screen = await render(
      <Heatmap
        name="Latency"
        times={times.slice(0, 2)}
        buckets={['≤ 5 ms', '≤ 10 ms', '> 10 ms']}
        cells={cells}
        format={String}
        describe={({ bucket, count }) => `bucket ${bucket}, ${count}`}
        onOpen={onOpen}
      />,
    )
    await canvas(screen.container)
    ;(screen.getByRole('button', { name: 'Latency' }).element() as HTMLElement).focus()
    await userEvent.keyboard('{ArrowUp}')
    await expect.element(screen.getByRole('status')).toHaveTextContent('bucket 2, 1')
    await userEvent.keyboard('{ArrowDown}{Enter}')
    expect(onOpen).toHaveBeenCalledExactlyOnceWith(cells[2])
  })
})

describe('a scatter', () => {
  it('draws failing dots apart and chosen ones with a rim', async () => {
    const dots = times.map((at, index) => ({
      id: String(index),
      name: `trace ${index}`,
      at,
      value: (index * 37) % 90,
      weight: index,
      isFailing: index % 9 === 0,
    }))
    const screen = await render(
      <Scatter name="Traces" dots={dots} span={span} selected={none} format={plain} onChoose={() => undefined} />,
    )
    await canvas(screen.container)
    await expect.element(screen.getByRole('img', { name: 'Traces' })).toBeVisible()
  })
})
