import type { Labels, MetricMetadata } from '#lab/contract.ts'
import { metricName, sortedNames } from './labels.ts'
import { formatSample, parseGoFloat } from './promql/number.ts'

export interface ExposedSample {
  /** Includes `__name__`. */
  labels: Labels
  value: number
  /** Milliseconds, where the line has one. */
  time: number | undefined
}

export interface Exposed {
  samples: ExposedSample[]
  metadata: Record<string, MetricMetadata>
}

/** Reads Prometheus' text exposition format 0.0.4. Throws with the line's number. */
export function parseExposition(text: string): Exposed {
  const exposed: Exposed = { samples: [], metadata: {} }
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim()
    if (trimmed.startsWith('#')) readComment(trimmed, exposed.metadata)
    else if (trimmed !== '') exposed.samples.push(readSample(trimmed, index + 1))
  }
  return exposed
}

const types = new Set(['counter', 'gauge', 'histogram', 'summary'])

function readComment(line: string, metadata: Exposed['metadata']): void {
  const found = /^#\s+(HELP|TYPE)\s+([A-Za-z_:][\w:]*)\s*(.*)$/.exec(line)
  const [, what, name = '', rest = ''] = found ?? []
  if (!what) return
  const entry = (metadata[name] ??= { type: 'unknown', help: '', unit: '' })
  if (what === 'HELP') entry.help = rest.replace(/\\(\\|n)/g, (_, char: string) => (char === 'n' ? '\n' : char))
  else entry.type = types.has(rest) ? (rest as MetricMetadata['type']) : 'unknown'
}

const pairPattern = /\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\[^])*)"\s*(?:,|(?=\}))/y

function readSample(line: string, number: number): ExposedSample {
  const fail = () => new Error(`line ${number} of the exposition is no sample: ${line}`)
  const name = /^[A-Za-z_:][\w:]*/.exec(line)?.[0]
  if (name === undefined) throw fail()
  const labels: Record<string, string> = { [metricName]: name }
  let at = name.length
  while (line[at] === ' ') at++
  if (line[at] === '{') {
    pairPattern.lastIndex = at + 1
    for (let pair = pairPattern.exec(line); pair; pair = pairPattern.exec(line)) {
      const value = (pair[2] ?? '').replace(/\\([\\n"])/g, (_, char: string) => (char === 'n' ? '\n' : char))
      if (value !== '') labels[pair[1] ?? ''] = value
      at = pairPattern.lastIndex - 1
    }
    const close = /^\s*\}/.exec(line.slice(at + 1))?.[0]
    if (close === undefined) throw fail()
    at += 1 + close.length
  }
  const [value, time, ...rest] = line.slice(at).trim().split(/\s+/)
  const parsed = parseGoFloat(value ?? '')
  if (parsed === undefined || rest.length > 0 || (time !== undefined && !/^-?\d+$/.test(time))) throw fail()
  return { labels, value: parsed, time: time === undefined ? undefined : Number(time) }
}

/** One line of the exposition, without a time. */
export function formatSampleLine(labels: Labels, value: number): string {
  const pairs = sortedNames(labels)
    .filter(name => name !== metricName)
    .map(name => `${name}="${escape(labels[name] ?? '')}"`)
  return `${labels[metricName]}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${formatSample(value)}\n`
}

/** The comment lines before a metric's samples. */
export function formatMetadata(name: string, { type, help }: MetricMetadata): string {
  const shown = type === 'unknown' ? 'untyped' : type
  return `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${name} ${shown}\n`
}

const escape = (value: string): string => value.replace(/[\\\n"]/g, char => (char === '\n' ? '\\n' : `\\${char}`))
