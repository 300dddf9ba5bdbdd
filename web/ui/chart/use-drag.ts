import { type PointerEvent as Pressed, useEffect, useState } from 'react'

/** Pixels of an element, from left to right. */
interface Stretch {
  from: number
  to: number
}

/** Less than this is a click. */
const least = 4

/** A stretch that is dragged over, by a hand that may go back and forth and out of the element before it lets go. */
export function useDrag(onDragged: (over: Stretch) => void): {
  over: Stretch | null
  cancel: () => void
  begin: (event: Pressed) => void
} {
  const [begun, setBegun] = useState<{ element: Element; at: number } | null>(null)
  const [over, setOver] = useState<Stretch | null>(null)
  useEffect(() => {
    if (begun === null) return
    const { element, at } = begun
    const end = new AbortController()
    const hear = (type: 'pointermove' | 'pointerup' | 'pointercancel', listener: (event: PointerEvent) => void) =>
      window.addEventListener(type, listener, { signal: end.signal })
    const stretch = ({ clientX }: PointerEvent): Stretch | null => {
      const to = placeIn(element, clientX)
      return Math.abs(to - at) < least ? null : { from: Math.min(at, to), to: Math.max(at, to) }
    }
    const done = () => {
      setBegun(null)
      setOver(null)
    }
    hear('pointermove', event => setOver(stretch(event)))
    hear('pointercancel', done)
    hear('pointerup', event => {
      const dragged = stretch(event)
      done()
      if (dragged !== null) onDragged(dragged)
    })
    return () => end.abort()
  }, [begun, onDragged])
  return {
    over,
    cancel: () => {
      setBegun(null)
      setOver(null)
    },
    begin: ({ button, currentTarget, clientX }) => {
      if (button === 0) setBegun({ element: currentTarget, at: placeIn(currentTarget, clientX) })
    },
  }
}

function placeIn(element: Element, clientX: number): number {
  const { left, width } = element.getBoundingClientRect()
  return Math.min(width, Math.max(0, clientX - left))
}
