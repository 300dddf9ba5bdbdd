import { notAcceptable } from './status.ts'

/** How the asker wants the answer written. */
export interface Shape {
  encoding: 'json' | 'yaml'
  as: 'object' | 'table' | 'partial' | 'partialList'
  /** Of `meta.k8s.io`, for tables and partial objects. */
  version: 'v1' | 'v1beta1'
}

interface Range {
  type: string
  parameters: Map<string, string>
  quality: number
}

/** An `Accept` header, the best wish first. */
export function rangesOf(header: string | undefined): Range[] {
  const ranges = (header ?? '*/*').split(',').map(text => {
    const [type = '', ...rest] = text.split(';').map(part => part.trim())
    const pairs = rest.map((part): [string, string] => {
      const sign = part.indexOf('=')
      return sign < 0 ? [part, ''] : [part.slice(0, sign), part.slice(sign + 1)]
    })
    const parameters = new Map(pairs)
    const quality = Number(parameters.get('q') ?? 1)
    return { type: type.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality }
  })
  return ranges.filter(range => range.quality > 0).toSorted((a, b) => b.quality - a.quality)
}

const kindsOf: Record<string, Shape['as']> = {
  Table: 'table',
  PartialObjectMetadata: 'partial',
  PartialObjectMetadataList: 'partialList',
}

export const served = ['application/json', 'application/yaml']

/** The first wish that can be met. Throws 406 when none can. */
export function shapeOf(header: string | undefined): Shape {
  for (const { type, parameters } of rangesOf(header)) {
    const encoding = encodingOf(type)
    if (!encoding) continue
    const wanted = parameters.get('as')
    if (!wanted) return { encoding, as: 'object', version: 'v1' }
    const as = kindsOf[wanted]
    const version = parameters.get('v') ?? 'v1'
    if (!as || (parameters.get('g') ?? 'meta.k8s.io') !== 'meta.k8s.io') continue
    if (version === 'v1' || version === 'v1beta1') return { encoding, as, version }
  }
  throw notAcceptable(served)
}

function encodingOf(type: string): Shape['encoding'] | undefined {
  switch (type) {
    case 'application/json':
    case '*/*':
    case 'application/*':
      return 'json'
    case 'application/yaml':
    case 'application/x-yaml':
    case 'text/yaml':
      return 'yaml'
    default:
      return undefined
  }
}
