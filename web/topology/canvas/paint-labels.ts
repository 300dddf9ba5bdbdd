import type { Emphasis } from './emphasis.ts'
import type { Palette } from './palette.ts'
import { fonts, toView, type View } from './paint.ts'
import { lockWidth, textScale } from './labels.ts'
import type { Scene } from './scene.ts'
import { locks, marks, shapes } from './shapes.ts'

const dimmed = 0.35
type PathOf = (data: string) => Path2D
const paths = new Map<string, Path2D>()
const pathOf: PathOf = data => {
  const known = paths.get(data)
  if (known) return known
  const path = new Path2D(data)
  paths.set(data, path)
  return path
}

/** Texts of edges and nodes, locks, health marks and counts, above everything. */
export function paintLabels(
  context: CanvasRenderingContext2D,
  palette: Palette,
  view: View,
  scene: Scene,
  emphasis: Emphasis,
): void {
  context.save()
  toView(context, view)
  const alpha = (id: string) => (emphasis.bright === null || emphasis.bright.has(id) ? 1 : dimmed)
  const scale = textScale(view.zoom)
  const isInView = (x: number, y: number) => {
    const left = x * view.zoom + view.pan.x
    const top = y * view.zoom + view.pan.y
    return left > -120 && top > -40 && left < view.width + 120 && top < view.height + 40
  }
  paintEdgeLabels(context, palette, scene, emphasis, alpha, scale, isInView)
  paintNames(context, palette, scene, alpha, scale, isInView)
  paintMarks(context, palette, scene, alpha, view.zoom, isInView)
  context.restore()
}

type InView = (x: number, y: number) => boolean

function paintEdgeLabels(
  context: CanvasRenderingContext2D,
  palette: Palette,
  scene: Scene,
  emphasis: Emphasis,
  alpha: (id: string) => number,
  scale: number,
  isInView: InView,
): void {
  context.textBaseline = 'alphabetic'
  context.textAlign = 'left'
  const height = 16 * scale
  for (const [id, label] of scene.labels.edges) {
    const edge = scene.edges.get(id)
    if (!edge || !isInView(label.at.x, label.at.y)) continue
    const isSelected = emphasis.selected.has(id)
    const isStrong = edge.tone === 'failing' || edge.tone === 'degraded'
    context.globalAlpha = alpha(id)
    const left = label.at.x - label.width / 2
    context.beginPath()
    context.roundRect(left, label.at.y - height / 2, label.width, height, 3 * scale)
    context.fillStyle = isSelected ? palette.surface : palette.ground
    context.globalAlpha = alpha(id) * (isSelected ? 1 : 0.92)
    context.fill()
    if (label.isInRegion && !isSelected) {
      context.fillStyle = `rgba(${palette.inkRgb}, 0.03)`
      context.fill()
    }
    context.globalAlpha = alpha(id)
    if (isSelected) {
      context.strokeStyle = palette.accent
      context.lineWidth = 1.5 * scale
      context.stroke()
    }
    let x = left + 4 * scale
    if (edge.lock !== null) {
      context.save()
      context.translate(x + 4 * scale, label.at.y)
      context.scale(scale, scale)
      const colour = edge.lock === 'all' ? palette.text3 : palette.openLock
      context.fillStyle = colour
      context.strokeStyle = colour
      context.lineWidth = 1.2
      if (locks[edge.lock].fill) context.fill(pathOf(locks[edge.lock].fill))
      context.stroke(pathOf(locks[edge.lock].stroke))
      context.restore()
      x += lockWidth * scale
    }
    context.font = isStrong ? fonts.strong(palette, 11 * scale) : fonts.label(palette, 11 * scale)
    context.fillStyle = palette.label[edge.tone]
    context.fillText(edge.text, x, label.at.y + 3.9 * scale)
  }
}

function paintNames(
  context: CanvasRenderingContext2D,
  palette: Palette,
  scene: Scene,
  alpha: (id: string) => number,
  scale: number,
  isInView: InView,
): void {
  context.textAlign = 'center'
  context.lineJoin = 'round'
  context.lineWidth = 3.5 * scale
  context.strokeStyle = palette.ground
  for (const [id, name] of scene.labels.names) {
    if (!isInView(name.at.x, name.at.y)) continue
    context.globalAlpha = alpha(id)
    context.font = fonts.name(palette, 11 * scale)
    context.strokeText(name.text, name.at.x, name.at.y + 4 * scale)
    context.fillStyle = palette.ink
    context.fillText(name.text, name.at.x, name.at.y + 4 * scale)
    const node = scene.nodes.get(id)
    if (node === undefined || node.note === '') continue
    context.font = fonts.strong(palette, 11 * scale)
    context.strokeText(node.note, name.note.x, name.note.y + 4 * scale)
    context.fillStyle = palette.health[node.noteTone]
    context.fillText(node.note, name.note.x, name.note.y + 4 * scale)
  }
}

function paintMarks(
  context: CanvasRenderingContext2D,
  palette: Palette,
  scene: Scene,
  alpha: (id: string) => number,
  zoom: number,
  isInView: InView,
): void {
  // Far out, a healthy dot on every node says nothing; the others stay.
  const isFar = zoom < 0.45
  for (const [id, node] of scene.nodes) {
    const at = scene.positions[id]
    if (!at || !isInView(at.x, at.y)) continue
    const shape = shapes[node.kind]
    context.globalAlpha = alpha(id)
    if (node.members > 1 || node.kind === 'namespace') {
      context.font = fonts.strong(palette, 12)
      context.textAlign = 'center'
      context.fillStyle =
        node.health === 'degraded' || node.health === 'failing' ? palette.health[node.health] : palette.ink
      context.fillText(String(node.members), at.x + 10, at.y + 4.3)
    }
    if (isFar && node.health === 'healthy') continue
    // The internet has no health, only the wish for one.
    if (node.kind === 'external' && node.health === 'healthy') continue
    context.save()
    context.translate(at.x + shape.mark.x, at.y + shape.mark.y)
    const scale = isFar ? 1.4 : 1
    context.scale(scale, scale)
    const path = pathOf(marks[node.health])
    context.lineJoin = 'round'
    if (node.health === 'unknown') {
      context.fillStyle = palette.ground
      context.fill(path)
      context.strokeStyle = palette.mark.unknown
      context.lineWidth = 1.8
      context.stroke(path)
    } else {
      context.strokeStyle = palette.ground
      context.lineWidth = 1.6
      context.stroke(path)
      context.fillStyle = palette.mark[node.health]
      context.fill(path)
    }
    context.restore()
  }
  context.globalAlpha = 1
}
