import type { Frame } from './cost.ts'
import type { Unit } from './graph.ts'
import { air, around, footprint, overlaps, type Point, type Rect, row } from './measure.ts'

/**
 * Small shifts of whole units, up or down by at most a row, wherever that makes their links straighter and nothing is
 * in the way. The search works in half rows; this takes the last pixels out.
 */
export function straighten(frame: Frame, points: Point[]): void {
  const { net, columns } = frame
  const isLinked = (node: number) => (columns[node] ?? -1) >= 0
  const boxOf = (unit: Unit, index: number): Rect => {
    const members = unit.members.filter(isLinked)
    const box = unit.isRegion
      ? around(members.map(node => points[node] ?? { x: 0, y: 0 }))
      : footprint(points[members[0] ?? 0] ?? { x: 0, y: 0 })
    return { ...box, height: box.height + (frame.idleRows[index] ?? 0) * row }
  }
  for (let round = 0; round < 4; round += 1)
    net.units.forEach((unit, index) => {
      if (!unit.members.some(isLinked)) return
      const wishes = linkWishes(frame, points, unit, index)
      const box = boxOf(unit, index)
      const others = net.units.flatMap((other, i) =>
        i !== index && other.members.some(isLinked) ? [boxOf(other, i)] : [],
      )
      const top = Math.min(...others.map(other => other.y), box.y)
      const bottom = Math.max(...others.map(other => other.y + other.height), box.y + box.height)
      const cost = (shift: number) =>
        wishes.reduce((sum, wish) => sum + wish.weight * Math.abs(wish.shift - shift), 0) + Math.abs(shift) * 1e-3
      const best = [0, ...wishes.map(wish => wish.shift)]
        .filter(shift => Math.abs(shift) <= row)
        .filter(shift => box.y + shift >= top - 1 && box.y + shift + box.height <= bottom + 1)
        .filter(shift => shift === 0 || others.every(other => !overlaps({ ...box, y: box.y + shift }, other, air)))
        .reduce((a, b) => (cost(b) < cost(a) - 1e-6 ? b : a))
      for (const node of unit.members) {
        const point = points[node]
        if (point) point.y += best
      }
    })
}

/** By how much each link that leaves the unit wants it moved. */
function linkWishes(frame: Frame, points: Point[], unit: Unit, index: number): { shift: number; weight: number }[] {
  const { net } = frame
  const height = (node: number) => points[node]?.y ?? 0
  return unit.members.flatMap(node => [
    ...(net.out[node] ?? [])
      .filter(link => net.unitOf[link.to] !== index)
      .map(link => ({ shift: height(link.to) - height(node), weight: link.weight })),
    ...(net.into[node] ?? [])
      .filter(link => net.unitOf[link.from] !== index)
      .map(link => ({ shift: height(link.from) - height(node), weight: link.weight })),
  ])
}
