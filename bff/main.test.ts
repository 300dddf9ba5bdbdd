import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { soon } from '#bff/live/viewer.fixture.ts'

const main = fileURLToPath(new URL('main.ts', import.meta.url))

/** Runs the BFF's own program with only these variables. */
function run(variables: Record<string, string>) {
  const child = spawn(process.execPath, [main], { env: { WEFT_PORT: '0', WEFT_STORE: 'memory', ...variables } })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
  const ended = new Promise<number | null>(resolve => child.on('exit', resolve))
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, said, ended }
}

function kubeconfig(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weft-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const cluster = { name: 'c', cluster: { server: 'http://127.0.0.1:9' } }
  const context = { name: 'dead', context: { cluster: 'c', user: 'u' } }
  const config = {
    clusters: [cluster],
    users: [{ name: 'u', user: {} }],
    contexts: [context],
    'current-context': 'dead',
  }
  writeFileSync(join(folder, 'config'), JSON.stringify(config))
  return join(folder, 'config')
}

describe('the program', () => {
  it('says where it is ready and which sources do not answer, keeps running, and ends when told', async () => {
    const dead = 'http://me:secret@127.0.0.1:9'
    const { child, said, ended } = run({
      WEFT_KUBECONFIG: kubeconfig(),
      WEFT_PROMETHEUS_URL: dead,
      WEFT_TRACING_URL: dead,
      WEFT_LOG_LEVEL: 'trace',
    })
    await soon(() => expect(said.out).toMatch(/^Weft is ready at http:\/\/127\.0\.0\.1:\d+\n$/))
    const warnings = said.err.split('\n').filter(line => line.startsWith('Weft: '))
    expect(
      warnings.map(line => line.split(' refused the connection')[0]).toSorted((a = '', b = '') => a.localeCompare(b)),
    ).toEqual([
      'Weft: Kubernetes at http://127.0.0.1:9',
      'Weft: Prometheus at http://127.0.0.1:9',
      'Weft: Tracing at http://127.0.0.1:9',
    ])
    const url = said.out.trim().split(' ').at(-1) ?? ''
    const status = (await (await fetch(`${url}/api/status`)).json()) as { sources: { state: string }[] }
    expect(status.sources.map(source => source.state)).toEqual(['failing', 'failing', 'failing'])
    expect(JSON.stringify(status) + said.err).not.toContain('secret')
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  }, 20_000)
  it('ends with one sentence when its port is taken', async () => {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const { said, ended } = run({ WEFT_PORT: String(port) })
    expect(await ended).toBe(1)
    expect(said.out).toBe('')
    expect(said.err).toBe(
      `Weft: The port ${port} of 127.0.0.1 is in use by another program; choose one with --port (0 takes any free one).\n`,
    )
  }, 20_000)
  it.each([
    [
      'a kubeconfig that is not there',
      () => ({ WEFT_KUBECONFIG: '/nonexistent/kubeconfig' }),
      /^Weft: There is no kubeconfig file at \/nonexistent\/kubeconfig\.\n$/,
    ],
    [
      'a context that is not in it',
      () => ({ WEFT_KUBECONFIG: kubeconfig(), WEFT_CONTEXT: 'x' }),
      /^Weft: There is no context "x" in .*; there is "dead"\.\n$/,
    ],
    [
      'a bad address',
      () => ({ WEFT_PROMETHEUS_URL: 'prometheus' }),
      /^Weft: WEFT_PROMETHEUS_URL is not an http or https address\.\n$/,
    ],
  ])(
    'ends with one sentence for %s',
    async (_, variables, sentence) => {
      const { said, ended } = run(variables())
      expect(await ended).toBe(1)
      expect(said.err).toMatch(sentence)
      expect(said.out).toBe('')
    },
    20_000,
  )
})
