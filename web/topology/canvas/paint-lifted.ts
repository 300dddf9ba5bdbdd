import { pathData, pieces } from './curve.ts'
import { dashes, icons, heads, headScale, iconShift, shapes, widths } from './shapes.ts'
import { toView, type View } from './paint.ts'
import type { Palette } from './palette.ts'
import type { Scene } from './scene.ts'

/** The lines and bodies of some elements, above a faded plot: how a crowd shows what is hovered. */
export function paintLifted(
  context: CanvasRenderingContext2D,
  palette: Palette,
  view: View,
  scene: Scene,
  lifted: ReadonlySet<string>,
): void {
  context.save()
  toView(context, view)
  for (const id of lifted) paintEdge(context, palette, scene, id)
  for (const id of lifted) paintNode(context, palette, scene, id)
  context.restore()
}

function paintEdge(context: CanvasRenderingContext2D, palette: Palette, scene: Scene, id: string): void {
  const edge = scene.edges.get(id)
  const curve = scene.curves.get(id)
  if (!edge || !curve) return
  context.strokeStyle = palette.line[edge.tone]
  context.fillStyle = palette.line[edge.tone]
  context.lineWidth = widths[edge.step]
  context.setLineDash(edge.dash === null ? [] : [...dashes[edge.dash]])
  context.stroke(new Path2D(pathData(curve)))
  context.setLineDash([])
  const last = pieces(curve).at(-1)?.c ?? curve.from
  const scale = headScale[edge.step]
  context.save()
  context.translate(curve.to.x, curve.to.y)
  context.rotate(Math.atan2(curve.to.y - last.y, curve.to.x - last.x))
  context.scale(scale, scale)
  context.translate(-7, 0)
  context.fill(new Path2D(heads[edge.protocol]))
  context.restore()
}

function paintNode(context: CanvasRenderingContext2D, palette: Palette, scene: Scene, id: string): void {
  const node = scene.nodes.get(id)
  const at = scene.positions[id]
  if (!node || !at) return
  const isWrong = node.health === 'degraded' || node.health === 'failing'
  const outline = new Path2D(shapes[node.kind].outline)
  context.save()
  context.translate(at.x, at.y)
  context.fillStyle = isWrong ? palette.soft[node.health] : node.kind === 'external' ? palette.inset : palette.surface
  context.fill(outline)
  context.strokeStyle = isWrong ? palette.mark[node.health] : palette.rim
  context.lineWidth = isWrong ? 1.9 : 1.25
  context.setLineDash(node.kind === 'outside' ? [3, 2.5] : [])
  context.stroke(outline)
  context.setLineDash([])
  context.translate(iconShift[node.kind] ?? 0, 0)
  context.lineWidth = 1.2
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.strokeStyle = isWrong ? palette.health[node.health] : palette.text2
  context.stroke(new Path2D(icons[node.icon]))
  context.restore()
}
