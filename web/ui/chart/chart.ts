/** What charts show. Times in milliseconds since the epoch, ascending. Null where there is no sample: missing is not zero. */
export interface Line {
  /** Stable: what a line is called by when the next reading comes. */
  id: string
  /** As people read it; may come from outside, is drawn as text only. */
  name: string
  times: readonly number[]
  values: readonly (number | null)[]
  /** Which colour: a series of the palette (0 = first), a state, or the quiet one of comparisons and "others". */
  tone: number | 'healthy' | 'degraded' | 'failing' | 'quiet'
  isDashed?: boolean
}

/** Something that happened: a config change, a rollout. */
export interface Mark {
  at: number
  name: string
}

/** A value above which something is called degraded or failing. */
export interface Threshold {
  value: number
  name: string
  tone: 'degraded' | 'failing'
}

/** One request that was measured together with its trace. */
export interface Exemplar {
  at: number
  value: number
  traceId: string
}

export interface Span {
  from: number
  to: number
}
