import { useState } from 'react'
import * as z from 'zod/mini'
import { recall, remember } from '#web/ui/remember.ts'

/** What is written of a dashboard, and where it is to be kept. */
const Written = z.object({
  text: z.string(),
  namespace: z.string().check(z.maxLength(63)),
  name: z.string().check(z.maxLength(253)),
})
export type Written = z.infer<typeof Written>

/** `base`: the text it was begun on. */
const Typed = z.extend(Written, { base: z.string() })
type Typed = z.infer<typeof Typed>

/** A dashboard under somebody's hands: what is typed stays in this browser until it is saved or discarded. */
export interface Draft extends Written {
  /** It differs from what is there, and is kept. */
  isTyped: boolean
  /** The browser keeps nothing. */
  isRefused: boolean
  /** What is there is not what it was begun on. */
  isOutrun: boolean
  write: (patch: Partial<Written>) => void
  discard: () => void
  /** The cluster has it: until that is taken back, there is nothing to keep. */
  save: () => void
  takeBack: () => void
}

const keyOf = (id: string): string => `weft.dashboard-draft.${id}`
const isSame = (a: Written, b: Written): boolean =>
  a.text === b.text && a.namespace === b.namespace && a.name === b.name

/** Null: nothing is kept, or nothing that can be read, or just what is there. */
export function typedOf(id: string, there: Written): Typed | null {
  const kept = recall(keyOf(id))
  if (kept === null) return null
  let json: unknown
  try {
    json = JSON.parse(kept)
  } catch {
    return null
  }
  const { data } = Typed.safeParse(json)
  return data === undefined || isSame(data, there) ? null : data
}

export function useDraft(id: string, there: Written): Draft {
  const [typed, setTyped] = useState(() => typedOf(id, there))
  const [isRefused, setRefused] = useState(false)
  const put = (next: Typed | null) => setRefused(!remember(keyOf(id), next === null ? null : JSON.stringify(next)))
  const take = (next: Typed | null) => {
    setTyped(next)
    put(next)
  }
  const now = typed ?? { ...there, base: there.text }
  return {
    ...now,
    isTyped: typed !== null,
    isRefused,
    isOutrun: now.base !== there.text,
    write: patch => {
      const next = { ...now, ...patch }
      take(isSame(next, there) ? null : next)
    },
    discard: () => take(null),
    save: () => put(null),
    takeBack: () => put(typed),
  }
}
