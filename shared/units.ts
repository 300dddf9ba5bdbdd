/** Units live in names and types and are converted once, where a source's reply is parsed. */
export type Milliseconds = number
export type Seconds = number
export type Bytes = number
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMilliseconds = number
/** Events per second. */
export type PerSecond = number
/** A part of a whole, 0 to 1. */
export type Ratio = number
