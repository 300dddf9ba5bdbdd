import { significant } from '#web/ui/format.ts'

/** Whole below a million. */
export const count = (value: number): string =>
  value >= 1e6 ? significant(value, true) : Math.round(value).toLocaleString('en-US')
