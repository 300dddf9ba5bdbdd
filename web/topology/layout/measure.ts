/** Sizes the layout and the drawing agree on, in pixels at 100 %. */

export interface Point {
  x: number
  y: number
}

export interface Rect {
  x: number
  y: number
  width: number
  height: number
}

/** Between two rows of nodes, centre to centre: body, name and air. */
export const row = 62
/** Between two columns inside a region; wider where a region begins or ends. */
export const column = 110
export const boundary = 24
/** From a node's centre to the edge of its region. */
export const inset = { side: 54, top: 58, bottom: 46 }
/** What a node covers around its centre: body, mark and name. */
export const reach = { side: 30, top: 20, bottom: 36 }
/** Between two regions, or a region and a node outside it. */
export const air = 18

export function overlaps(a: Rect, b: Rect, margin = 0): boolean {
  return (
    a.x < b.x + b.width + margin &&
    b.x < a.x + a.width + margin &&
    a.y < b.y + b.height + margin &&
    b.y < a.y + a.height + margin
  )
}

/** The ground one node covers with its name. */
export function footprint(at: Point): Rect {
  return { x: at.x - reach.side, y: at.y - reach.top, width: 2 * reach.side, height: reach.top + reach.bottom }
}

/** The box of a region around the centres of its members. At least one member. */
export function around(members: readonly Point[]): Rect {
  const xs = members.map(member => member.x)
  const ys = members.map(member => member.y)
  const left = Math.min(...xs) - inset.side
  const top = Math.min(...ys) - inset.top
  return {
    x: left,
    y: top,
    width: Math.max(...xs) + inset.side - left,
    height: Math.max(...ys) + inset.bottom - top,
  }
}
