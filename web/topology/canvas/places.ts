import * as z from 'zod/mini'
import type { Placement } from '#web/topology/layout/layout.ts'

const Stored = z.object({
  positions: z.record(z.string(), z.object({ x: z.number(), y: z.number() })),
  regions: z.record(z.string(), z.string()),
})

const keyOf = (view: string) => `weft.map.${view}`

/** Places of a view, kept for this browser tab: a reload shows the same picture. */
export function recallPlaces(view: string): Placement | null {
  try {
    const text = sessionStorage.getItem(keyOf(view))
    const stored = text === null ? null : Stored.safeParse(JSON.parse(text))
    return stored?.success ? stored.data : null
  } catch {
    // Storage is closed or holds something else's text: the map is laid out anew.
    return null
  }
}

export function rememberPlaces(view: string, placement: Placement): void {
  try {
    sessionStorage.setItem(keyOf(view), JSON.stringify(placement))
  } catch {
    // Storage is closed or full: places last until the page is left.
  }
}

export function forgetPlaces(view: string): void {
  try {
    sessionStorage.removeItem(keyOf(view))
  } catch {
    // Nothing was kept.
  }
}
