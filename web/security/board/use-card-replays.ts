import { useEffect, useEffectEvent, useState } from 'react'
import { type Card, enforcedBy } from '#shared/security/board.ts'
import type { Replayed, Replayer } from '#shared/security/replay/replayer.ts'

export type CardReplay = Pick<Replayed, 'totals' | 'missing'>

interface Known extends CardReplay {
  by: Replayer
}

/** So many are remembered of cards that were in sight. */
const most = 400

/**
 * What the cards in sight would do if they were enforced, on the calls that were seen: one after the other between two
 * pictures. What was found on the reading before stays until the card is replayed on the next.
 */
export function useCardReplays(replayer: Replayer | null, inSight: readonly Card[]): (card: Card) => CardReplay | null {
  const [known, setKnown] = useState<ReadonlyMap<string, Known>>(() => new Map())
  const next =
    replayer === null
      ? undefined
      : inSight.find(card => enforcedBy(card) !== null && known.get(replayKey(card))?.by !== replayer)
  const replayNext = useEffectEvent(() => {
    const change = next === undefined ? null : enforcedBy(next)
    if (replayer === null || next === undefined || change === null) return
    const { totals, missing } = replayer.replay([change])
    const key = replayKey(next)
    setKnown(before => {
      const others = [...before].filter(([each]) => each !== key).slice(-most)
      return new Map([...others, [key, { by: replayer, totals, missing }]])
    })
  })
  const nextKey = next === undefined ? null : replayKey(next)
  useEffect(() => {
    if (replayer === null || nextKey === null) return
    const timer = setTimeout(() => replayNext(), 0)
    return () => clearTimeout(timer)
  }, [replayer, nextKey])
  return card => known.get(replayKey(card)) ?? null
}

/** Another text is another card. */
const replayKey = (card: Card): string =>
  `${card.id} ${card.stage === 'draft' ? JSON.stringify(card.object) : (card.object?.metadata.resourceVersion ?? '')}`
