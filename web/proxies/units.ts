import { none, significant } from '#web/ui/format.ts'

/** As `kubectl top` tells them: thousandths of a core, and MiB. */
export const cpuText = (cores: number | null): string =>
  cores === null ? none : cores < 0.001 && cores > 0 ? '<\u00a01m' : `${significant(Math.round(cores * 1000), true)}m`

const mebibyte = 2 ** 20
export function memoryText(bytes: number | null): string {
  if (bytes === null) return none
  const [size, unit] = bytes >= 1024 * mebibyte ? [1024 * mebibyte, 'GiB'] : [mebibyte, 'MiB']
  return `${significant(bytes / size, true)}\u00a0${unit}`
}

/** Null where nobody knows of any of them. */
export const sumKnown = (values: readonly (number | null)[]): number | null => {
  const known = values.filter(value => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}
