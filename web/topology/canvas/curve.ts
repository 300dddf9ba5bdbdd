import type { Point, Rect } from '#web/topology/layout/measure.ts'

/**
 * The way of an edge: straight without controls, else quadratic pieces that meet half way between two controls —
 * exactly what Cytoscape draws as `unbundled-bezier`, so that particles, labels and the export follow the same line.
 */
export interface Curve {
  from: Point
  to: Point
  controls: readonly Point[]
}

interface Piece {
  a: Point
  c: Point
  b: Point
}

export function pieces(curve: Curve): Piece[] {
  const [first, second] = curve.controls
  if (!first) return [{ a: curve.from, c: between(curve.from, curve.to), b: curve.to }]
  if (!second) return [{ a: curve.from, c: first, b: curve.to }]
  const middle = between(first, second)
  return [
    { a: curve.from, c: first, b: middle },
    { a: middle, c: second, b: curve.to },
  ]
}

const between = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })

/** The point at t from 0 to 1. */
export function pointAt(curve: Curve, t: number): Point {
  const parts = pieces(curve)
  const place = Math.min(parts.length - 1, Math.floor(t * parts.length))
  const { a, c, b } = parts[place] ?? { a: curve.from, c: curve.from, b: curve.to }
  const u = t * parts.length - place
  const v = 1 - u
  return { x: v * v * a.x + 2 * v * u * c.x + u * u * b.x, y: v * v * a.y + 2 * v * u * c.y + u * u * b.y }
}

/** `count` + 1 points from end to end. */
export function samples(curve: Curve, count: number): Point[] {
  return Array.from({ length: count + 1 }, (_, i) => pointAt(curve, i / count))
}

export function pathData(curve: Curve): string {
  const n = (value: number) => String(Math.round(value * 10) / 10)
  if (curve.controls.length === 0) return `M${n(curve.from.x)} ${n(curve.from.y)}L${n(curve.to.x)} ${n(curve.to.y)}`
  return `M${n(curve.from.x)} ${n(curve.from.y)}${pieces(curve)
    .map(({ c, b }) => `Q${n(c.x)} ${n(c.y)} ${n(b.x)} ${n(b.y)}`)
    .join('')}`
}

/** The smallest upright box around a curve's samples. */
export function boxOf(points: readonly Point[]): Rect {
  let left = Infinity
  let top = Infinity
  let right = -Infinity
  let bottom = -Infinity
  for (const point of points) {
    left = Math.min(left, point.x)
    right = Math.max(right, point.x)
    top = Math.min(top, point.y)
    bottom = Math.max(bottom, point.y)
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** Controls as Cytoscape wants them: shares along the straight line between the ends, and distances beside it. */
export function relativeControls(curve: Curve): { weights: number[]; distances: number[] } {
  const dx = curve.to.x - curve.from.x
  const dy = curve.to.y - curve.from.y
  const length = Math.hypot(dx, dy) || 1
  const round = (value: number) => Math.round(value * 1000) / 1000
  return {
    weights: curve.controls.map(({ x, y }) =>
      round(((x - curve.from.x) * dx + (y - curve.from.y) * dy) / (length * length)),
    ),
    distances: curve.controls.map(({ x, y }) => round(((x - curve.from.x) * -dy + (y - curve.from.y) * dx) / length)),
  }
}

/** A curve that keeps its distance in x follows time by length; particles walk it with even steps. */
export function evenly(curve: Curve, count: number): Point[] {
  const fine = samples(curve, count * 2)
  const lengths = [0]
  for (let i = 1; i < fine.length; i += 1) {
    const a = fine[i - 1] ?? curve.from
    const b = fine[i] ?? curve.to
    lengths.push((lengths[i - 1] ?? 0) + Math.hypot(b.x - a.x, b.y - a.y))
  }
  const total = lengths.at(-1) ?? 0
  const points: Point[] = []
  let at = 0
  for (let i = 0; i <= count; i += 1) {
    const goal = (total * i) / count
    while (at < lengths.length - 2 && (lengths[at + 1] ?? 0) < goal) at += 1
    const start = lengths[at] ?? 0
    const step = (lengths[at + 1] ?? start) - start
    const share = step > 0 ? (goal - start) / step : 0
    const a = fine[at] ?? curve.from
    const b = fine[at + 1] ?? a
    points.push({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share })
  }
  return points
}
