import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)
const debian = '/usr/lib/postgresql'

/** The server's programs as Debian installs them, newest first, or where WEFT_POSTGRES says; null where there are none. */
export function findPostgres(): { postgres: string; initdb: string } | null {
  const named = process.env['WEFT_POSTGRES']
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const places = named
    ? [named]
    : [
        ...(process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, 'postgres')),
        ...versions.map(version => join(debian, version, 'bin/postgres')),
      ]
  for (const place of places) {
    if (!existsSync(place)) continue
    const postgres = realpathSync(place)
    const initdb = join(dirname(postgres), 'initdb')
    if (existsSync(initdb)) return { postgres, initdb }
  }
  return null
}

/** A PostgreSQL of its own in a temporary folder, on a free port of the loopback. */
export class Postgres {
  readonly #process: ChildProcess
  readonly #folder: string
  readonly #address: string
  #databases = 0

  private constructor(process: ChildProcess, folder: string, address: string) {
    this.#process = process
    this.#folder = folder
    this.#address = address
  }

  static async start({ postgres, initdb }: { postgres: string; initdb: string }): Promise<Postgres> {
    const folder = mkdtempSync(join(tmpdir(), 'weft-postgres-'))
    const who = unprivileged()
    if (who.uid !== undefined && who.gid !== undefined) chownSync(folder, who.uid, who.gid)
    const data = join(folder, 'data')
    const options = { ...who, cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C' } }
    await run(initdb, ['-D', data, '-A', 'trust', '-U', 'weft', '-E', 'UTF8', '--locale=C', '--no-sync'], options)
    const port = await freePort()
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'fsync=off']
    const args = ['-D', data, ...settings.flatMap(setting => ['-c', setting])]
    const server = spawn(postgres, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    server.stderr.on('data', chunk => (said += String(chunk)))
    const started = new Postgres(server, folder, `127.0.0.1:${port}`)
    for (let turn = 0; turn < 600; turn += 1) {
      if (server.exitCode !== null) break
      // oxlint-disable no-await-in-loop -- until it answers
      if (await started.#query('SELECT 1').catch(() => null)) return started
      await sleep(50)
      // oxlint-enable no-await-in-loop
    }
    await started.stop()
    throw new Error(`PostgreSQL did not start: ${said}`)
  }

  /** The address of a new, empty database. */
  async newDatabase(): Promise<string> {
    const name = `weft_${(this.#databases += 1)}`
    await this.#query(`CREATE DATABASE ${name}`)
    return this.url(name)
  }

  url(database: string): string {
    return `postgres://weft:not-to-be-told@${this.#address}/${database}`
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode === null) {
      // Fast: clients are cut off, nobody is waited for.
      this.#process.kill('SIGINT')
      await once(this.#process, 'exit')
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #query(sql: string): Promise<unknown> {
    const client = new pg.Client({ connectionString: this.url('postgres') })
    client.on('error', () => {})
    try {
      await client.connect()
      return await client.query(sql)
    } finally {
      await client.end().catch(() => {})
    }
  }
}

/** PostgreSQL refuses to run as root: then it is Debian's user for it, or nobody. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  return { uid: Number(user?.[2]), gid: Number(user?.[3]) }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('unreachable')
  return address.port
}
