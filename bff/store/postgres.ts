import pg from 'pg'
import type { Database, Dialect, Row } from './database.ts'

const dialect: Dialect = {
  serial: 'BIGSERIAL PRIMARY KEY',
  integer: 'BIGINT',
  bytes: 'BYTEA',
  isOneOf: column => `${column} IN (SELECT jsonb_array_elements_text(?::jsonb))`,
}

/** Any number, as long as no other program uses it in the same database. */
const writersLock = 0x77_65_66_74

/** `postgres://user:password@host:port/database`; connections are made when they are needed. */
export function openPostgres(url: string): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 5000,
    statement_timeout: 60_000,
    application_name: 'weft',
  })
  // A connection that breaks while it rests: the next question makes another one.
  pool.on('error', () => {})
  return {
    dialect,
    all: async ({ sql, values }) => (await pool.query<Row>(numbered(sql), [...values])).rows,
    batch: async statements => {
      const client = await pool.connect()
      let failure: unknown
      try {
        await client.query('BEGIN')
        // Writers follow one another, so that ids grow in the order in which changes can be read.
        await client.query('SELECT pg_advisory_xact_lock($1)', [writersLock])
        const changed: number[] = []
        // oxlint-disable-next-line no-await-in-loop -- one transaction
        for (const { sql, values } of statements)
          changed.push((await client.query(numbered(sql), [...values])).rowCount ?? 0)
        await client.query('COMMIT')
        return changed
      } catch (error) {
        failure = error
        throw error
      } finally {
        // One that has failed in the middle is closed, which rolls back: nobody has to ask whether it can be used again.
        client.release(failure !== undefined)
      }
    },
    // PostgreSQL's autovacuum does.
    shrink: () => Promise.resolve(),
    close: () => pool.end(),
  }
}

/** `?` as PostgreSQL writes it: `$1`, `$2` … None of our texts holds one. */
function numbered(sql: string): string {
  let number = 0
  return sql.replaceAll('?', () => `$${(number += 1)}`)
}
