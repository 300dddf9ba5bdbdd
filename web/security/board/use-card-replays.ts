import { useEffect, useEffectEvent, useState } from 'react'
import { type Card, enforcedBy } from '#shared/security/board.ts'
import type { Replayed, Replayer } from '#shared/security/replayer.ts'

export type CardReplay = Pick<Replayed, 'totals' | 'missing'>

/**
 * What the cards in sight would do if they were enforced, on the calls that were seen: one after the other between two
 * pictures, and each once for one reading of the mesh.
 */
export function useCardReplays(replayer: Replayer | null, inSight: readonly Card[]): (card: Card) => CardReplay | null {
  const [known, setKnown] = useState<{ of: Replayer | null; results: ReadonlyMap<string, CardReplay> }>({
    of: null,
    results: new Map(),
  })
  const next =
    replayer === null
      ? undefined
      : inSight.find(
          card => enforcedBy(card) !== null && !(known.of === replayer && known.results.has(replayKey(card))),
        )
  const replayNext = useEffectEvent(() => {
    const change = next === undefined ? null : enforcedBy(next)
    if (replayer === null || next === undefined || change === null) return
    const { totals, missing } = replayer.replay([change])
    setKnown(before => ({
      of: replayer,
      // What was known of the mesh before stays until the card is replayed again.
      results: new Map(before.of === replayer ? before.results : []).set(replayKey(next), { totals, missing }),
    }))
  })
  const nextKey = next === undefined ? null : replayKey(next)
  useEffect(() => {
    if (replayer === null || nextKey === null) return
    const timer = setTimeout(() => replayNext(), 0)
    return () => clearTimeout(timer)
  }, [replayer, nextKey])
  return card => known.results.get(replayKey(card)) ?? null
}

/** Another text is another card. */
const replayKey = (card: Card): string =>
  `${card.id} ${card.stage === 'draft' ? JSON.stringify(card.object) : (card.object?.metadata.resourceVersion ?? '')}`
