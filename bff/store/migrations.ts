import type { Database, Dialect } from './database.ts'
import { StoreError } from './store.ts'

/** In order, each once. One that has been released is never changed: what comes later comes behind it. */
export const migrations: readonly ((dialect: Dialect) => string[])[] = [
  ({ serial, integer, bytes }) => [
    `CREATE TABLE contents (hash TEXT PRIMARY KEY, bytes ${bytes} NOT NULL)`,
    `CREATE TABLE changes (
      id ${serial},
      mesh TEXT NOT NULL,
      object TEXT NOT NULL,
      place TEXT NOT NULL,
      namespace TEXT NOT NULL,
      at ${integer} NOT NULL,
      kind TEXT NOT NULL,
      manager TEXT,
      written TEXT NOT NULL,
      mark TEXT NOT NULL UNIQUE,
      before_hash TEXT REFERENCES contents (hash),
      after_hash TEXT REFERENCES contents (hash),
      findings_hash TEXT NOT NULL REFERENCES contents (hash),
      fields TEXT NOT NULL,
      counts TEXT NOT NULL
    )`,
    'CREATE INDEX changes_of_object ON changes (mesh, object, id)',
    'CREATE INDEX changes_of_place ON changes (mesh, place)',
    'CREATE INDEX changes_in_namespace ON changes (mesh, namespace, id)',
    'CREATE INDEX changes_at ON changes (at)',
    'CREATE INDEX changes_before ON changes (before_hash)',
    'CREATE INDEX changes_after ON changes (after_hash)',
    'CREATE INDEX changes_findings ON changes (findings_hash)',
    `CREATE TABLE notes (
      mesh TEXT NOT NULL,
      object TEXT NOT NULL,
      written TEXT NOT NULL,
      at ${integer} NOT NULL,
      author TEXT NOT NULL,
      reason TEXT,
      PRIMARY KEY (mesh, object, written)
    )`,
  ],
  () => [
    'CREATE INDEX changes_in_mesh ON changes (mesh, id)',
    // What a step of forgetting may have left without an owner: empty between two of them.
    'CREATE TABLE doomed (hash TEXT NOT NULL)',
  ],
  ({ integer }) => [
    `CREATE TABLE turns (
      mark TEXT PRIMARY KEY,
      mesh TEXT NOT NULL,
      object TEXT NOT NULL,
      written TEXT NOT NULL,
      at ${integer} NOT NULL,
      assertion TEXT NOT NULL,
      was TEXT NOT NULL,
      became TEXT NOT NULL
    )`,
    'CREATE INDEX turns_of_change ON turns (mesh, object, written)',
  ],
]

/** Brings a database to what this program knows. Throws StoreError for one that knows more: it would be spoilt. */
export async function migrate(database: Database, name: string, known = migrations): Promise<void> {
  const { integer } = database.dialect
  await database.batch([
    { sql: `CREATE TABLE IF NOT EXISTS weft_migrations (version ${integer} PRIMARY KEY)`, values: [] },
  ])
  let version = await versionOf(database)
  if (version > known.length)
    throw new StoreError(
      `The store ${name} was written by a newer Weft (its version is ${version}, this program knows ${known.length}); start that one, or give another store with WEFT_STORE.`,
    )
  // oxlint-disable no-await-in-loop -- one after the other is what it is about
  while (version < known.length) {
    const statements = known[version]?.(database.dialect) ?? []
    try {
      // The number first: of two programs that begin at the same time the second fails here, and finds it done.
      await database.batch([
        { sql: 'INSERT INTO weft_migrations (version) VALUES (?)', values: [version + 1] },
        ...statements.map(sql => ({ sql, values: [] })),
      ])
      version += 1
    } catch (error) {
      const now = await versionOf(database)
      if (now <= version) throw error
      version = now
    }
  }
  // oxlint-enable no-await-in-loop
}

async function versionOf(database: Database): Promise<number> {
  const [row] = await database.all({ sql: 'SELECT max(version) AS version FROM weft_migrations', values: [] })
  return Number(row?.['version'] ?? 0)
}
