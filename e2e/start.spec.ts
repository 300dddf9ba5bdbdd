import { spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { expect, test } from '@playwright/test'
import { root } from './mesh.ts'

const start = (...args: string[]) =>
  spawnSync(process.execPath, ['scripts/start.mjs', ...args], { cwd: root, encoding: 'utf8', timeout: 60_000 })

test.describe('npm start', () => {
  test('prints the ready line once, serves the page, and ends everything with Ctrl-C', async () => {
    const child = spawn(process.execPath, ['scripts/start.mjs', '--port', '0'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    await expect.poll(() => out, { timeout: 60_000 }).toMatch(/^Weft is ready at http:\/\/127\.0\.0\.1:\d+\n$/)
    const url = /http\S+/.exec(out)?.[0] ?? ''
    const page = await fetch(url)
    expect(page.headers.get('content-type')).toContain('text/html')
    const status = (await (await fetch(`${url}/api/status`)).json()) as { sources: { url: string; state: string }[] }
    const addresses = status.sources.map(source => source.url)
    expect(addresses).toHaveLength(3)
    const ended = new Promise(resolve => child.on('exit', resolve))
    child.kill('SIGINT')
    await ended
    for (const address of [url, ...addresses]) await expect(fetch(address)).rejects.toThrow()
    expect(out.match(/Weft is ready/g)).toHaveLength(1)
  })

  test('says in one sentence that a port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const { status, stderr, stdout } = start('--port', String(port))
    server.close()
    expect(status).toBe(1)
    expect(stdout).toBe('')
    const said = stderr.split('\n').filter(line => line.includes(String(port)))
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(/port|use/)
  })

  test('refuses a bad flag and a missing kubeconfig, each with a sentence', () => {
    const flag = start('--bogus')
    expect(flag.status).toBe(2)
    expect(flag.stderr).toContain('there is no flag --bogus')
    const file = start('--kubeconfig', '/nonexistent/config')
    expect(file.status).toBe(2)
    expect(file.stderr).toContain('no kubeconfig file at /nonexistent/config')
  })

  test('keeps running on an unreachable source and says so', async () => {
    const child = spawn(process.execPath, ['scripts/start.mjs', '--port', '0', '--prometheus', 'http://127.0.0.1:9'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
    await expect.poll(() => out, { timeout: 60_000 }).toContain('Weft is ready at')
    await expect.poll(() => said).toContain('http://127.0.0.1:9')
    const reply = await fetch(`${/http\S+/.exec(out)?.[0]}/api/topology`)
    expect(reply.status).toBe(502)
    expect(await reply.json()).toMatchObject({
      status: 502,
      source: 'prometheus',
      detail: expect.stringContaining('127.0.0.1:9'),
    })
    const ended = new Promise(resolve => child.on('exit', resolve))
    child.kill('SIGTERM')
    await ended
  })
})
