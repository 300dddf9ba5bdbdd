import type { MeshSettings } from '#lab/mesh/snapshot/facts.ts'
import type { Category } from '#lab/mesh/traffic/categories.ts'
import type { PlannedFlow, PlannedOutcome } from '#lab/mesh/traffic/plan.ts'
import type { CellOf } from '#lab/mesh/traffic/tally.ts'
import { tell } from '#lab/mesh/traffic/tell.ts'
import type { Cells } from './cells.ts'
import { labelsOf, ownerOf, targetLabels } from './identity.ts'
import { attributesOf, dressed } from './dress.ts'
import { type Line, type Reporter, sideOf } from './lines.ts'
import { dressOf } from './owners.ts'

/** Finds the cell that counts an end, and makes it when it is first needed. */
export function createCellFinder(cells: Cells, mesh: MeshSettings): CellOf {
  return (planned, flow, line, end, index) => {
    const place = end * line.reporters.length + index
    const known = line.cells[place] ?? -1
    const reporter = line.reporters[index]
    if (known >= 0 || reporter === undefined) return known
    const id = cellFor(cells, mesh, planned, flow, line, end, reporter)
    line.cells[place] = id
    return id
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
  const usual = labelsOf(mesh, report, reporter, isHttp ? told : null)
  const labels = line.dress === null ? usual : dressed(usual, line.dress, attributesOf(flow, report, told))
  // Labels that were taken away no longer tell series apart: what has the same labels is counted as one.
  const key =
    line.dress === null
      ? `${line.key}|${named}|${reporter.pod?.name ?? ''}`
      : `${line.dress.key}|${line.kind}|${report.failed}|${JSON.stringify(labels)}`
  return (
    cells.find(key) ??
    cells.create({
      key,
      kind: isHttp ? 'http' : 'tcp',
      name: '',
      labels,
      ...(line.dress === null ? {} : { shows: line.dress.metrics }),
      isGrpc: told.grpcStatus !== null,
      isFailed: report.failed,
      sizes: line.sizes,
      owner: report.ztunnel
        ? ownerOf(reporter, report.by)
        : `${ownerOf(reporter, report.by)}${dressOf(sideOf(report), report.by)}`,
    })
  )
}

/** Envoy's RBAC filter: `envoy_http_inbound_0_0_0_0_<port>_rbac`, the result as a label; a gateway's listeners are outbound ones. */
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
      name: `envoy_${rbac.layer}_${rbac.at.proxy === 'gateway' ? 'outbound' : 'inbound'}_0_0_0_0_${rbac.port}_rbac`,
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
