import { keyOf, type Json, type ObjectRef } from '#shared/mesh/object.ts'
import type { Turn } from '#shared/mesh/turn.ts'
import { type Content, contentOf, nameOf, readContent } from './content.ts'
import type { Database, Row, Statement, Value } from './database.ts'
import { authorOf, holding, storable } from './filter.ts'
import type { Change, ChangeKind, Counts, NewChange, Place, Question, Store } from './store.ts'

/** The store on a database that has been migrated. */
export function sqlStore(database: Database): Store {
  const { isOneOf } = database.dialect
  const all = (sql: string, ...values: Value[]) => database.all({ sql, values })

  /** Of each change, the assertions it turned. */
  async function turnsIn(mesh: string, changes: readonly Row[]): Promise<(change: Row) => Turn[]> {
    const of = (column: string) => JSON.stringify([...new Set(changes.map(row => row[column]))])
    const rows =
      changes.length === 0
        ? []
        : await all(
            `SELECT object, written, assertion, was, became FROM turns
              WHERE mesh = ? AND ${isOneOf('object')} AND ${isOneOf('written')} ORDER BY at, mark`,
            mesh,
            of('object'),
            of('written'),
          )
    const found = Map.groupBy(rows, writeIn)
    return change => (found.get(writeIn(change)) ?? []).map(turnOf)
  }

  return {
    async append(changes) {
      if (changes.length > 0) await database.batch(changes.flatMap(appending))
    },

    async note({ mesh, object, written, at, author, reason }) {
      const sql = `INSERT INTO notes (mesh, object, written, at, author, reason) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (mesh, object, written) DO NOTHING`
      const values = [mesh, keyOf(object), written, Math.trunc(at), storable(author), reason && storable(reason)]
      await database.batch([{ sql, values }])
    },

    async turn({ mesh, object, written, at, assertion, was, became }) {
      const mark = nameOf([mesh, object, written, assertion])
      const sql = `INSERT INTO turns (mark, mesh, object, written, at, assertion, was, became)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (mark) DO NOTHING`
      const told = storable(JSON.stringify(assertion))
      await database.batch([{ sql, values: [mark, mesh, keyOf(object), written, Math.trunc(at), told, was, became] }])
    },

    async query(question) {
      const { sql, values } = conditions(question, isOneOf)
      // One more than asked for tells whether there are more.
      const rows = await all(`${selected} WHERE ${sql} ORDER BY changes.id DESC LIMIT ?`, ...values, question.limit + 1)
      const shown = rows.slice(0, question.limit)
      const turnsOf = await turnsIn(question.mesh, shown)
      return { changes: shown.map(row => changeOf(row, turnsOf(row))), isEnd: rows.length <= question.limit }
    },

    async tally(question) {
      const { sql, values } = conditions(question, isOneOf)
      const by = (what: string) =>
        all(
          `SELECT ${what} AS name, count(*) AS times FROM changes ${noted} WHERE ${sql} GROUP BY ${what} ORDER BY times DESC, name`,
          ...values,
        )
      const [authors, places, changes] = await Promise.all([by(authorOf), by('changes.place'), by('changes.kind')])
      const kinds = new Map<string, number>()
      for (const row of places) {
        const kind = String(row['name']).split('/').slice(0, 2).join('/')
        kinds.set(kind, (kinds.get(kind) ?? 0) + Number(row['times']))
      }
      return {
        authors: authors
          .slice(0, mostAuthors)
          .map(row => ({ author: String(row['name']), count: Number(row['times']) })),
        kinds: [...kinds]
          .sort(([, a], [, b]) => b - a)
          .map(([text, count]) => ({ group: text.split('/')[0] ?? '', kind: text.split('/')[1] ?? '', count })),
        changes: changes.map(row => ({ change: row['name'] as ChangeKind, count: Number(row['times']) })),
      }
    },

    async read(mesh, id) {
      const [row] = await all(`${selected} WHERE changes.mesh = ? AND changes.id = ?`, mesh, id)
      if (!row) return null
      const hashes = ['before_hash', 'after_hash', 'findings_hash'].map(name => row[name] ?? null)
      const found = await all(
        `SELECT hash, bytes FROM contents WHERE ${isOneOf('hash')}`,
        JSON.stringify(hashes.filter(hash => hash !== null)),
      )
      const [before, after, findings] = hashes.map(hash => {
        const bytes = found.find(content => content['hash'] === hash)?.['bytes']
        return bytes instanceof Uint8Array ? readContent(bytes) : null
      })
      return {
        ...changeOf(row, (await turnsIn(mesh, [row]))(row)),
        before: (before ?? null) as Json | null,
        after: (after ?? null) as Json | null,
        findings: (findings ?? []) as unknown[],
      }
    },

    async heads(mesh) {
      const rows = await all(
        'SELECT id, object, after_hash FROM changes WHERE id IN (SELECT max(id) FROM changes WHERE mesh = ? GROUP BY object)',
        mesh,
      )
      return rows.map(row => ({
        id: Number(row['id']),
        object: refIn(row['object']),
        after: textOf(row['after_hash']),
      }))
    },

    async places(mesh) {
      // From each place to the next one in the index: a long history costs no more than a short one.
      const rows = await all(
        `WITH RECURSIVE found (place) AS (
          SELECT min(place) FROM changes WHERE mesh = ?
          UNION ALL
          SELECT (SELECT min(place) FROM changes WHERE mesh = ? AND changes.place > found.place)
          FROM found WHERE found.place IS NOT NULL
        ) SELECT place FROM found WHERE place IS NOT NULL`,
        mesh,
        mesh,
      )
      return rows.map(row => {
        const [group = '', kind = '', namespace = ''] = String(row['place']).split('/')
        return { group, kind, namespace }
      })
    },

    async prune({ olderThan, bytes }) {
      let gone = await remove(database, isOld, [olderThan, olderThan], Infinity)
      await database.batch(
        ['notes', 'turns'].map(table => ({
          sql: `DELETE FROM ${table} WHERE at < ? AND NOT EXISTS (SELECT 1 FROM changes
            WHERE changes.mesh = ${table}.mesh AND changes.object = ${table}.object AND changes.written = ${table}.written)`,
          values: [olderThan],
        })),
      )
      // oxlint-disable no-await-in-loop -- after each round it is asked whether it was enough
      for (;;) {
        const size = await sizeOf(database)
        if (size <= bytes) break
        const [row] = await all(`SELECT count(*) AS spare FROM changes WHERE ${isSpare}`)
        // Half of what seems to be too much, so that not more goes than must.
        const share = (size - bytes) / size / 2
        const removed = await remove(
          database,
          'id > 0',
          [],
          Math.max(least, Math.floor(Number(row?.['spare']) * share)),
        )
        if (removed === 0) break
        gone += removed
      }
      // oxlint-enable no-await-in-loop
      if (gone > 0) await database.shrink()
      return gone
    },

    size: () => sizeOf(database),
    close: () => database.close(),
  }
}

const mostAuthors = 200

/** At least so many of the oldest go between two looks at the size … */
const least = 50
/** … and so many at once: nobody waits long for the rest of the console's work. */
const step = 100

function appending(change: NewChange): Statement[] {
  const contents = [change.before, change.after, change.findings].map(value => value && contentOf(value))
  const [before, after, findings] = contents.map(content => content?.hash ?? null)
  const { mesh, object, at, manager, written, mark } = change
  const fields = JSON.stringify(change.fields)
  const counts = JSON.stringify(change.counts)
  const row = {
    mesh,
    object: keyOf(object),
    place: placeText(object),
    namespace: object.group === '' && object.kind === 'Namespace' ? object.name : object.namespace,
    at: Math.trunc(at),
    kind: change.change,
    manager: manager && storable(manager),
    written,
    mark,
    before_hash: before ?? null,
    after_hash: after ?? null,
    findings_hash: findings ?? null,
    fields,
    counts,
  } satisfies Row
  const names = Object.keys(row)
  return [
    ...contents.filter(content => content !== null).map(keeping),
    {
      sql: `INSERT INTO changes (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT (mark) DO NOTHING`,
      values: Object.values(row),
    },
  ]
}

const keeping = ({ hash, bytes }: Content): Statement => ({
  sql: 'INSERT INTO contents (hash, bytes) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING',
  values: [hash, bytes],
})

const noted = `LEFT JOIN notes
  ON notes.mesh = changes.mesh AND notes.object = changes.object AND notes.written = changes.written`

const selected = `SELECT changes.*, notes.author, notes.reason FROM changes ${noted}`

function conditions(question: Omit<Question, 'limit'>, isOneOf: (column: string) => string): Statement {
  const { mesh, object, namespaces, places, before, filter = {} } = question
  const parts: [string, ...Value[]][] = [['changes.mesh = ?', mesh]]
  if (object) parts.push(['changes.object = ?', keyOf(object)])
  if (namespaces) parts.push([isOneOf('changes.namespace'), JSON.stringify(namespaces)])
  if (places) parts.push([isOneOf('changes.place'), JSON.stringify(places.map(placeText))])
  if (before !== undefined) parts.push(['changes.id < ?', before])
  parts.push(...holding(filter, isOneOf))
  return { sql: parts.map(([sql]) => sql).join(' AND '), values: parts.flatMap(([, ...values]) => values) }
}

const writeIn = (row: Row): string => JSON.stringify([row['object'], row['written']])

const turnOf = (row: Row): Turn => ({
  assertion: JSON.parse(String(row['assertion'])) as Turn['assertion'],
  was: row['was'] as Turn['was'],
  became: row['became'] as Turn['became'],
})

function changeOf(row: Row, turns: Turn[]): Change {
  const author = textOf(row['author'])
  return {
    id: Number(row['id']),
    object: refIn(row['object']),
    at: Number(row['at']),
    change: row['kind'] as ChangeKind,
    manager: textOf(row['manager']),
    fields: JSON.parse(String(row['fields'])) as string[],
    counts: JSON.parse(String(row['counts'])) as Counts,
    note: author === null ? null : { author, reason: textOf(row['reason']) },
    turns,
  }
}

const textOf = (value: Value | undefined): string | null => (typeof value === 'string' ? value : null)

const placeText = ({ group, kind, namespace }: Place): string => `${group}/${kind}/${namespace}`

/** None of the four can hold a slash. */
function refIn(key: Value | undefined): ObjectRef {
  const [group = '', kind = '', namespace = '', name = ''] = String(key).split('/')
  return { group, kind, namespace, name }
}

/** True of a change that nothing depends on: not the last one of an object that still exists. */
const isSpare = `(after_hash IS NULL OR EXISTS (SELECT 1 FROM changes AS later
  WHERE later.mesh = changes.mesh AND later.object = changes.object AND later.id > changes.id))`

/** Of one object the oldest go first, whatever the clocks said: else a deletion would go and what it deleted stay. */
const isOld = `at < ? AND NOT EXISTS (SELECT 1 FROM changes AS earlier
  WHERE earlier.mesh = changes.mesh AND earlier.object = changes.object AND earlier.id < changes.id AND earlier.at >= ?)`

/** Removes the oldest changes of which something is true, with everything that only they had. Resolves to how many. */
async function remove(database: Database, condition: string, values: Value[], most: number): Promise<number> {
  let removed = 0
  while (removed < most) {
    const limit = Math.min(step, most - removed)
    const chosen = `id IN (SELECT id FROM changes WHERE ${condition} AND ${isSpare} ORDER BY id LIMIT ?)`
    const dooming = (column: string): Statement => ({
      sql: `INSERT INTO doomed SELECT ${column} FROM changes WHERE ${column} IS NOT NULL AND ${chosen}`,
      values: [...values, limit],
    })
    // oxlint-disable-next-line no-await-in-loop -- one step after the other
    const counts = await database.batch([
      ...['before_hash', 'after_hash', 'findings_hash'].map(dooming),
      { sql: `DELETE FROM changes WHERE ${chosen}`, values: [...values, limit] },
      { sql: orphans, values: [] },
      { sql: 'DELETE FROM doomed', values: [] },
    ])
    removed += counts[3] ?? 0
    if ((counts[3] ?? 0) < limit) break
    // oxlint-disable-next-line no-await-in-loop -- others want to be answered too
    await new Promise(resolve => setImmediate(resolve))
  }
  return removed
}

const orphans = `DELETE FROM contents WHERE hash IN (SELECT hash FROM doomed) AND
  NOT EXISTS (SELECT 1 FROM changes WHERE before_hash = hash) AND
  NOT EXISTS (SELECT 1 FROM changes WHERE after_hash = hash) AND
  NOT EXISTS (SELECT 1 FROM changes WHERE findings_hash = hash)`

async function sizeOf(database: Database): Promise<number> {
  const [row] = await database.all({
    sql: `SELECT (SELECT coalesce(sum(length(bytes) + length(hash)), 0) FROM contents) +
      (SELECT coalesce(sum(length(fields) + length(counts) + length(object) + ${rowCost}), 0) FROM changes) AS size`,
    values: [],
  })
  return Number(row?.['size'] ?? 0)
}

/** About what the rest of a change's row and its places in the indexes take. */
const rowCost = 400
