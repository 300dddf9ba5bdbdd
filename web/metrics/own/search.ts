import type { Chosen, OwnCharts, Place } from '#shared/metrics/own/api.ts'
import type { MetricsSearch } from '#web/metrics/search.ts'

/** Beside when: `var-NAME` of each variable, and whether it is being edited. */
export type OwnSearch = MetricsSearch & Readonly<Record<string, string | undefined>>
export type OnOwnSearch = (patch: Record<string, string | undefined>) => void

const prefix = 'var-'
const all = '*'

export const chosenIn = (search: OwnSearch): Chosen =>
  Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) =>
      key.startsWith(prefix) && typeof value === 'string'
        ? [[key.slice(prefix.length), value === all ? null : value]]
        : [],
    ),
  )

export const chosenSearch = (name: string, value: string | null): Record<string, string | undefined> => ({
  [`${prefix}${name}`]: value ?? all,
})

/** What a variable is chosen by in a `<select>`. */
export const choiceOf = ({ chosen }: OwnCharts['variables'][number]): string => (chosen === null ? all : `=${chosen}`)
export const chosenOf = (choice: string): string | null => (choice === all ? null : choice.slice(1))
export const choiceAll = all

export const hrefOf = ({ namespace, name }: Place): string =>
  `/metrics/dashboards/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`
export const listHref = '/metrics/dashboards'
