import type { ResponseShare } from '#shared/mesh/response.ts'
import type { Call } from './fold.ts'
import { verdict } from './outcome.ts'

const mostResponses = 50

/** How the requests and connections of some calls ended, most frequent first. */
export function responsesOf(calls: readonly Call[]): ResponseShare[] {
  const found = new Map<string, ResponseShare>()
  for (const { hop } of calls)
    for (const part of [...hop.arrived, ...hop.lost, ...hop.failed]) {
      const { protocol } = hop
      const code = protocol === 'tcp' ? '-' : protocol === 'grpc' ? part.grpcStatus || part.code : part.code
      const flags = part.flags || '-'
      const key = `${protocol} ${code} ${flags}`
      const known = found.get(key)
      if (known !== undefined) known.rate += part.rate
      else {
        const isServerError = verdict({ ...part, protocol }) === 'serverError'
        found.set(key, { protocol, code, flags, rate: part.rate, isServerError })
      }
    }
  return [...found.values()].sort((a, b) => b.rate - a.rate).slice(0, mostResponses)
}
