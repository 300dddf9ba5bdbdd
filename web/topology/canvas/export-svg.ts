import type { MapEdge } from '#web/topology/elements.ts'
import type { Rect } from '#web/topology/layout/measure.ts'
import { pathData } from './curve.ts'
import { iconSvg } from './icon-uri.ts'
import { lockWidth } from './labels.ts'
import type { Palette } from './palette.ts'
import type { Region } from './regions.ts'
import { boundsOf, type Scene } from './scene.ts'
import { dashes, heads, headScale, locks, marks, shapes, widths } from './shapes.ts'

const margin = 24

/** The scene as a drawing of its own: vectors, real text, no script, nothing to fetch. Labels as placed at 100 %. */
export function toSvg(scene: Scene, palette: Palette, selected: ReadonlySet<string>): string {
  const bounds = boundsOf(scene)
  const box: Rect = {
    x: Math.floor(bounds.x - margin),
    y: Math.floor(bounds.y - margin),
    width: Math.ceil(bounds.width + 2 * margin),
    height: Math.ceil(bounds.height + 2 * margin),
  }
  const edges = [...scene.edges.values()].toSorted((a, b) => Number(a.isGlowing) - Number(b.isGlowing))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.x} ${box.y} ${box.width} ${box.height}" width="${box.width}" height="${box.height}">`,
    `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="${palette.ground}"/>`,
    `<g font-family="${escaped(palette.font)}" font-size="11">`,
    ...scene.regions.map(region => regionSvg(region, palette)),
    ...edges.map(edge => glowSvg(scene, edge, palette, selected)),
    ...edges.map(edge => edgeSvg(scene, edge, palette)),
    ...edges.map(edge => labelSvg(scene, edge, palette, selected)),
    ...[...scene.nodes.keys()].map(id => nodeSvg(scene, id, palette, selected)),
    '</g></svg>',
  ].join('\n')
}

/** Names come from the mesh: whatever they hold, they are text here. */
export function escaped(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
      // XML has no place for control characters, escaped or not.
      .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '\uFFFD')
  )
}

const n = (value: number) => String(Math.round(value * 10) / 10)

function regionSvg(region: Region, palette: Palette): string {
  const { x, y, width, height } = region.box
  const look = region.isOutside
    ? `fill="none" stroke="${palette.rim}" stroke-dasharray="4 4"`
    : `fill="rgb(${palette.inkRgb})" fill-opacity="0.03" stroke="${palette.hairline}"`
  const isNarrow = (region.namespace.length + region.mode.length) * 6.6 > width - 28
  const mode =
    region.mode === ''
      ? ''
      : `<tspan ${isNarrow ? `x="${n(x + 12)}" dy="13"` : 'dx="8"'} font-family="${escaped(palette.font)}" font-weight="480" font-size="10.5" fill="${palette.text3}">${escaped(region.mode)}</tspan>`
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" rx="12" ${look}/><text x="${n(x + 12)}" y="${n(y + 19)}" font-family="${escaped(palette.mono)}" font-weight="600" font-size="11.5" fill="${palette.text2}">${escaped(region.namespace)}${mode}</text>`
}

function glowSvg(scene: Scene, edge: MapEdge, palette: Palette, selected: ReadonlySet<string>): string {
  const curve = scene.curves.get(edge.id)
  if (!curve) return ''
  const path = (colour: string, width: number, opacity: number) =>
    `<path d="${pathData(curve)}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linecap="round"/>`
  return (
    (edge.isGlowing ? path(palette.line[edge.tone], 13, 0.18) : '') +
    (selected.has(edge.id) ? path(palette.accentLine, 17, 0.5) : '')
  )
}

function edgeSvg(scene: Scene, edge: MapEdge, palette: Palette): string {
  const curve = scene.curves.get(edge.id)
  if (!curve) return ''
  const colour = palette.line[edge.tone]
  const scale = headScale[edge.step]
  const last = curve.controls.at(-1) ?? curve.from
  const angle = Math.atan2(curve.to.y - last.y, curve.to.x - last.x)
  // The line ends inside its head, so that the tip stays sharp.
  const base = {
    x: curve.to.x - Math.cos(angle) * 7 * scale,
    y: curve.to.y - Math.sin(angle) * 7 * scale,
  }
  const dash = edge.dash === null ? '' : ` stroke-dasharray="${dashes[edge.dash].join(' ')}"`
  return `<path d="${pathData({ ...curve, to: base })}" fill="none" stroke="${colour}" stroke-width="${widths[edge.step]}"${dash}/><path d="${heads[edge.protocol]}" fill="${colour}" transform="translate(${n(base.x)} ${n(base.y)}) rotate(${n((angle * 180) / Math.PI)}) scale(${scale})"/>`
}

function labelSvg(scene: Scene, edge: MapEdge, palette: Palette, selected: ReadonlySet<string>): string {
  const label = scene.labels.edges.get(edge.id)
  if (!label) return ''
  const isSelected = selected.has(edge.id)
  const isStrong = edge.tone === 'failing' || edge.tone === 'degraded'
  const left = label.at.x - label.width / 2
  const patch = isSelected
    ? `fill="${palette.surface}" stroke="${palette.accent}" stroke-width="1.5"`
    : `fill="${palette.ground}" fill-opacity="0.92"`
  let lock = ''
  let x = left + 4
  if (edge.lock !== null) {
    const colour = edge.lock === 'all' ? palette.text3 : palette.openLock
    const { fill, stroke } = locks[edge.lock]
    lock = `<g transform="translate(${n(x + 4)} ${n(label.at.y)})"><path d="${fill}" fill="${colour}"/><path d="${stroke}" fill="none" stroke="${colour}" stroke-width="1.2"/></g>`
    x += lockWidth
  }
  return `<rect x="${n(left)}" y="${n(label.at.y - 8)}" width="${n(label.width)}" height="16" rx="3" ${patch}/>${lock}<text x="${n(x)}" y="${n(label.at.y + 3.9)}" font-weight="${isStrong ? 600 : 480}" fill="${palette.label[edge.tone]}">${escaped(edge.text)}</text>`
}

function nodeSvg(scene: Scene, id: string, palette: Palette, selected: ReadonlySet<string>): string {
  const node = scene.nodes.get(id)
  const at = scene.positions[id]
  if (!node || !at) return ''
  const shape = shapes[node.kind]
  const isWrong = node.health === 'degraded' || node.health === 'failing'
  const fill = isWrong ? palette.soft[node.health] : node.kind === 'external' ? palette.inset : palette.surface
  const rim = isWrong ? palette.mark[node.health] : palette.rim
  const width = node.health === 'failing' ? 2 : node.health === 'degraded' ? 1.75 : 1.25
  const dash = node.kind === 'outside' ? ' stroke-dasharray="3 2.5"' : ''
  const halo = selected.has(id)
    ? `<path d="${shape.outline}" fill="none" stroke="${palette.accentLine}" stroke-opacity="0.5" stroke-width="13" stroke-linejoin="round"/>`
    : ''
  const count =
    node.kind === 'namespace'
      ? `<text x="10" y="4.3" text-anchor="middle" font-size="12" font-weight="600" fill="${palette.ink}">${node.members}</text>`
      : ''
  const hasMark = !(node.kind === 'external' && node.health === 'healthy')
  const markLook =
    node.health === 'unknown'
      ? `fill="${palette.ground}" stroke="${palette.mark.unknown}" stroke-width="1.8"`
      : `fill="${palette.mark[node.health]}" stroke="${palette.ground}" stroke-width="1.6" paint-order="stroke"`
  const mark = hasMark
    ? `<path d="${marks[node.health]}" transform="translate(${shape.mark.x} ${shape.mark.y})" ${markLook}/>`
    : ''
  const label = scene.labels.names.get(id)
  const name = label?.text ?? node.name
  // After the name, or a line below it, as it is on the map.
  const isAfter = label !== undefined && label.note.y === label.at.y
  const [nameX, noteX, noteY] = isAfter ? [label.at.x - at.x, label.note.x - at.x, 0] : [0, 0, 13]
  const text = `<text x="${n(nameX)}" y="${shape.nameY}" text-anchor="middle" font-family="${escaped(palette.mono)}" font-weight="500" fill="${palette.ink}" stroke="${palette.ground}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke">${escaped(name)}</text>`
  const note =
    node.note === ''
      ? ''
      : `<text x="${n(noteX)}" y="${shape.nameY + noteY}" text-anchor="middle" font-weight="600" fill="${palette.health[node.noteTone]}" stroke="${palette.ground}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke">${escaped(node.note)}</text>`
  return `<g transform="translate(${n(at.x)} ${n(at.y)})"><title>${escaped(node.namespace === '' ? node.name : `${node.namespace}/${node.name}`)}</title>${halo}<path d="${shape.outline}" fill="${fill}" stroke="${rim}" stroke-width="${width}"${dash}/>${iconSvg(palette, node)}${count}${mark}${text}${note}</g>`
}
