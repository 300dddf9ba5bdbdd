/** Reading objects whose shape the API server has checked but TypeScript has not. Nothing here throws: what is malformed is absent. */

export type Fields = Record<string, unknown>

export const fields = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

export const items = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fields) : [])

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []

export const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

/** Labels and headers: a map of texts. */
export const textMap = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields(value)).flatMap(([key, item]) => (typeof item === 'string' ? [[key, item]] : [])),
  )

const units: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, ns: 0.000001 }

/** `1h30m`, `5s`, `0.5s`, `250ms` → milliseconds. */
export function duration(value: unknown): number | undefined {
  const written = text(value)
  if (written === undefined || !/^(\d+(\.\d+)?(h|ms|m|s|us|ns))+$/.test(written)) return undefined
  let total = 0
  for (const [, amount, unit] of written.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|ns)/g))
    total += Number(amount) * (units[unit ?? ''] ?? 0)
  return total
}

/** Every wanted label is there with the wanted value; nothing wanted matches everything. */
export function hasLabels(labels: Record<string, string>, wanted: Record<string, string>): boolean {
  for (const key in wanted) if (labels[key] !== wanted[key]) return false
  return true
}
