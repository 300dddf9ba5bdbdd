import type { LogLevel } from '#shared/logs/line.ts'
import type { Row } from './book.ts'
import { compile } from './pattern.ts'
import type { PatternError } from './pattern-parse.ts'

/** From this level on; `any`: also lines that do not say. */
export type LevelChoice = 'any' | 'info' | 'warn' | 'error'
export const levelChoices = ['any', 'info', 'warn', 'error'] as const

export interface Filter {
  text: string
  isRegex: boolean
  level: LevelChoice
}

const rank: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }

/** What a filter wants; where its expression is none, everything, and what is wrong with it. */
export function wanted(filter: Filter): { test: (row: Row) => boolean; error: PatternError | null } {
  const { text, isRegex, level } = filter
  const least = level === 'any' ? null : rank[level]
  const isLoud = (row: Row) => least === null || (row.level !== null && rank[row.level] >= least)
  if (text === '') return { test: isLoud, error: null }
  if (!isRegex) {
    const needle = text.toLowerCase()
    return { test: row => isLoud(row) && row.text.toLowerCase().includes(needle), error: null }
  }
  const compiled = compile(text)
  if ('error' in compiled) return { test: isLoud, error: compiled.error }
  return { test: row => isLoud(row) && compiled.test(row.text), error: null }
}
