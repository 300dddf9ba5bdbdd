import type { Palette } from './palette.ts'
import { icons, iconShift } from './shapes.ts'
import type { NodeData } from './stylesheet.ts'

const known = new WeakMap<Palette, Map<string, string>>()

/** The icon of a node and its foot bar as an image, made once for each look. */
export function iconUri(palette: Palette, node: Pick<NodeData, 'kind' | 'health' | 'icon' | 'split'>): string {
  let uris = known.get(palette)
  if (!uris) {
    uris = new Map()
    known.set(palette, uris)
  }
  const key = `${node.kind} ${node.icon} ${node.health} ${node.split}`
  const uri = uris.get(key)
  if (uri !== undefined) return uri
  const made = `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="52" height="40" viewBox="-26 -20 52 40">${iconSvg(palette, node)}</svg>`,
  )}`
  uris.set(key, made)
  return made
}

/** Icon and foot bar around the centre of the node; for the image and for the SVG export. */
export function iconSvg(palette: Palette, node: Pick<NodeData, 'kind' | 'health' | 'icon' | 'split'>): string {
  const isWrong = node.health === 'degraded' || node.health === 'failing'
  const ink = isWrong ? palette.health[node.health] : palette.text2
  const shift = iconShift[node.kind]
  const move = shift === undefined ? '' : ` transform="translate(${shift} 0)"`
  const icon = `<path d="${icons[node.icon]}"${move} fill="none" stroke="${ink}" stroke-width="1.2" stroke-linejoin="round" stroke-linecap="round"/>`
  if (node.split === null) return icon
  const cut = Math.round((-9 + 18 * node.split) * 10) / 10
  const bar = (from: number, to: number, colour: string) =>
    `<path d="M${from} 12.5H${to}" stroke="${colour}" stroke-width="2.4"/>`
  return icon + bar(-9, cut - 0.7, palette.versions[0]) + bar(cut + 0.7, 9, palette.versions[1])
}
