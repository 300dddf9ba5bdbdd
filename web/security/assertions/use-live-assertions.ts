import type { AssertionsState } from '#shared/security/assert/assertions.ts'
import type { LiveSubject } from '#web/api/feed.ts'
import { outageOfFeed } from '#web/api/outage.ts'
import { useConnection, useLive, useLiveFeeds, useStatus } from '#web/api/use-live.ts'

/** The assertions as they live: each message is the whole of them. */
const subject: LiveSubject<AssertionsState, AssertionsState> = { name: 'assertions', apply: (_, told) => told }
const everything: Record<string, string> = {}

/** Assertions and how they stand, as the BFF tells whenever something in the cluster changed. */
export function useLiveAssertions() {
  const feeds = useLiveFeeds()
  const feed = useLive(subject, everything)
  const connection = useConnection()
  const skew = useStatus()?.skew ?? 0
  return {
    state: feed?.state ?? null,
    at: feed?.at ?? null,
    outage: outageOfFeed(feed, connection, skew),
    refusal: feed?.refusal?.detail ?? null,
    skew,
    again: () => feeds.refresh(subject.name, everything),
  }
}
