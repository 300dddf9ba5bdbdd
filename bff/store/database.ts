/** A value as both engines take and give it. */
export type Value = string | number | null | Uint8Array
export type Row = Record<string, Value>

/** SQL with `?` for each value. */
export interface Statement {
  sql: string
  values: readonly Value[]
}

/** What the store needs of an engine; the SQL is the same for all, apart from the words of its dialect. */
export interface Database {
  readonly dialect: Dialect
  all(statement: Statement): Promise<Row[]>
  /** All of them or none; batches of several writers follow one another. Resolves to the rows each has changed. */
  batch(statements: readonly Statement[]): Promise<number[]>
  /** Gives pages that are free back to the disk, where the engine does not do so by itself. */
  shrink(): Promise<void>
  close(): Promise<void>
}

export interface Dialect {
  /** The types of a number that counts up by itself, of a whole number, and of bytes. */
  serial: string
  integer: string
  bytes: string
  /** `column` is one of the texts in a JSON list, which is the value. */
  isOneOf(column: string): string
}
