import type { FindingLevel } from '#shared/config/finding.ts'

/** How bad a finding is, in the shapes and colours of health. */
export const healthOf: Record<FindingLevel, 'failing' | 'degraded' | 'unknown'> = {
  Error: 'failing',
  Warning: 'degraded',
  Info: 'unknown',
}
