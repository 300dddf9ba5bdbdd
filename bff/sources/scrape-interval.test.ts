import { describe, expect, it } from 'vitest'
import { scrapeIntervalOf } from './scrape-interval.ts'

const pods = `
    kubernetes_sd_configs:
      - role: pod`

describe('the scrape interval of the mesh', () => {
  it.each([
    ['the global one', 'global: {scrape_interval: 30s}', 30],
    ["Prometheus' default where none is written", 'global: {}', 60],
    [
      'that of the job which scrapes pods',
      `global: {scrape_interval: 1m}\nscrape_configs:\n  - job_name: a\n    scrape_interval: 15s${pods}`,
      15,
    ],
    [
      'the longest of several such jobs',
      `scrape_configs:\n  - job_name: a\n    scrape_interval: 15s${pods}\n  - job_name: b\n    scrape_interval: 1m30s${pods}`,
      90,
    ],
    [
      'that of the job named like a mesh, whatever other jobs do',
      `scrape_configs:\n  - job_name: envoy-stats\n    scrape_interval: 15s${pods}\n  - job_name: slow\n    scrape_interval: 5m${pods}`,
      15,
    ],
    [
      'the global one for a job that names none',
      `global: {scrape_interval: 20s}\nscrape_configs:\n  - job_name: istiod`,
      20,
    ],
    [
      'not that of jobs which scrape something else',
      'global: {scrape_interval: 20s}\nscrape_configs:\n  - job_name: node\n    scrape_interval: 5m',
      20,
    ],
    ['in parts of a second too', 'global: {scrape_interval: 1s500ms}', 1.5],
    ['unknown for text that is no configuration', 'just words', null],
    ['unknown for broken YAML', 'global: [', null],
  ])('is %s', (_, yaml, interval) => {
    expect(scrapeIntervalOf(yaml)).toBe(interval)
  })
})
