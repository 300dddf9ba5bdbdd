import type { Judgement } from '#shared/security/evaluate.ts'
import type { Flow } from '#shared/security/flow.ts'
import { callerOf } from '#shared/security/replay/replay.ts'

/** `cluster.local/ns/shop/sa/cart → pay/ledger GET /entries` */
export function callLine(flow: Flow): string {
  const { source, destination, http } = flow
  const nobody = source.principal === null && !source.namespace && !source.ip && !source.remoteIp
  const plain = flow.mtls === false ? ' without mTLS' : ''
  const caller = nobody ? 'somebody' : callerOf(flow).replaceAll(/\/+$|^\/+/g, '')
  const place = `${destination.namespace}/${destination.workload ?? destination.labels['app'] ?? 'a workload'}`
  const port = destination.port == null ? '' : `:${destination.port}`
  const what = [http?.method, http?.path].filter(part => typeof part === 'string').join(' ')
  return `${caller || 'somebody'}${plain} → ${place}${port}${what === '' ? '' : ` ${what}`}`
}

export function judgementLine({ verdict, decidedBy, missing }: Judgement): string {
  const open = missing.length === 0 ? '' : `; unknown: ${missing.join(', ')}`
  if (decidedBy === undefined)
    return `${verdict}${verdict === 'deny' ? ', no ALLOW policy matches' : verdict === 'allow' ? ', nothing is against it' : ''}${open}`
  const rule = decidedBy.rule === undefined ? '' : ` rule ${decidedBy.rule}`
  return `${verdict} by ${decidedBy.kind} ${decidedBy.namespace}/${decidedBy.name}${rule}${open}`
}
