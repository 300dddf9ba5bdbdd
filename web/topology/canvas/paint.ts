import type { Point } from '#web/topology/layout/measure.ts'
import type { Palette } from './palette.ts'
import type { Region } from './regions.ts'
import { textScale } from './labels.ts'

/** What a canvas shows of the map: map coordinates times `zoom` plus `pan` are CSS pixels. */
export interface View {
  zoom: number
  pan: Point
  width: number
  height: number
}

/** Fonts of the map at 100 %. */
export const fonts = {
  label: (palette: Palette, size: number) => `480 ${size}px ${palette.font}`,
  strong: (palette: Palette, size: number) => `600 ${size}px ${palette.font}`,
  name: (palette: Palette, size: number) => `500 ${size}px ${palette.mono}`,
  title: (palette: Palette, size: number) => `600 ${size}px ${palette.mono}`,
}

export function toView(context: CanvasRenderingContext2D, view: View): void {
  context.translate(view.pan.x, view.pan.y)
  context.scale(view.zoom, view.zoom)
}

/** The ground with its dots, 16 px apart at 100 %. */
export function paintGround(context: CanvasRenderingContext2D, palette: Palette, view: View): void {
  context.fillStyle = palette.ground
  context.fillRect(0, 0, view.width, view.height)
  let step = 16 * view.zoom
  while (step < 11) step *= 2
  while (step > 28) step /= 2
  context.fillStyle = palette.dot
  const start = { x: view.pan.x % step, y: view.pan.y % step }
  for (let x = start.x; x < view.width; x += step)
    for (let y = start.y; y < view.height; y += step)
      context.fillRect(Math.round(x) - 0.75, Math.round(y) - 0.75, 1.5, 1.5)
}

/** Boxes of namespaces, beneath everything. */
export function paintRegions(
  context: CanvasRenderingContext2D,
  palette: Palette,
  view: View,
  regions: readonly Region[],
): void {
  context.save()
  toView(context, view)
  for (const region of regions) {
    const { x, y, width, height } = region.box
    context.beginPath()
    context.roundRect(x, y, width, height, 12)
    if (region.isOutside) {
      context.setLineDash([4, 4])
      context.strokeStyle = palette.rim
    } else {
      context.setLineDash([])
      context.strokeStyle = palette.hairline
      context.fillStyle = `rgba(${palette.inkRgb}, 0.03)`
      context.fill()
    }
    context.lineWidth = Math.max(1, 1 / view.zoom)
    context.stroke()
  }
  context.restore()
}

/** Names and modes of namespaces, above the edges that pass. */
export function paintTitles(
  context: CanvasRenderingContext2D,
  palette: Palette,
  view: View,
  regions: readonly Region[],
): void {
  context.save()
  toView(context, view)
  const scale = textScale(view.zoom)
  context.lineJoin = 'round'
  context.lineWidth = 3 * scale
  context.strokeStyle = palette.ground
  for (const region of regions) paintTitle(context, palette, region, scale)
  context.restore()
}

function paintTitle(context: CanvasRenderingContext2D, palette: Palette, region: Region, scale: number): void {
  const { box } = region
  const room = box.width - 20
  context.textBaseline = 'alphabetic'
  context.textAlign = 'left'
  context.font = fonts.title(palette, 11.5 * scale)
  context.fillStyle = palette.text2
  const name = fitted(context, region.namespace, room)
  const baseline = box.y + 6 + 11.5 * scale
  write(context, name, box.x + 12, baseline)
  if (region.mode === '') return
  const nameWidth = context.measureText(name).width
  context.font = fonts.label(palette, 10.5 * scale)
  context.fillStyle = palette.text3
  const modeWidth = context.measureText(region.mode).width
  // Beside the name where there is room, else beneath it; in a box too narrow for either, left out.
  if (nameWidth + modeWidth + 8 * scale <= room)
    write(context, region.mode, box.x + 12 + nameWidth + 8 * scale, baseline)
  else if (modeWidth <= room + 4 && scale < 1.3) write(context, region.mode, box.x + 12, baseline + 12 * scale)
}

function write(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.strokeText(text, x, y)
  context.fillText(text, x, y)
}

function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text
  const letters = Array.from(text)
  for (let keep = letters.length - 1; keep > 3; keep -= 1) {
    const shorter = `${letters.slice(0, keep).join('')}…`
    if (context.measureText(shorter).width <= room) return shorter
  }
  return ''
}
