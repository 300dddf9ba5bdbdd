import type { MeshSettings } from '#lab/mesh/snapshot/facts.ts'
import type { Category } from '#lab/mesh/traffic/categories.ts'
import type { PlannedFlow, PlannedOutcome } from '#lab/mesh/traffic/plan.ts'
import type { Counter } from '#lab/mesh/traffic/step.ts'
import { tell } from '#lab/mesh/traffic/tell.ts'
import type { Cells } from './cells.ts'
import { labelsOf, ownerOf, targetLabels } from './identity.ts'
import type { Line, Reporter } from './lines.ts'

/** Counts what the traffic model says into cells, which are made when they are first needed. */
export function createCounter(cells: Cells, mesh: MeshSettings): Counter {
  return {
    count(planned, flow, line, end, requests, mean, variance) {
      const { reporters } = line
      for (let index = 0; index < reporters.length; index++) {
        const reporter = reporters[index]
        if (reporter === undefined) continue
        const place = end * reporters.length + index
        let id = line.cells[place] ?? -1
        if (id < 0) {
          id = cellFor(cells, mesh, planned, flow, line, end, reporter)
          line.cells[place] = id
        }
        cells.add(id, requests * reporter.share, mean, variance)
      }
    },
  }
}

function cellFor(
  cells: Cells,
  mesh: MeshSettings,
  planned: PlannedOutcome,
  flow: PlannedFlow,
  line: Line,
  end: Category,
  reporter: Reporter,
): number {
  if (line.rbac) return rbacCell(cells, line, line.rbac, reporter)
  const { report } = line
  if (report === null) throw new Error(`The line ${line.key} has neither a report nor an RBAC count.`)
  const told = tell(planned, flow, line, end)
  const isHttp = line.kind === 'http'
  const named = isHttp ? `${told.code}|${told.grpcStatus ?? ''}|${told.flags}` : report.flags
  const key = `${line.key}|${named}|${reporter.pod?.name ?? ''}`
  return (
    cells.find(key) ??
    cells.create({
      key,
      kind: isHttp ? 'http' : 'tcp',
      name: '',
      labels: labelsOf(mesh, report, reporter, isHttp ? told : null),
      isGrpc: told.grpcStatus !== null,
      isFailed: report.failed,
      sizes: line.sizes,
      owner: ownerOf(reporter, report.by),
    })
  )
}

/** Envoy's RBAC filter: `envoy_http_inbound_0_0_0_0_<port>_rbac`, the result as a label. */
function rbacCell(cells: Cells, line: Line, rbac: NonNullable<Line['rbac']>, reporter: Reporter): number {
  const said: Record<string, string> =
    rbac.enforced !== null
      ? { authz_enforce_result: rbac.enforced }
      : {
          authz_dry_run_action: rbac.shadow?.action ?? 'allow',
          authz_dry_run_result: rbac.shadow?.result ?? 'allowed',
        }
  const key = `${line.key}|${Object.values(said).join('|')}|${reporter.pod?.name ?? ''}`
  return (
    cells.find(key) ??
    cells.create({
      key,
      kind: 'counter',
      name: `envoy_${rbac.layer}_inbound_0_0_0_0_${rbac.port}_rbac`,
      labels: {
        ...said,
        ...targetLabels(reporter.pod, reporter.namespace),
        ...(reporter.pod ? {} : { workload: rbac.at.name }),
      },
      isGrpc: false,
      isFailed: false,
      sizes: line.sizes,
      owner: ownerOf(reporter, rbac.at),
    })
  )
}
