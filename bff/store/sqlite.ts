import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Database, Dialect, Row, Statement } from './database.ts'

const dialect: Dialect = {
  // AUTOINCREMENT: the number of a change that was pruned is never given again.
  serial: 'INTEGER PRIMARY KEY AUTOINCREMENT',
  integer: 'INTEGER',
  bytes: 'BLOB',
  isOneOf: column => `${column} IN (SELECT value FROM json_each(?))`,
}

/** A file, made with its folder where it is not there; `:memory:` is kept nowhere. */
export function openSqlite(file: string): Database {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(file, { timeout: 5000 })
  database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  // A reader never waits for a writer, and what was committed is there after any end of this process.
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = FULL')
  database.exec('PRAGMA foreign_keys = ON')
  return {
    dialect,
    all: async ({ sql, values }: Statement) => database.prepare(sql).all(...values) as Row[],
    batch: async statements => {
      database.exec('BEGIN IMMEDIATE')
      try {
        const changed = statements.map(({ sql, values }) => Number(database.prepare(sql).run(...values).changes))
        database.exec('COMMIT')
        return changed
      } catch (error) {
        // A full disk has rolled back already.
        if (database.isTransaction) database.exec('ROLLBACK')
        throw error
      }
    },
    shrink: async () => {
      while (freePages(database) > 0) {
        database.exec(`PRAGMA incremental_vacuum(${pagesAtOnce})`)
        // oxlint-disable-next-line no-await-in-loop -- others want to be answered too
        await new Promise(resolve => setImmediate(resolve))
      }
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    },
    close: async () => database.close(),
  }
}

const pagesAtOnce = 500

const freePages = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA freelist_count').get()?.['freelist_count'] ?? 0)
