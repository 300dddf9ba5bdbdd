import type { Dashboard, Panel } from '#shared/metrics/api.ts'
import type { Unit } from '#shared/metrics/own/dashboard.ts'
import type { Line } from '#web/ui/chart/chart.ts'
import { byteRate, duration, percent, rate, significant } from '#web/ui/format.ts'

/** A value as people read it, by its unit. */
export const formatOf: Record<Panel['unit'] | Unit, (value: number) => string> = {
  perSecond: value => rate(value),
  milliseconds: value => duration(value),
  seconds: value => duration(value * 1000),
  ratio: value => percent(value),
  bytesPerSecond: value => byteRate(value),
  bytes: value => byteRate(value).replace('/s', ''),
  count: value => significant(value, true),
  cores: value => significant(value, true),
}

/** Colours go by name: the order of lines goes by their size, which moves while one looks. */
function tonesOf(panel: Pick<Panel, 'lines'> & { id: string }): (id: string) => Line['tone'] {
  const [first] = panel.lines
  const sorted = panel.lines.map(({ id }) => id).sort()
  return id => (id === 'others' ? 'quiet' : panel.id === 'errors' && id === first?.id ? 'failing' : sorted.indexOf(id))
}

/** Lines of a panel; with those of an earlier time, moved to where they are compared. */
export function linesOf(
  panel: Pick<Panel, 'lines'> & { id: string },
  times: readonly number[],
  before: { dashboard: Dashboard; shift: number; name: (name: string) => string } | null,
  /** As the reader's language calls a line. */
  nameOf: (line: { id: string; name: string }) => string,
): Line[] {
  const toneOf = tonesOf(panel)
  const own = panel.lines.map(
    ({ id, name, values }): Line => ({ id, name: nameOf({ id, name }), times, values, tone: toneOf(id) }),
  )
  const earlier = before?.dashboard.panels.find(({ id }) => id === panel.id)
  if (before === null || earlier === undefined) return own
  const moved = before.dashboard.times.map(time => time + before.shift)
  return [
    ...own,
    ...earlier.lines.map(
      ({ id, name, values }): Line => ({
        id: `before ${id}`,
        name: before.name(nameOf({ id, name })),
        times: moved,
        values,
        tone: 'quiet',
        isDashed: true,
      }),
    ),
  ]
}

/** Where the traces of a cell are: of that duration, and of the step that ends there. */
export function tracesOf(
  service: string,
  heat: { at: number; step: number; above: number; upTo: number | null },
): string {
  const search = new URLSearchParams({
    service,
    min: String(Math.floor(heat.above)),
    ...(heat.upTo === null ? {} : { max: String(Math.ceil(heat.upTo)) }),
    from: String(heat.at - Math.max(heat.step, 60) * 1000),
    to: String(heat.at),
  })
  return `/traces?${search.toString()}`
}
