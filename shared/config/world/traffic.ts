import type { MeshObject } from '#shared/mesh/object.ts'
import { number, record, text, textMap } from './read.ts'
import type { KindKey } from './world.ts'

/** Traffic as one more kind of the world, put in by whoever measures it: analyzers that ask for it run again when it changes. */
export interface Call {
  source: { namespace: string; workload: string; labels: Readonly<Record<string, string>> }
  destination: { namespace: string; workload: string; labels: Readonly<Record<string, string>>; host: string }
  /** The workload's port; null where it is not known. */
  port: number | null
  /** Null where nobody reported. */
  isMutual: boolean | null
}

export const callKind: KindKey = 'weft/Call'

/** One call as an object of the world: it lives in the namespace that is called. */
export const callObject = ({ source, destination, port, isMutual }: Call): MeshObject => ({
  apiVersion: 'weft/v1',
  kind: 'Call',
  metadata: {
    namespace: destination.namespace,
    name: `${source.namespace}/${source.workload}>${destination.workload}/${destination.host}:${port ?? ''}/${String(isMutual)}`,
  },
  spec: { source, destination, port, isMutual },
})

export function callOf({ spec = {} }: MeshObject): Call {
  const [source, destination] = [record(spec['source']), record(spec['destination'])]
  const end = (written: typeof source) => ({
    namespace: text(written['namespace']),
    workload: text(written['workload']),
    labels: textMap(written['labels']),
  })
  const { isMutual } = spec
  return {
    source: end(source),
    destination: { ...end(destination), host: text(destination['host']) },
    port: number(spec['port']) ?? null,
    isMutual: typeof isMutual === 'boolean' ? isMutual : null,
  }
}
