import type { Change } from '#shared/security/replay/change.ts'
import type { ReplayedChange } from '#web/security/replay/ReplayPanel.tsx'

export const asReplayed = (changes: readonly Change[]): ReplayedChange[] =>
  changes.map(({ before, after }) => ({
    before: before == null ? null : { ...before },
    after: after == null ? null : { ...after },
  }))
