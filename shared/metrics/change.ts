import { isEqual } from '#shared/mesh/equal.ts'
import type { MetricLine } from './api.ts'

/** Lines over shared times, panel by panel: a dashboard of ours or of somebody's own. */
export interface Charts<P extends ChartedPanel = ChartedPanel> {
  times: number[]
  panels: P[]
}
export interface ChartedPanel {
  id: string
  lines: MetricLine[]
}

/** From place `at` on these values; those before it are as they were, moved with the window. `name` only where new. */
interface LineChange {
  id: string
  name?: string
  at: number
  values: (number | null)[]
}
interface PanelChange {
  id: string
  /** Fields of the panel that changed, lines apart. */
  head?: Record<string, unknown>
  /** All lines in their order, where that changed. */
  order?: string[]
  lines?: LineChange[]
}

/**
 * What a slid window and some new points change. Law: `apply(before, diff(before, after))` equals `after`, also after a
 * trip through JSON; panels and lines that did not change keep their identity.
 */
export interface ChartsChange {
  /** Fields that changed, times and panels apart. */
  head?: Record<string, unknown>
  /** So many times went in front, these came behind. */
  slide?: { drop: number; add: number[] }
  /** All panels in their order, where that changed. */
  order?: string[]
  panels?: PanelChange[]
  heat?: HeatChange
}

/** Rows of counts, one for each time. */
export interface Heat {
  bounds: (number | null)[]
  counts: number[][]
  query: string
}
type HeatChange = { whole: Heat | null } | { at: number; counts: number[][] }

type Whole = Charts & { heatmap?: Heat | null }

/** The change that turns `before` into `after`; null when they are equal. */
export function diff<State extends Charts>(before: State, after: State): ChartsChange | null {
  const [{ times, panels, heatmap = null, ...headBefore }, now] = [before as Whole, after as Whole]
  const { times: timesAfter, panels: panelsAfter, heatmap: heatAfter = null, ...headAfter } = now
  const drop = slidBy(times, timesAfter)
  const add = timesAfter.slice(times.length - drop)
  const change: ChartsChange = {}
  const head = headOf(headBefore, headAfter)
  if (head !== null) change.head = head
  if (drop > 0 || add.length > 0) change.slide = { drop, add }
  const order = orderOf(panels, panelsAfter)
  if (order !== null) change.order = order
  const known = byId(panels)
  const changed = panelsAfter.flatMap(panel => panelChange(known.get(panel.id), panel, drop, timesAfter.length))
  if (changed.length > 0) change.panels = changed
  const heat = heatChange(heatmap, heatAfter, drop)
  if (heat !== null) change.heat = heat
  return Object.keys(change).length === 0 ? null : change
}

/** How many of the times before are not there any more; all of them where what is left does not fit. */
function slidBy(before: readonly number[], after: readonly number[]): number {
  const drop = before.findIndex(time => time === after[0])
  const fits = drop >= 0 && before.slice(drop).every((time, index) => time === after[index])
  return fits ? drop : before.length
}

function headOf(before: object, after: object): Record<string, unknown> | null {
  const [was, is] = [before as Record<string, unknown>, after as Record<string, unknown>]
  const fields = Object.keys(is).filter(key => !isEqual(was[key], is[key]))
  return fields.length === 0 ? null : Object.fromEntries(fields.map(key => [key, is[key]]))
}

const byId = <T extends { id: string }>(all: readonly T[]): Map<string, T> => new Map(all.map(each => [each.id, each]))
const idsOf = (all: readonly { id: string }[]): string[] => all.map(({ id }) => id)
const orderOf = (before: readonly { id: string }[], after: readonly { id: string }[]): string[] | null =>
  isEqual(idsOf(before), idsOf(after)) ? null : idsOf(after)

function panelChange(
  before: ChartedPanel | undefined,
  after: ChartedPanel,
  drop: number,
  count: number,
): PanelChange[] {
  const { id, lines: linesAfter, ...headAfter } = after
  const { id: _, lines, ...headBefore } = before ?? { id, lines: [] }
  const change: PanelChange = { id }
  const head = headOf(headBefore, headAfter)
  if (head !== null) change.head = head
  const order = orderOf(lines, linesAfter)
  if (order !== null) change.order = order
  const known = byId(lines)
  const changed = linesAfter.flatMap(line => lineChange(known.get(line.id), line, drop, count))
  if (changed.length > 0) change.lines = changed
  return before !== undefined && Object.keys(change).length === 1 ? [] : [change]
}

function lineChange(before: MetricLine | undefined, after: MetricLine, drop: number, count: number): LineChange[] {
  const moved = movedBy(before?.values ?? [], drop, count)
  const differs = after.values.findIndex((value, index) => value !== moved[index])
  if (differs < 0 && before?.name === after.name) return []
  const at = differs < 0 ? count : differs
  const name = before?.name === after.name ? {} : { name: after.name }
  return [{ id: after.id, ...name, at, values: after.values.slice(at) }]
}

/** Values with the window slid: nothing is known of what is new. */
const movedBy = (values: readonly (number | null)[], drop: number, count: number): (number | null)[] =>
  Array.from({ length: count }, (_, index) => values[index + drop] ?? null)

function heatChange(before: Heat | null, after: Heat | null, drop: number): HeatChange | null {
  if (before === null || after === null) return before === after ? null : { whole: after }
  if (!isEqual(before.bounds, after.bounds) || before.query !== after.query) return { whole: after }
  const moved = before.counts.slice(drop)
  const differs = after.counts.findIndex((row, index) => !isEqual(row, moved[index]))
  return differs < 0 ? null : { at: differs, counts: after.counts.slice(differs) }
}

/** The charts after the change. */
export function apply<State extends Charts>(before: State, change: ChartsChange): State {
  const { drop = 0, add = [] } = change.slide ?? {}
  const isSlid = change.slide !== undefined
  const times = isSlid ? [...before.times.slice(drop), ...add] : before.times
  const slide = { drop, count: times.length, isSlid }
  const known = byId(before.panels)
  const changes = byId(change.panels ?? [])
  const panels = (change.order ?? idsOf(before.panels)).map(id =>
    panelAfter(known.get(id) ?? { id, lines: [] }, changes.get(id), slide),
  )
  const { heatmap } = before as Whole
  const heat = heatmap === undefined ? {} : { heatmap: heatAfter(heatmap, change.heat, slide) }
  return { ...before, ...change.head, ...heat, times, panels } as State
}

interface Slide {
  drop: number
  count: number
  isSlid: boolean
}

function panelAfter(panel: ChartedPanel, change: PanelChange | undefined, slide: Slide): ChartedPanel {
  if (change === undefined && (!slide.isSlid || panel.lines.length === 0)) return panel
  const known = byId(panel.lines)
  const changes = byId(change?.lines ?? [])
  const lines = (change?.order ?? idsOf(panel.lines)).map(id => lineAfter(id, known.get(id), changes.get(id), slide))
  return { ...panel, ...change?.head, lines }
}

function lineAfter(
  id: string,
  before: MetricLine | undefined,
  change: LineChange | undefined,
  { drop, count, isSlid }: Slide,
): MetricLine {
  if (before !== undefined && change === undefined && !isSlid) return before
  const moved = movedBy(before?.values ?? [], drop, count)
  const values = change === undefined ? moved : [...moved.slice(0, change.at), ...change.values]
  return { id, name: change?.name ?? before?.name ?? '', values }
}

function heatAfter(before: Heat | null, change: HeatChange | undefined, { drop, isSlid }: Slide): Heat | null {
  if (change !== undefined && 'whole' in change) return change.whole
  if (before === null || (change === undefined && !isSlid)) return before
  const moved = before.counts.slice(drop)
  return { ...before, counts: change === undefined ? moved : [...moved.slice(0, change.at), ...change.counts] }
}
