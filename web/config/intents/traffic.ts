/** What goes to a service now, as the map tells it. Rates are requests per second. */
export interface ServiceTraffic {
  requestRate: number
  errorRatio: number | null
  versions: readonly { version: string; requestRate: number | null; pods: number }[]
  callers: readonly { name: string; requestRate: number }[]
}

/** Null: not known (yet). Given to the page from where features meet; it lives as long as the page looks. */
export type UseTraffic = (namespace: string, service: string) => ServiceTraffic | null

/** Who calls whom, by workload, as the map tells it. */
export interface SeenCall {
  source: { namespace: string; workload: string }
  destination: { namespace: string; workload: string }
  /** Null where nobody reported. */
  isMutual: boolean | null
}

/** Into a namespace (empty: into any). Null: not known (yet). */
export type UseCalls = (namespace: string) => readonly SeenCall[] | null
