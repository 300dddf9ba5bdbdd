import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { change } from './change.fixture.ts'
import { type Engine, storeContract } from './contract.fixture.ts'
import { killedWhileWriting } from './killed.fixture.ts'
import { storeLaws } from './laws.fixture.ts'
import { openStore } from './open-store.ts'
import type { StorePlace } from './place.ts'
import { openSqlite } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'weft-store-'))
afterAll(() => rmSync(folder, { recursive: true }))
let number = 0
const newFile = () => join(folder, `store-${(number += 1)}`, 'history.db')
const fileOf = (place: StorePlace) => (place.kind === 'file' ? place.path : ':memory:')

const engine: Engine = {
  place: async () => ({ kind: 'file', path: newFile() }),
  database: place => openSqlite(fileOf(place)),
}
storeContract('in a file', engine)
storeLaws('in memory', { ...engine, place: async () => ({ kind: 'memory' }) }, 40)

describe('the file of a store', { timeout: 30_000 }, () => {
  it('is sound after its writer was killed', async () => {
    const path = newFile()
    await killedWhileWriting({ kind: 'file', path })
    const database = new DatabaseSync(path)
    onTestFinished(() => database.close())
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([])
    expect(database.prepare('PRAGMA journal_mode').all()).toEqual([{ journal_mode: 'wal' }])
  })

  it('shrinks when much was forgotten', async () => {
    const path = newFile()
    const store = openStore({ place: { kind: 'file', path } })
    onTestFinished(() => store.close())
    const noise = () => Object.fromEntries(Array.from({ length: 100 }, () => [Math.random(), Math.random()]))
    await store.append(Array.from({ length: 400 }, () => change({ before: null, after: { spec: noise() } })))
    await store.prune({ olderThan: 0, bytes: 1e9 })
    await store.prune({ olderThan: 0, bytes: 100_000 })
    expect(statSync(path).size).toBeLessThan(400_000)
  })

  it('that cannot be opened is told in a sentence, and opened when it can', async () => {
    const path = newFile()
    const parent = join(path, '..')
    writeFileSync(parent, 'no folder')
    const warned: string[] = []
    const store = openStore({ place: { kind: 'file', path }, pause: 10, warned: because => warned.push(because) })
    onTestFinished(() => store.close())
    await expect.poll(() => store.because(), { timeout: 10_000 }).toContain(`The store ${path} cannot be opened: `)
    await expect(store.append([change()])).rejects.toThrow('WEFT_STORE says where it is.')
    rmSync(parent)
    await expect.poll(() => store.because(), { timeout: 10_000 }).toBeNull()
    await store.append([change()])
    expect(warned).toHaveLength(1)
  })

  it('that is something else is left as it is', async () => {
    const other = join(folder, 'other.txt')
    writeFileSync(other, 'not a database, but somebody’s text '.repeat(100))
    const store = openStore({ place: { kind: 'file', path: other } })
    onTestFinished(() => store.close())
    await expect(store.heads('lab')).rejects.toThrow('file is not a database')
    expect(statSync(other).size).toBeGreaterThan(3000)
  })
})
