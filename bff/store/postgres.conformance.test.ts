import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { change } from './change.fixture.ts'
import { storeContract } from './contract.fixture.ts'
import { openStore } from './open-store.ts'
import { findPostgres, Postgres } from './postgres.fixture.ts'
import { openPostgres } from './postgres.ts'
import { storeLaws } from './laws.fixture.ts'

const programs = findPostgres()
const where = programs
  ? `of ${programs.postgres}`
  : 'is not here: install Debian’s package "postgresql" or set WEFT_POSTGRES; its tests are left out'

describe.skipIf(programs === null)(`PostgreSQL ${where}`, () => {
  let server: Postgres | undefined
  const started = () => {
    if (!server) throw new Error('PostgreSQL was not started.')
    return server
  }
  beforeAll(async () => {
    if (programs) server = await Postgres.start(programs)
  })
  afterAll(async () => server?.stop())

  const engine = {
    place: async () => ({ kind: 'postgres', url: await started().newDatabase() }) as const,
    database: (place: { kind: string; url?: string }) => openPostgres(place.url ?? ''),
  }
  storeContract('in PostgreSQL', engine)
  storeLaws('in PostgreSQL', engine, 15)

  it('that is not there is told without its password, and used when it comes', async () => {
    const url = started().url('later')
    const store = openStore({ place: { kind: 'postgres', url }, pause: 50 })
    onTestFinished(() => store.close())
    await expect(store.heads('lab')).rejects.toThrow('database "later" does not exist')
    expect(store.because()).toMatch(/^The store postgres:\/\/127\.0\.0\.1:\d+\/later cannot be opened: /)
    expect(store.because()).not.toContain('not-to-be-told')
    const [, made] = await Promise.all([
      expect.poll(() => store.because(), { timeout: 10_000 }).toBeNull(),
      createLater(started()),
    ])
    expect(made).toBeUndefined()
    await store.append([change()])
  })
})

async function createLater(server: Postgres): Promise<void> {
  const database = openPostgres(server.url('postgres'))
  await database.all({ sql: 'CREATE DATABASE later', values: [] })
  await database.close()
}
