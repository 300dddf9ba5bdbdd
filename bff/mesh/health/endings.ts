import { type Code, noAnswer, tcpFailed } from '#shared/mesh/codes.ts'
import type { Direction } from '#shared/mesh/tolerance.ts'
import type { Ending } from '#shared/mesh/tolerate.ts'
import type { Call } from '#bff/mesh/fold.ts'
import { type Verdict, verdict } from '#bff/mesh/outcome.ts'
import type { Part } from '#bff/mesh/paths.ts'
import { exactly } from '#bff/mesh/tally.ts'

/** An ending, and whose mistake it was. */
export interface ToldEnding extends Ending {
  verdict: Exclude<Verdict, 'maybeRefused' | 'refused'>
}

/** How some calls ended, those of each code together. What policy refused never came to whoever answers. */
export function endingsOf(calls: readonly Call[], direction: Direction): ToldEnding[] {
  const found = new Map<string, ToldEnding>()
  const add = (ending: ToldEnding) => {
    if (ending.rate <= 0) return
    const key = `${ending.protocol} ${ending.code} ${ending.verdict}`
    const known = found.get(key)
    if (known === undefined) found.set(key, ending)
    else known.rate += ending.rate
  }
  for (const { hop, tally, isRefusing } of calls) {
    const { protocol } = hop
    if (protocol === 'tcp') {
      const failed = tally.serverErrors
      add({ protocol, direction, code: tcpFailed, rate: failed, verdict: 'serverError' })
      add({ protocol, direction, code: 0, rate: tally.total - tally.denied - failed, verdict: 'fine' })
      continue
    }
    for (const part of [...hop.arrived, ...hop.lost]) {
      const said = verdict({ ...part, protocol })
      if (said === 'refused' || (said === 'maybeRefused' && isRefusing)) continue
      const rate = exactly(part.rate)
      add({
        protocol,
        direction,
        code: codeOf(part, protocol),
        rate,
        verdict: said === 'maybeRefused' ? 'clientError' : said,
      })
    }
  }
  return [...found.values()]
}

function codeOf({ code, grpcStatus }: Part, protocol: 'http' | 'grpc'): Code {
  if (protocol === 'grpc' && grpcStatus !== '') return Number(grpcStatus)
  return code === '0' ? noAnswer : Number(code) || 0
}
