import type { Line } from './chart.ts'

/** The page's colours as a canvas needs them: resolved for the theme on screen. */
export interface Ink {
  text: string
  dim: string
  grid: string
  ground: string
  accent: string
  series: readonly string[]
  healthy: string
  degraded: string
  failing: string
  quiet: string
  /** From nothing to much: of a heatmap. */
  heat: readonly string[]
  font: string
}

const series = [1, 2, 3, 4, 5, 6, 7, 8]

const known = new Map<string, Ink>()

/** Once for each theme and language (which has its own face): reading styles makes the browser work out all of them. */
export function inkOf(host: HTMLElement): Ink {
  const { lang, dataset } = document.documentElement
  const key = `${dataset['theme']} ${lang}`
  const ink = known.get(key) ?? readInk(host)
  known.set(key, ink)
  return ink
}

/** Reads the tokens through an element, which alone resolves `light-dark()`. */
function readInk(host: HTMLElement): Ink {
  const probe = document.createElement('span')
  probe.hidden = true
  host.append(probe)
  const colour = (token: string) => {
    probe.style.color = `var(${token})`
    return getComputedStyle(probe).color
  }
  const ink: Ink = {
    text: colour('--text-2'),
    dim: colour('--text-3'),
    grid: colour('--line-1'),
    ground: colour('--surface-1'),
    accent: colour('--accent'),
    series: series.map(index => colour(`--series-${index}`)),
    healthy: colour('--healthy-mark'),
    degraded: colour('--degraded-mark'),
    failing: colour('--failing-mark'),
    quiet: colour('--unknown-mark'),
    heat: [colour('--surface-2'), colour('--accent-soft'), colour('--series-1')],
    font: getComputedStyle(host).fontFamily,
  }
  probe.remove()
  return ink
}

export function toneOf(tone: Line['tone'], ink: Ink): string {
  if (typeof tone !== 'number') return ink[tone]
  return ink.series[tone % ink.series.length] ?? ink.dim
}
