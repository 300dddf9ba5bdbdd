import { parse } from 'yaml'
import type { Seconds } from '#shared/units.ts'

/** Prometheus' own default of `global.scrape_interval`. */
const defaultInterval: Seconds = 60

/**
 * Seconds between two scrapes of the mesh, from a Prometheus configuration (its YAML): the longest interval of the jobs
 * named like a mesh's, else of the jobs that scrape pods, else the global one. Null when the text is no configuration.
 */
export function scrapeIntervalOf(configuration: string): Seconds | null {
  const config: unknown = parseYaml(configuration)
  if (!isRecord(config)) return null
  const global = isRecord(config['global']) ? duration(config['global']['scrape_interval']) : null
  const fallback = global ?? defaultInterval
  const jobs = Array.isArray(config['scrape_configs']) ? config['scrape_configs'].filter(isRecord) : []
  const isMesh = (job: Json) =>
    typeof job['job_name'] === 'string' && /istio|envoy|ztunnel|waypoint/i.test(job['job_name'])
  const ofMesh = jobs.filter(isMesh)
  const relevant = ofMesh.length > 0 ? ofMesh : jobs.filter(scrapesPods)
  const intervals = relevant.map(job => duration(job['scrape_interval']) ?? fallback)
  return intervals.length > 0 ? Math.max(...intervals) : fallback
}

type Json = Record<string, unknown>

const scrapesPods = (job: Json) =>
  Array.isArray(job['kubernetes_sd_configs']) &&
  job['kubernetes_sd_configs'].some(discovery => isRecord(discovery) && discovery['role'] === 'pod')

const seconds: Record<string, Seconds> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 }

/** `1m30s` → 90. Prometheus' duration syntax; null for anything else. */
function duration(text: unknown): Seconds | null {
  if (typeof text !== 'string' || !/^(\d+(ms|[smhdwy]))+$/.test(text)) return null
  let sum = 0
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g))
    sum += Number(amount) * (seconds[unit ?? ''] ?? 0)
  return sum > 0 ? sum : null
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100, logLevel: 'error' })
  } catch {
    return null
  }
}

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
