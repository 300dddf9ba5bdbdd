import type { ConfigRow, ConfigState } from './api.ts'

/** A row for tests: an object of a kind in a namespace, `VirtualService shop/cart`, and what is said of it. */
export function row(text: string, rest: Partial<ConfigRow> = {}, group = 'networking.istio.io'): ConfigRow {
  const kind = text.slice(0, text.indexOf(' '))
  const path = text.slice(kind.length + 1)
  const namespace = path.slice(0, Math.max(0, path.indexOf('/')))
  const name = path.slice(path.indexOf('/') + 1)
  return {
    ref: { group, kind, namespace, name },
    apiVersion: `${group}/v1`,
    resourceVersion: '1',
    createdAt: null,
    changedAt: null,
    changedBy: null,
    owner: { kind: 'unknown', name: '', isGitOps: false },
    findings: { Error: 0, Warning: 0, Info: 0 },
    hosts: [],
    workloads: null,
    pods: null,
    isDryRun: false,
    ...rest,
  }
}

export const listOf = (rows: ConfigRow[], kinds: ConfigState['kinds'] = []): ConfigState => ({ rows, kinds })
