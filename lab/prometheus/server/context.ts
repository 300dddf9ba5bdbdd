import type { ExemplarStore, SampleStore } from '#lab/contract.ts'

/** What an endpoint answers from. */
export interface Context {
  parameters: URLSearchParams
  store: SampleStore
  exemplars: ExemplarStore
  /** Milliseconds since the epoch. */
  now: number
  /** When the server was made, milliseconds since the epoch. */
  startTime: number
  version: string
  /** prometheus.yml */
  config: string
}
