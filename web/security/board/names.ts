import { useTranslation } from 'react-i18next'
import type { Card, Obstacle } from '#shared/security/board.ts'
import { workloadKey } from '#shared/security/landscape.ts'

/** What a card selects, in words. */
export function useReachText(): (card: Card) => string {
  const { t } = useTranslation('security')
  return card => {
    const count = card.workloads.length
    if (count === 0) return t($ => $.board.reach.none)
    switch (card.reach) {
      case 'mesh':
        return t($ => $.board.reach.mesh, { count })
      case 'namespace':
        return t($ => $.board.reach.namespace, { name: card.ref.namespace, count })
      case 'selector':
      case 'target': {
        const names = card.workloads.slice(0, 3).map(workloadKey).join(', ')
        return count > 3 ? t($ => $.board.reach.more, { names, count: count - 3 }) : names
      }
    }
  }
}

/** Why it cannot be staged, in a sentence. */
export function useObstacleText(): (obstacle: Obstacle) => string {
  const { t } = useTranslation('security')
  return obstacle => {
    switch (obstacle.is) {
      case 'ztunnel':
        return t($ => $.board.obstacle.ztunnel, {
          names: obstacle.workloads.slice(0, 3).join(', '),
          count: obstacle.workloads.length,
        })
      case 'action':
        return t($ => $.board.obstacle.action, { action: obstacle.action })
      case 'broken':
        return t($ => $.board.obstacle.broken, { problem: obstacle.problem })
      case 'enforced':
      case 'unreadable':
        return t($ => $.board.obstacle[obstacle.is])
    }
  }
}
