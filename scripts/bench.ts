// npm run bench: figures of this machine, no judgement. Names of parts as arguments run only those.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { chromium } from '@playwright/test'
import { io } from 'socket.io-client'
import { type Console, type Lab, startConsole, startLab } from '#e2e/mesh.ts'
import { measurePromql } from '#lab/prometheus/bench.ts'
import { measureAnalysis, type Spent } from '#shared/config/analyze/bench.ts'
import { measureAssertions, measureEvaluator, measureReplay } from '#shared/security/bench.ts'
import { type Delay, measureConsoleStart } from './figures/console-start.ts'
import { measureMetrics } from './figures/metrics.ts'
import { measureKubernetes } from './figures/kubernetes.ts'
import { pageBenches } from './page-benches.ts'
import { cpuSeconds, median, residentBytes } from './process-figures.ts'

const wanted = process.argv.slice(2)
const parts: Record<string, () => Promise<void>> = {
  'first-load': firstLoad,
  analysis,
  security,
  traffic,
  promql,
  metrics,
  kubernetes,
  ...pageBenches((name, value) => figure(name, value)),
  start: consoleStart,
  shop: () => mesh('shop', 60),
  thousand: () => mesh('thousand', 90),
  tenthousand: () => mesh('tenthousand', 120),
}

function fail(name: string): never {
  process.stderr.write(`weft: there is no figure "${name}"; there are ${Object.keys(parts).join(', ')}.\n`)
  process.exit(2)
}

function print(text: string) {
  process.stdout.write(`${text}\n`)
}
const figure = (name: string, value: string) => print(`  ${name.padEnd(52)} ${value}`)
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
const milliseconds = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`
const wait = (seconds: number) => new Promise(resolve => setTimeout(resolve, seconds * 1000))
const pidOf = (program: Lab | Console) => program.child.pid ?? Number.NaN

/** What a browser really asks for until the map is drawn, gzipped as it travels. */
async function firstLoad() {
  const lab = await startLab()
  const weft = await startConsole(lab)
  const browser = await chromium.launch({
    executablePath: process.env['WEFT_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    const sizes = new Map<string, Promise<number>>()
    page.on('response', response => {
      const { pathname } = new URL(response.url())
      if (/\.(js|css)$/.test(pathname))
        sizes.set(
          pathname,
          response.body().then(body => gzipSync(body).length),
        )
    })
    await page.goto(`${weft.url}/topology`)
    await page.getByRole('application').waitFor()
    await wait(2)
    const all = await Promise.all([...sizes].map(async ([file, size]) => ({ file, size: await size })))
    for (const { file, size } of all.toSorted((a, b) => b.size - a.size).slice(0, 8)) figure(file, kilobytes(size))
    figure('JS + CSS until the map stands, gzipped', kilobytes(all.reduce((sum, { size }) => sum + size, 0)))
  } finally {
    await browser.close()
    await weft.stop()
    await lab.stop()
  }
}

/** Findings of a mesh of two thousand services, and after one change. */
function analysis(): Promise<void> {
  const { objects, findings, full, change } = measureAnalysis(2000, 5000, () => {
    const { user, system } = process.cpuUsage()
    return { wall: performance.now(), cpu: (user + system) / 1000 }
  })
  figure('objects, findings', `${objects}, ${findings}`)
  const both = ({ wall, cpu }: Spent) => `${wall.toFixed(1)} ms (CPU ${cpu.toFixed(1)} ms)`
  figure('full run', both(full))
  figure('after one change: median, worst', `${both(change.median)}, ${both(change.worst)}`)
  return Promise.resolve()
}

/** Flows judged by policies, from the manifests on, and once more. */
function security(): Promise<void> {
  const { index, all, again, keystroke, uncertain } = measureEvaluator(500, 10_000, () => performance.now())
  figure('500 policies read and indexed', `${index.toFixed(0)} ms`)
  figure('10,000 flows judged, that included; again', `${all.toFixed(0)} ms, ${again.toFixed(0)} ms`)
  figure('of them uncertain', String(uncertain))
  figure('after one policy changed, 1,000 flows', `${keystroke.toFixed(0)} ms`)
  const replay = measureReplay(1000, 5000, () => performance.now())
  figure('1,000 workloads, 5,000 calls: the first replay', `${replay.first.toFixed(0)} ms`)
  figure('a key in a policy, replayed', `${replay.keystroke.toFixed(0)} ms`)
  figure('a key in a policy of the whole mesh, replayed', `${replay.meshWide.toFixed(0)} ms`)
  figure('in one that may mean every call', `${replay.forAll.toFixed(0)} ms`)
  const asserted = measureAssertions(1000, () => performance.now())
  figure('1,000 workloads: assertions made ready to be checked', `${asserted.made.toFixed(0)} ms`)
  figure(
    'of two ends, of everybody outside a namespace',
    `${asserted.one.toFixed(0)} ms, ${asserted.everybody.toFixed(0)} ms`,
  )
  return Promise.resolve()
}

/** What the lab's mesh costs by itself, each preset in a process of its own. */
async function traffic() {
  for (const preset of ['shop', 'thousand', 'tenthousand']) {
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, ['--expose-gc', 'lab/mesh/bench.ts', preset])
    const cost = JSON.parse(stdout) as Record<string, number>
    const ms = (name: string) => `${(cost[name] ?? Number.NaN).toFixed(1)} ms`
    figure(`${preset}: six hours of history`, ms('history'))
    figure(`${preset}: one second of traffic, mean and most`, `${ms('tick')}, ${ms('slowest')}`)
    figure(`${preset}: the second after an object changed`, ms('change'))
    figure(`${preset}: the second a zone fails, and those after`, `${ms('disturb')}, ${ms('tickInTrouble')}`)
    figure(`${preset}: heap, resident`, `${megabytes(cost['heap'] ?? 0)}, ${megabytes(cost['resident'] ?? 0)}`)
  }
}

/** What the lab's Prometheus takes for the questions of the service map. */
function promql(): Promise<void> {
  for (const count of [14_000, 30_000])
    for (const { what, milliseconds: times, size } of measurePromql(count, () => performance.now()))
      figure(
        `${count} series: ${what}, first and again`,
        `${times.map(time => milliseconds(time / 1000)).join(', ')} for ${size}`,
      )
  return Promise.resolve()
}

/** How long Debian's Prometheus works on each question of the pages, at a thousand services. */
async function metrics() {
  const { asked, refused, series } = await measureMetrics(180)
  const times = asked.map(each => each.milliseconds)
  figure('series scraped', String(series))
  figure('questions, refused', `${asked.length}, ${refused}`)
  figure('a question: median, slowest', `${median(times).toFixed(0)} ms, ${Math.max(...times).toFixed(0)} ms`)
  for (const each of asked.slice(0, 5)) figure(each.promql.slice(0, 50), `${each.milliseconds.toFixed(0)} ms`)
}

/** What clients of the lab's Kubernetes API wait for with ten thousand pods. */
async function kubernetes() {
  const lab = await startLab({ preset: 'tenthousand' })
  try {
    const { pods, ...measured } = await measureKubernetes(lab.kubeconfig, 10)
    figure('pods', String(pods))
    const times = ({ milliseconds: all }: { milliseconds: number[] }) =>
      `${milliseconds(median(all) / 1000)}, ${milliseconds(Math.max(...all) / 1000)}`
    figure('list of all: median, worst', `${times(measured.list)}; ${megabytes(measured.list.bytes)}`)
    figure('a page of 500: median, worst', times(measured.page))
    figure('all as a table: median, worst', times(measured.table))
    figure('from a patch to the event of a watch: median, worst', times(measured.watch))
  } finally {
    await lab.stop()
  }
}

/** How a console starts on a mesh of ten thousand pods, and what it costs to tell a page all of it. */
async function consoleStart() {
  const lab = await startLab({ preset: 'tenthousand' })
  try {
    const { objects, listening, whole, starting, settling, world, resident } = await measureConsoleStart(
      lab,
      residentBytes,
    )
    const told = ({ most, p99, mean }: Delay) => `${most} ms, ${p99} ms, ${mean} ms`
    figure('objects', String(objects))
    figure('listens after, list whole after', `${listening.toFixed(1)} s, ${whole.toFixed(1)} s`)
    figure('event loop until then: most, p99, mean', told(starting))
    figure('event loop while the history is written', told(settling))
    for (const [round, { milliseconds: time, bytes, delay }] of world.entries())
      figure(
        round === 0 ? 'the whole world for a page, event loop' : 'once more, event loop',
        `${time.toFixed(0)} ms for ${megabytes(bytes)}; ${told(delay)}`,
      )
    figure('resident before that, now, most', [resident.before, resident.now, resident.peak].map(megabytes).join(', '))
  } finally {
    await lab.stop()
  }
}

/** One viewer of the service map for a while: cost of readings, size of changes, memory. */
async function mesh(preset: string, seconds: number) {
  const begun = performance.now()
  const lab = await startLab({ preset })
  figure('lab ready after', `${((performance.now() - begun) / 1000).toFixed(1)} s`)
  const weft = await startConsole(lab)
  try {
    const socket = io(weft.url, { path: '/live', transports: ['websocket'], extraHeaders: { origin: weft.url } })
    const changes: number[] = []
    const snapshots: number[] = []
    const readings: { queries: number; duration: number }[] = []
    let drawn = ''
    socket.on('message', (_feed: string, payload: Buffer) => {
      const message = JSON.parse(gunzipSync(payload).toString()) as {
        kind: string
        state?: { nodes: unknown[]; edges: unknown[]; level: string; reading: { queries: number; duration: number } }
        change?: { head: { reading?: { queries: number; duration: number } } }
      }
      if (message.kind === 'change') changes.push(payload.byteLength)
      if (message.state) {
        snapshots.push(payload.byteLength)
        drawn = `${message.state.nodes.length} nodes, ${message.state.edges.length} edges by ${message.state.level}`
      }
      const reading = message.state?.reading ?? message.change?.head.reading
      if (reading) readings.push(reading)
    })
    await new Promise<void>(resolve => socket.on('connect', () => resolve()))
    await socket.emitWithAck('subscribe', { subject: 'topology', query: { level: 'service' } })
    await wait(20)
    const before = { lab: cpuSeconds(pidOf(lab)), weft: cpuSeconds(pidOf(weft)), changes: changes.length }
    await wait(seconds)
    const told = changes.length - before.changes
    const weftCpu = cpuSeconds(pidOf(weft)) - before.weft
    figure('drawn', drawn)
    figure('snapshot, gzipped', snapshots.map(kilobytes).join(', '))
    figure(
      'change, gzipped: median, most',
      changes.length > 0
        ? `${kilobytes(median(changes))}, ${kilobytes(Math.max(...changes))} of ${changes.length}`
        : 'none',
    )
    figure('queries per reading', String(Math.max(...readings.map(reading => reading.queries))))
    figure(
      'reading, median (Prometheus included)',
      milliseconds(median(readings.map(reading => reading.duration)) / 1000),
    )
    figure('console: CPU per reading, all else included', told > 0 ? milliseconds(weftCpu / told) : 'no reading')
    figure(
      'console: resident, now and most',
      Object.values(residentBytes(pidOf(weft)))
        .map(megabytes)
        .join(', '),
    )
    figure('lab: share of a core', `${(((cpuSeconds(pidOf(lab)) - before.lab) / seconds) * 100).toFixed(1)} %`)
    figure(
      'lab: resident, now and most',
      Object.values(residentBytes(pidOf(lab)))
        .map(megabytes)
        .join(', '),
    )
    socket.disconnect()
  } finally {
    await weft.stop()
    await lab.stop()
  }
}

for (const name of wanted) if (!(name in parts)) fail(name)
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  print(`\n${name}`)
  await measure()
}
