import type { Health } from '#shared/mesh/health.ts'
import type { ServiceRow } from '#shared/services/api.ts'

export interface Filter {
  /** Empty: any. */
  healths: readonly Health[]
  /** All of these words are somewhere in what a row says of itself. */
  words: readonly string[]
}

export const wordsOf = (text: string | undefined): string[] =>
  (text ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')

/** The rows that are shown, and how many of each health there would be without choosing one. */
export function narrow(
  rows: readonly ServiceRow[],
  { healths, words }: Filter,
): { rows: ServiceRow[]; counts: Record<Health, number> } {
  const counts: Record<Health, number> = { failing: 0, degraded: 0, healthy: 0, unknown: 0 }
  const shown = rows.filter(row => {
    if (words.length > 0) {
      const text = textOf(row)
      if (!words.every(word => text.includes(word))) return false
    }
    counts[row.health] += 1
    return healths.length === 0 || healths.includes(row.health)
  })
  return { rows: shown, counts }
}

const texts = new WeakMap<ServiceRow, string>()

/** Joined once for each row: typing looks through ten thousand of them. */
function textOf(row: ServiceRow): string {
  const known = texts.get(row)
  if (known !== undefined) return known
  const { namespace, name, versions, related, serviceAccounts, dataPlane } = row
  const text = [
    `${namespace}/${name}`,
    ...versions.map(({ version }) => version),
    ...related,
    ...serviceAccounts,
    dataPlane,
  ]
    .join(' ')
    .toLowerCase()
  texts.set(row, text)
  return text
}
