import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { inkOf } from '#web/ui/chart/ink.ts'
import { useTheme } from '#web/ui/theme-choice.ts'
import type { Model, Window } from './model.ts'

const height = 52
/** Narrower than this is a click. */
const leastDrag = 0.01

/** The whole trace in a hand's breadth: a hair for every row. Dragging over it looks closer. */
export function Minimap(props: {
  name: string
  model: Model
  rows: readonly number[]
  window: Window
  onWindow: (window: Window | null) => void
}): ReactNode {
  const { model, rows, window, onWindow } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const theme = useTheme()
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null)
  const { duration } = model.tree
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const paint = () => draw(element, model, rows)
    const watch = new ResizeObserver(paint)
    watch.observe(element)
    return () => watch.disconnect()
    // The theme is read through the element.
  }, [model, rows, theme])
  const shareAt = (event: PointerEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    return width === 0 ? 0 : Math.min(1, Math.max(0, (event.clientX - left) / width))
  }
  const shown =
    drag === null
      ? { from: duration === 0 ? 0 : window.from / duration, to: duration === 0 ? 1 : window.to / duration }
      : { from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) }
  return (
    <div
      className="tr-minimap"
      role="img"
      aria-label={props.name}
      title={props.name}
      onPointerDown={event => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        const at = shareAt(event)
        setDrag({ from: at, to: at })
      }}
      onPointerMove={event => {
        const at = shareAt(event)
        if (drag !== null) setDrag({ from: drag.from, to: at })
      }}
      onPointerUp={() => {
        if (drag === null) return
        setDrag(null)
        const isClick = Math.abs(drag.to - drag.from) < leastDrag
        onWindow(isClick ? null : { from: shown.from * duration, to: shown.to * duration })
      }}
      onPointerCancel={() => setDrag(null)}
    >
      <canvas ref={canvas} height={height} aria-hidden="true" />
      <span
        className="brush"
        style={{ left: `${shown.from * 100}%`, width: `${Math.max(0, shown.to - shown.from) * 100}%` }}
      />
    </div>
  )
}

function draw(element: HTMLCanvasElement, model: Model, rows: readonly number[]): void {
  const pen = element.getContext('2d')
  const ratio = globalThis.devicePixelRatio
  const width = element.clientWidth
  if (pen === null || width === 0) return
  element.width = Math.round(width * ratio)
  element.height = Math.round(height * ratio)
  pen.scale(ratio, ratio)
  pen.clearRect(0, 0, width, height)
  const ink = inkOf(element.parentElement ?? element)
  const { spans, duration } = model.tree
  const step = Math.min(2.2, (height - 4) / Math.max(1, rows.length))
  const thick = Math.max(0.5, step * 0.72)
  for (const [place, index] of rows.entries()) {
    const each = spans[index]
    if (each === undefined) continue
    const left = duration === 0 ? 0 : (each.start / duration) * width
    const length = duration === 0 ? width : ((each.end - each.start) / duration) * width
    pen.fillStyle =
      each.span.isHidden === true ? ink.quiet : (ink.series[(model.tones.get(each.span.service) ?? 0) % 8] ?? ink.dim)
    pen.fillRect(left, 2 + place * step, Math.max(0.7, length), thick)
  }
}
