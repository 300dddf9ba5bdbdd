import { useState } from 'react'
import { recall, remember } from '#web/ui/remember.ts'

const key = 'weft.explored'
const most = 8

/** A question that was asked again comes first, and once. */
export const withAsked = (recent: readonly string[], query: string): string[] =>
  [query, ...recent.filter(each => each !== query)].slice(0, most)

/** As the browser kept it, whatever that is. */
export function recentIn(kept: string | null): string[] {
  let read: unknown
  try {
    read = JSON.parse(kept ?? '[]')
  } catch {
    return []
  }
  return Array.isArray(read) ? read.filter((each): each is string => typeof each === 'string').slice(0, most) : []
}

/** One's own last questions, kept in this browser. */
export function useRecent(): { recent: readonly string[]; ask: (query: string) => void; forget: () => void } {
  const [recent, setRecent] = useState(() => recentIn(recall(key)))
  return {
    recent,
    ask: query => {
      const next = withAsked(recent, query)
      setRecent(next)
      remember(key, JSON.stringify(next))
    },
    forget: () => {
      setRecent([])
      remember(key, null)
    },
  }
}
