import { type Access, nothingSaid } from './access.ts'

/** ztunnel's access log: `‹time› ‹level› access connection complete key=value …` (Istio docs, "Troubleshoot connectivity issues with ztunnel"). */
export function ztunnelFrom(text: string): Access | null {
  const begin = /\saccess\s+connection (?:complete|opened)\s/.exec(text)
  if (begin === null) return null
  const fields = new Map<string, string>()
  for (const match of text.slice(begin.index + begin[0].length).matchAll(/([\w.]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g))
    fields.set(match[1] ?? '', match[2] ?? match[3] ?? '')
  const text_ = (key: string): string | null => fields.get(key) || null
  const number = (key: string): number | null => {
    const value = /^\d+/.exec(fields.get(key) ?? '')?.[0]
    return value === undefined ? null : Number(value)
  }
  // What ztunnel calls a workload is a pod.
  const podAt = (end: 'src' | 'dst'): string | null => {
    const [namespace, pod] = [text_(`${end}.namespace`), text_(`${end}.workload`)]
    return namespace === null || pod === null ? null : `${namespace}/${pod}`
  }
  return {
    ...nothingSaid,
    by: 'ztunnel',
    protocol: 'TCP',
    error: text_('error'),
    bytesReceived: number('bytes_recv'),
    bytesSent: number('bytes_sent'),
    duration: number('duration'),
    authority: text_('dst.service'),
    upstreamHost: text_('dst.hbone_addr') ?? text_('dst.addr'),
    downstream: text_('src.addr'),
    peer: text_('src.identity'),
    source: podAt('src'),
    destination: podAt('dst'),
  }
}
