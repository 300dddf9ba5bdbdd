import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Debian's own program, scraping one target. */
export interface RealPrometheus {
  url: string
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

/** @param scraped where `/metrics` is; `scrapeInterval` in seconds. Resolves when it answers. */
export async function startPrometheus(scraped: string, scrapeInterval: number): Promise<RealPrometheus> {
  const program = process.env['WEFT_PROMETHEUS'] ?? join('.tools', 'prometheus', 'usr', 'bin', 'prometheus')
  const folder = await mkdtemp(join(tmpdir(), 'weft-prometheus-'))
  const port = await freePort()
  await writeFile(
    join(folder, 'prometheus.yml'),
    [
      `global: { scrape_interval: ${scrapeInterval}s, scrape_timeout: ${scrapeInterval}s }`,
      'scrape_configs:',
      '  - job_name: mesh',
      '    honor_labels: true',
      `    static_configs: [{ targets: ['${new URL(scraped).host}'] }]`,
    ].join('\n'),
  )
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const ended = new Promise(resolve => child.on('exit', resolve))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${port}`
  for (const until = Date.now() + 30_000; ; await sleep(200)) {
    if ((await fetch(`${url}/-/ready`).catch(() => undefined))?.status === 200) return { url, stop }
    if (Date.now() < until) continue
    await stop()
    throw new Error(`${program} did not become ready in 30 s.`)
  }
}
