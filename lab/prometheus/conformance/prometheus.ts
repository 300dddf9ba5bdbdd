import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { metricName, sortedNames } from '#lab/prometheus/labels.ts'
import { formatSample } from '#lab/prometheus/promql/number.ts'
import { writeHeaders, writeRequests } from './remote-write.ts'
import type { TestSeries } from './samples.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Debian's prometheus 2.42 as it is installed, or unpacked under .tools. Throws with what to do if it is not there. */
export function findPrometheus(): { prometheus: string; promtool: string } {
  const named = process.env['WEFT_PROMETHEUS']
  const places = named
    ? [named]
    : [
        join(root, '.tools/prometheus/usr/bin/prometheus'),
        ...(process.env['PATH'] ?? '').split(delimiter).map(folder => join(folder, 'prometheus')),
      ]
  for (const prometheus of places) {
    const promtool = join(dirname(prometheus), 'promtool')
    if (existsSync(prometheus) && existsSync(promtool)) return { prometheus, promtool }
  }
  throw new Error(
    `Prometheus 2.42 with promtool is needed to compare with (looked at ${places.join(', ')}). ` +
      'Install it with `apt-get install prometheus`, unpack the package into .tools/prometheus, or set WEFT_PROMETHEUS.',
  )
}

/** What the HTTP API answers. */
export interface Answer {
  status: 'success' | 'error'
  errorType?: string
  error?: string
  data?: { resultType: string; result: unknown }
}

/** A real Prometheus over a block made of the given samples, on a free port of the loopback. */
export class RealPrometheus {
  readonly #process: ChildProcess
  readonly #folder: string
  readonly #port: number
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 })

  private constructor(process: ChildProcess, folder: string, port: number) {
    this.#process = process
    this.#folder = folder
    this.#port = port
  }

  /** Markers of staleness reach it by `remote write` only: OpenMetrics, from which blocks are made, has none. */
  static async start(series: readonly TestSeries[], feed: 'block' | 'remote write'): Promise<RealPrometheus> {
    const { prometheus, promtool } = findPrometheus()
    const folder = await mkdtemp(join(tmpdir(), 'weft-promql-'))
    const input = join(folder, 'samples.txt')
    const data = join(folder, 'data')
    const config = join(folder, 'prometheus.yml')
    await writeFile(config, 'global:\n  scrape_interval: 15s\n  evaluation_interval: 1m\n')
    if (feed === 'block') {
      await writeFile(input, openMetrics(series))
      await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', input, data])
    }
    const port = await freePort()
    const child = spawn(
      prometheus,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${data}`,
        // Whatever today's date is: nothing of these old samples is to be thrown away.
        '--storage.tsdb.retention.time=100y',
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
        '--web.enable-remote-write-receiver',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    const started = new RealPrometheus(child, folder, port)
    await started.#untilReady()
    if (feed === 'remote write') await started.#write(series)
    return started
  }

  async #untilReady(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      if (this.#process.exitCode !== null) break
      const isReady = await this.#fetch('/-/ready').then(
        ({ status }) => status === 200,
        () => false,
      )
      if (isReady) return
      await sleep(100)
    }
    await this.stop()
    throw new Error('Prometheus did not become ready')
  }

  async #write(series: readonly TestSeries[]): Promise<void> {
    for (const body of writeRequests(series)) {
      const { status, body: answer } = await this.#fetch('/api/v1/write', { type: 'application/x-protobuf', body })
      if (status === 204) continue
      await this.stop()
      throw new Error(`Prometheus did not take the samples: ${status} ${answer}`)
    }
  }

  async query(query: string, time: number): Promise<Answer> {
    return this.#ask('/api/v1/query', { query, time: String(time / 1000) })
  }

  async queryRange(query: string, steps: { start: number; end: number; step: number }): Promise<Answer> {
    const [start, end, step] = [steps.start, steps.end, steps.step].map(time => String(time / 1000))
    return this.#ask('/api/v1/query_range', { query, start: start ?? '', end: end ?? '', step: step ?? '' })
  }

  async #ask(path: string, parameters: Record<string, string>): Promise<Answer> {
    const { body } = await this.#fetch(path, {
      type: 'application/x-www-form-urlencoded',
      body: new URLSearchParams(parameters).toString(),
    })
    return JSON.parse(body) as Answer
  }

  #fetch(
    path: string,
    sent?: { type: string; body: string | Buffer },
  ): Promise<{ status: number | undefined; body: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.#port,
          path,
          agent: this.#agent,
          method: sent ? 'POST' : 'GET',
          headers: sent ? { 'content-type': sent.type, ...(typeof sent.body !== 'string' && writeHeaders) } : {},
        },
        incoming => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('end', () => resolve({ status: incoming.statusCode, body: Buffer.concat(chunks).toString() }))
          incoming.on('error', reject)
        },
      )
      outgoing.on('error', reject)
      outgoing.end(sent?.body)
    })
  }

  /** Ends the process and removes its folder. */
  async stop(): Promise<void> {
    this.#agent.destroy()
    if (this.#process.exitCode === null) {
      const ended = new Promise(resolve => this.#process.once('exit', resolve))
      this.#process.kill('SIGTERM')
      await ended
    }
    await rm(this.#folder, { recursive: true, force: true })
  }
}

function openMetrics(series: readonly TestSeries[]): string {
  const lines: string[] = []
  for (const { labels, samples } of series) {
    const pairs = sortedNames(labels)
      .filter(name => name !== metricName)
      .map(name => `${name}=${JSON.stringify(labels[name])}`)
    for (const [time, value] of samples)
      if (value !== 'stale')
        lines.push(`${labels[metricName]}{${pairs.join(',')}} ${formatSample(value)} ${time / 1000}`)
  }
  return `${lines.join('\n')}\n# EOF\n`
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
