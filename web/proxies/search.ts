import { type Table, tables } from '#shared/proxies/tables.ts'

/** What is chosen here, as the address says it. What is not said is the default. */
export interface ProxiesSearch {
  /** Whose proxy is looked into; the first pod unless said. */
  pod?: string | undefined
  table?: Table | undefined
  /** Words that rows are looked through for. */
  q?: string | undefined
  /** `port` rises, `-port` falls; of the configuration. */
  sort?: string | undefined
  /** The same of the pods. */
  pods?: string | undefined
}
export type OnProxiesSearch = (patch: Partial<ProxiesSearch>, isStep?: boolean) => void

const textIn = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= most ? value : undefined

export const proxiesSearchIn = (search: Record<string, unknown>): ProxiesSearch => ({
  pod: textIn(search['pod'], 253),
  table: tables.find(table => table === search['table']),
  q: textIn(search['q'], 256),
  sort: textIn(search['sort'], 40),
  pods: textIn(search['pods'], 40),
})
