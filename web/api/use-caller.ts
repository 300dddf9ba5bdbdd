import { useQueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { chosenUser, chooseUser, subscribeUser } from './caller.ts'
import { connectionKey, liveName, statusKey } from './keys.ts'
import { useLiveFeeds } from './use-live.ts'

export const useChosenUser = (): string | null => useSyncExternalStore(subscribeUser, chosenUser)

/** Everything on the page is read anew by the other's rights; nothing of what was read before stays. */
export function useSwitchUser(): (user: string | null) => void {
  const cache = useQueryClient()
  const feeds = useLiveFeeds()
  return user => {
    chooseUser(user)
    feeds.startOver()
    const kept: readonly unknown[] = [statusKey[0], connectionKey[0], liveName]
    void cache.resetQueries({ predicate: ({ queryKey }) => !kept.includes(queryKey[0]) })
  }
}
