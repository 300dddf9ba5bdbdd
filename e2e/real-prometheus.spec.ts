import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from './fixtures.ts'
import { startConsole } from './mesh.ts'

interface Edge {
  id: string
  protocol: string
  requestRate: number
  byteRate: number
  connectionRate: number
}
interface Graph {
  at: number
  nodes: { id: string }[]
  edges: Edge[]
}

const scrapeInterval = 5
const window = 90

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

async function readGraph(url: string, at: number): Promise<Graph> {
  const reply = await fetch(`${url}/api/topology?level=workload&window=${window}&at=${at}`)
  expect(reply.status).toBe(200)
  return (await reply.json()) as Graph
}

test.describe('a real Prometheus', () => {
  let folder = ''
  let stop = async () => {}
  let address = ''

  test.beforeAll(async ({ lab }) => {
    const program = process.env['WEFT_PROMETHEUS'] ?? join('.tools', 'prometheus', 'usr', 'bin', 'prometheus')
    folder = await mkdtemp(join(tmpdir(), 'weft-prometheus-'))
    const port = await freePort()
    const target = new URL(lab.prometheus)
    await writeFile(
      join(folder, 'prometheus.yml'),
      [
        `global: { scrape_interval: ${scrapeInterval}s, scrape_timeout: ${scrapeInterval}s }`,
        'scrape_configs:',
        '  - job_name: mesh',
        '    honor_labels: true',
        `    static_configs: [{ targets: ['${target.host}'] }]`,
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
    stop = async () => {
      child.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    }
    address = `http://127.0.0.1:${port}`
    await expect
      .poll(async () => (await fetch(`${address}/-/ready`).catch(() => undefined))?.status, { timeout: 30_000 })
      .toBe(200)
  })

  test.afterAll(() => stop())

  test('that scrapes the lab gives the same nodes and edges, rates within 5 %', async ({ lab, weft }) => {
    test.setTimeout(300_000)
    const real = await startConsole({ ...lab, prometheus: address })
    // The window must be full of scrapes, and of the moment compared.
    await new Promise(resolve => setTimeout(resolve, (window + 4 * scrapeInterval) * 1000))
    // The lab's own Prometheus scrapes every 15 s: both have the same past at a moment that is 15 s old.
    const at = Date.now() - 15_000
    const [ours, theirs] = [await readGraph(weft.url, at), await readGraph(real.url, at)]
    await real.stop()
    const ids = (things: { id: string }[]) => things.map(thing => thing.id).sort()
    expect(ids(theirs.nodes)).toEqual(ids(ours.nodes))
    expect(ids(theirs.edges)).toEqual(ids(ours.edges))
    const byId = new Map(theirs.edges.map(edge => [edge.id, edge]))
    const disagreements = ours.edges.flatMap(edge => {
      const other = byId.get(edge.id)
      return (['requestRate', 'connectionRate', 'byteRate'] as const).flatMap(field => {
        const [a, b] = [edge[field], other?.[field] ?? Number.NaN]
        // Two programs that scrape at different seconds see the ends of the window differently: of rare events a few more or less.
        const events = field === 'byteRate' ? 0 : 4 / window
        return Math.abs(a - b) <= 0.05 * Math.max(a, b) + events ? [] : [`${edge.id} ${field}: ${a} and ${b}`]
      })
    })
    expect(disagreements).toEqual([])
    const sum = (graph: Graph) => graph.edges.reduce((total, edge) => total + edge.requestRate, 0)
    expect(Math.abs(sum(theirs) / sum(ours) - 1)).toBeLessThan(0.05)
  })
})
