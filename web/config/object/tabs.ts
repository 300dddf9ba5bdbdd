import type { FindingLevel } from '#shared/config/finding.ts'

export const tabs = ['edit', 'findings', 'diff', 'history', 'inForce'] as const
export type Tab = (typeof tabs)[number]

/** As the address says it; the first where it says nothing, or what there is not. */
export const tabIn = (value: unknown): Tab => tabs.find(tab => tab === value) ?? 'edit'

/** The worst there is, for the count's colour; null where there is nothing. */
export const worstLevel = (levels: readonly FindingLevel[]): FindingLevel | null =>
  (['Error', 'Warning', 'Info'] as const).find(level => levels.includes(level)) ?? null
