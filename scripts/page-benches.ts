import { chromium } from '@playwright/test'
import { measureInPage } from './page-figures.ts'
import { median } from './process-figures.ts'

/** Prints one. */
type Figure = (name: string, value: string) => void

/** As the benches beside the pages' code tell them (`bench.tsx` in `web`); times in milliseconds. */
interface Frames {
  frames: number
  late: number
  longest: number
}
interface ListFigures {
  sorts: number[]
  filters: number[]
  scroll: Frames
}
interface ChartFigures {
  create: number
  appended: { work: number; painted: number }[]
}
interface LogFigures {
  filled: number
  scroll: Frames
  following: Frames
  scrolledWhileComing: Frames
}
interface MatrixFigures {
  rows: number
  columns: number
  drawn: number
  down: Frames
  across: Frames
  both: Frames
  resting: Frames
  filtered: number
}
interface WaterfallFigures {
  model: number
  commit: number
  fold: number
  scroll: Frames
}

/** What pages take for as much as they promise to bear, each in a browser. */
export const pageBenches = (figure: Figure): Record<string, () => Promise<void>> => ({
  lists: () => lists(figure),
  charts: () => charts(figure),
  logs: () => logs(figure),
  matrix: () => matrix(figure),
  traces: () => traces(figure),
})

/** What `entry` measures of itself in a browser, three times. */
async function inPage<Figures>(entry: string): Promise<Figures[]> {
  const browser = await chromium.launch({
    executablePath: process.env['WEFT_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  })
  try {
    return await measureInPage<Figures>(browser, entry, 3)
  } finally {
    await browser.close()
  }
}
const each = <Figures>(measured: readonly Figures[], of: (one: Figures) => number) =>
  measured.map(one => `${of(one).toFixed(0)} ms`).join(', ')
const framesOf = <Figures>(measured: readonly Figures[], of: (one: Figures) => Frames) =>
  measured
    .map(of)
    .map(({ late, frames, longest }) => `${late} of ${frames} (${longest.toFixed(0)} ms)`)
    .join(', ')
/** The least too: on a machine that does other things meanwhile it is nearest to what the page takes. */
const spreadOf = (values: readonly number[]) =>
  [Math.min(...values), median(values), Math.max(...values)].map(value => `${value.toFixed(0)} ms`).join(', ')

/** Ten thousand services, sorted and looked through. */
async function lists(figure: Figure) {
  const measured = await inPage<ListFigures>('web/services/list/bench.tsx')
  figure('10,000 services: sorted, least, median, worst', spreadOf(measured.flatMap(({ sorts }) => sorts)))
  figure('a text typed, least, median, worst', spreadOf(measured.flatMap(({ filters }) => filters)))
  figure(
    'late frames of those scrolled (longest)',
    framesOf(measured, ({ scroll }) => scroll),
  )
}

/** Twenty charts of ten lines. */
async function charts(figure: Figure) {
  const measured = await inPage<ChartFigures>('web/ui/chart/bench.tsx')
  figure(
    '20 charts of 10 series of 300 points: created',
    each(measured, ({ create }) => create),
  )
  const appended = measured.flatMap(one => one.appended)
  figure('a point appended to each: work, least, median, worst', spreadOf(appended.map(({ work }) => work)))
  figure('until it is painted, least, median, worst', spreadOf(appended.map(({ painted }) => painted)))
}

/** A view of logs that holds all it may. */
async function logs(figure: Figure) {
  const measured = await inPage<LogFigures>('web/logs/bench.tsx')
  figure(
    '100,000 lines: from the stream to the page',
    each(measured, ({ filled }) => filled),
  )
  figure(
    'late frames of those scrolled (longest)',
    framesOf(measured, ({ scroll }) => scroll),
  )
  figure(
    'while 1,000 a second come, at the end',
    framesOf(measured, ({ following }) => following),
  )
  figure(
    'while 1,000 a second come, scrolled',
    framesOf(measured, ({ scrolledWhileComing }) => scrolledWhileComing),
  )
}

/** Two thousand callers, two thousand workloads. */
async function matrix(figure: Figure) {
  const measured = await inPage<MatrixFigures>('web/security/bench.tsx')
  figure('rows and columns', measured.map(({ rows, columns }) => `${rows} × ${columns}`).join(', '))
  figure(
    'from the answers to cells',
    each(measured, ({ drawn }) => drawn),
  )
  figure(
    'late frames scrolled down (longest)',
    framesOf(measured, ({ down }) => down),
  )
  figure(
    'across',
    framesOf(measured, ({ across }) => across),
  )
  figure(
    'both ways',
    framesOf(measured, ({ both }) => both),
  )
  figure(
    'while it comes to rest',
    framesOf(measured, ({ resting }) => resting),
  )
  figure(
    'a text typed',
    each(measured, ({ filtered }) => filtered),
  )
}

/** The waterfall of a trace of fifty thousand spans. */
async function traces(figure: Figure) {
  const measured = await inPage<WaterfallFigures>('web/traces/trace/bench.tsx')
  figure(
    '50,000 spans: tree and critical path',
    each(measured, ({ model }) => model),
  )
  figure(
    'from the data to rows laid out',
    each(measured, ({ commit }) => commit),
  )
  figure(
    'all folded and unfolded again',
    each(measured, ({ fold }) => fold),
  )
  figure(
    'late frames of those scrolled (longest)',
    framesOf(measured, ({ scroll }) => scroll),
  )
}
