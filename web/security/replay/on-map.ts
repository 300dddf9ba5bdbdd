import type { Effect } from '#shared/security/replay/replay.ts'
import type { ReplayRow } from '#shared/security/replay/replayer.ts'

/** What the map says of a call: colour, dash and a sign before its words. */
export interface CallOnMap {
  source: { namespace: string; workload: string }
  destination: { namespace: string; workload: string }
  protocol: ReplayRow['protocol']
  mark: {
    tone: 'failing' | 'opened' | 'unknown' | 'degraded'
    dash: 'dashed' | 'dotted' | null
    text: string
    rank: number
  }
}

export type ToldEffect = Exclude<Effect, 'unchanged'>

const looks = {
  newlyRefused: { tone: 'failing', dash: 'dashed', sign: '◆', rank: 4 },
  newlyAllowed: { tone: 'opened', dash: null, sign: '+', rank: 3 },
  uncertain: { tone: 'degraded', dash: 'dotted', sign: '?', rank: 2 },
  stillRefused: { tone: 'unknown', dash: 'dotted', sign: '⊘', rank: 1 },
} as const satisfies Record<ToldEffect, unknown>

/** Of the calls between two workloads what weighs most is told, with all requests that fare so. */
export function onMap(
  rows: readonly ReplayRow[],
  textOf: (effect: ToldEffect, requests: number) => string,
): CallOnMap[] {
  const lines = new Map<string, { row: ReplayRow; requests: number }>()
  for (const row of rows) {
    const { source, destination, protocol, requests } = row
    const key = JSON.stringify([
      source.namespace,
      source.workload,
      destination.namespace,
      destination.workload,
      protocol,
    ])
    const before = lines.get(key)
    const [is, was] = [looks[row.effect].rank, before === undefined ? 0 : looks[before.row.effect].rank]
    if (before === undefined || is > was) lines.set(key, { row, requests })
    else if (is === was) before.requests += requests
  }
  return [...lines.values()].map(({ row, requests }) => {
    const { sign, ...look } = looks[row.effect]
    return {
      source: { namespace: row.source.namespace, workload: row.source.workload },
      destination: { namespace: row.destination.namespace, workload: row.destination.workload },
      protocol: row.protocol,
      mark: { ...look, text: `${sign} ${textOf(row.effect, requests)}` },
    }
  })
}
