import { mix } from '#lab/mesh/traffic/random.ts'
import type { Hop } from './pack.ts'

/** Microseconds since the exchange began. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** When each proxy behind the caller's had the request: the same for its span and for its access log. */
export interface Windows {
  /** Of a waypoint: from its caller, and to the destination. */
  waypoint: Window
  beyond: Window
  destination: Window
}

/** @param whole what the caller's proxy saw of this try. */
export function windowsOf(hop: Hop, whole: Window): Windows {
  const { waypoint } = hop.facts
  const first = waypoint ? inside(whole, hop, 1) : whole
  const beyond = waypoint ? inside(first, hop, 2) : whole
  return { waypoint: first, beyond, destination: inside(beyond, hop, 3) }
}

/** One network hop further in: a little later, a little earlier done, but never so much as to cut into what it called. */
function inside(window: Window, hop: Hop, level: number): Window {
  const chance = 100 + (mix(hop.from, hop.to, level) % 500)
  const wire = Math.floor(Math.min((window.to - window.from) * 0.08, chance))
  const begins = Math.min(...hop.children.map(child => child.from), Infinity)
  const ends = Math.max(...hop.children.map(child => child.to), -Infinity)
  const from = Math.max(window.from, Math.min(window.from + wire, begins))
  return { from, to: Math.max(from, Math.min(window.to, Math.max(window.to - wire, ends))) }
}
