import { setTimeout as sleep } from 'node:timers/promises'
import { type Asked, countingProxy } from '#e2e/counting-proxy.ts'
import { startConsole, startLab } from '#e2e/mesh.ts'
import { type Charted, everyCut, metricPages } from '#e2e/metric-pages.ts'
import { startPrometheus } from '#e2e/prometheus.ts'

export interface MetricsFigures {
  /** What Prometheus holds of the present. */
  series: number
  refused: number
  /** Those that took longest first. */
  asked: readonly Asked[]
}

interface Row {
  namespace: string
  name: string
  requestRate: number
}

/** All questions of the pages that draw numbers, asked of a Prometheus that scraped the preset `thousand` for a while. */
export async function measureMetrics(seconds: number): Promise<MetricsFigures> {
  const lab = await startLab({ preset: 'thousand' })
  const stops = [() => lab.stop()]
  try {
    const prometheus = await startPrometheus(lab.prometheus, 15)
    stops.push(() => prometheus.stop())
    const between = await countingProxy(prometheus.url)
    stops.push(() => between.close())
    const weft = await startConsole({ ...lab, prometheus: between.url })
    stops.push(() => weft.stop())
    await sleep(seconds * 1000)
    const read = async (path: string): Promise<unknown> => (await fetch(`${weft.url}${path}`)).json()
    const busiest = async (of: string, isOne: (row: Row) => boolean = () => true) => {
      const { rows } = (await read(`/api/services?of=${of}`)) as { rows: Row[] }
      const [first] = rows.filter(isOne).toSorted((a, b) => b.requestRate - a.requestRate)
      if (first === undefined) throw new Error(`There are no ${of} in the mesh.`)
      return { namespace: first.namespace, name: first.name }
    }
    const workload = await busiest('workloads')
    const charted: Charted = {
      service: await busiest('services'),
      workload,
      gateway: await busiest('workloads', ({ name }) => name.includes('gateway')),
      caller: `${workload.namespace}/${workload.name}`,
    }
    const to = Date.now()
    const span = { from: to - 3_600_000, to }
    for (const path of [...metricPages(charted, span).flatMap(({ calls }) => calls), ...everyCut(charted, span)])
      await read(path)
    const asked = between.asked()
    const count = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent('count({__name__!=""})')}`)
    const { data } = (await count.json()) as { data: { result: { value: [number, string] }[] } }
    return {
      series: Number(data.result[0]?.value[1]),
      refused: asked.filter(({ status }) => status !== 200).length,
      asked: asked.toSorted((a, b) => b.milliseconds - a.milliseconds),
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
