import type { Health } from '#shared/mesh/health.ts'
import type { Tone } from '#web/topology/elements.ts'

/** The tokens as colours a canvas understands, for one theme; when stale, all colour is gone and contrast is not. */
export interface Palette {
  ground: string
  surface: string
  inset: string
  dot: string
  hairline: string
  rim: string
  ink: string
  inkRgb: string
  text2: string
  text3: string
  accent: string
  accentLine: string
  line: Record<Tone, string>
  /** Particles. */
  spark: Record<Tone, string>
  /** Text of edge labels. */
  label: Record<Tone, string>
  mark: Record<Health, string>
  soft: Record<Health, string>
  /** Icons and text of degraded and failing nodes. */
  health: Record<Health, string>
  openLock: string
  versions: [string, string]
  font: string
  mono: string
}

/** Reads `tokens.css` through an element of the page: `light-dark()` is resolved by a probe in the given theme. */
export function readPalette(host: HTMLElement, theme: 'light' | 'dark', isStale: boolean): Palette {
  const probe = document.createElement('span')
  probe.style.colorScheme = theme
  probe.style.display = 'none'
  host.append(probe)
  const colour = (token: string) => {
    probe.style.color = `var(--${token})`
    return getComputedStyle(probe).color
  }
  const style = getComputedStyle(host)
  const family = (token: string) => style.getPropertyValue(`--${token}`).trim() || 'sans-serif'
  const text2 = colour('text-2')
  const text3 = colour('text-3')
  const faded = colour('unknown-mark')
  const colours: Palette = {
    ground: colour('surface-map'),
    surface: colour('surface-1'),
    inset: colour('surface-2'),
    dot: colour('line-1'),
    hairline: colour('line-1'),
    rim: colour('line-3'),
    ink: colour('text-1'),
    inkRgb: colour('text-1')
      .replace(/^rgba?\(|\)$/g, '')
      .split(',')
      .slice(0, 3)
      .join(','),
    text2,
    text3,
    accent: colour('accent'),
    accentLine: colour('accent-line'),
    line: {
      http: colour('http-line'),
      grpc: colour('grpc-line'),
      tcp: colour('tcp-line'),
      opened: colour('healthy-mark'),
      degraded: colour('degraded-mark'),
      failing: colour('failing-mark'),
      unknown: faded,
      quiet: colour('line-3'),
    },
    spark: {
      http: colour('http'),
      grpc: colour('grpc'),
      tcp: colour('tcp'),
      opened: colour('healthy'),
      degraded: colour('degraded'),
      failing: colour('failing'),
      unknown: colour('unknown'),
      quiet: text3,
    },
    label: {
      http: text2,
      grpc: text2,
      tcp: text2,
      opened: colour('healthy'),
      degraded: colour('degraded'),
      failing: colour('failing'),
      unknown: text2,
      quiet: text2,
    },
    mark: byHealth(health => colour(`${health}-mark`)),
    soft: byHealth(health => colour(`${health}-soft`)),
    health: byHealth(health => colour(health)),
    openLock: colour('degraded'),
    versions: [colour('series-1'), colour('series-3')],
    font: family('font'),
    mono: family('mono'),
  }
  const inset = colours.inset
  probe.remove()
  return isStale ? withoutColour(colours, text3, faded, inset) : colours
}

const byHealth = <T>(of: (health: Health) => T): Record<Health, T> => ({
  healthy: of('healthy'),
  degraded: of('degraded'),
  failing: of('failing'),
  unknown: of('unknown'),
})

function withoutColour(colours: Palette, text: string, mark: string, soft: string): Palette {
  const every = (colour: string): Record<Tone, string> => ({
    http: colour,
    grpc: colour,
    tcp: colour,
    opened: colour,
    degraded: colour,
    failing: colour,
    unknown: colour,
    quiet: colour,
  })
  return {
    ...colours,
    text2: text,
    rim: mark,
    line: every(mark),
    spark: every(mark),
    label: every(text),
    mark: byHealth(() => mark),
    soft: byHealth(health => (health === 'healthy' || health === 'unknown' ? colours.surface : soft)),
    health: byHealth(() => text),
    openLock: text,
    versions: [text, mark],
  }
}
