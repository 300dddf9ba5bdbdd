import { workloadKey } from '#shared/security/landscape.ts'
import type { Matrix } from '#shared/security/matrix.ts'
import type { Caller } from '#shared/security/party.ts'
import type { Narrowed } from './narrow.ts'

/** What is shown, a line for each cell. */
export function csvOf(matrix: Matrix, { callers, workloads }: Narrowed, nameOf: (caller: Caller) => string): string {
  const lines = callers.flatMap(caller =>
    workloads.map(workload => {
      const { state, verdict, passed, refused } = matrix.cell(caller, workload)
      return [nameOf(caller), workloadKey(workload), state, verdict, Math.round(passed), Math.round(refused)]
    }),
  )
  return [['identity', 'workload', 'state', 'verdict', 'passed', 'refused'], ...lines]
    .map(line => line.map(field).join(','))
    .join('\r\n')
}

/** Quoted where it must be; what a spreadsheet would take for a formula is text. */
function field(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
