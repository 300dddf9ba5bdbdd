import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultTolerances } from '#shared/mesh/default-tolerances.ts'
import { deciding, type Ending, holdAgainst } from '#shared/mesh/tolerate.ts'
import { defaultThresholds, judgeNode } from './health.ts'
import { verdict } from './outcome.ts'
import { emptyTally } from './tally.ts'

const layers = [{ origin: { kind: 'default' as const }, tolerances: defaultTolerances(defaultThresholds) }]

describe('tolerances that nobody changed', () => {
  it.each([
    ['http', fc.constantFrom(-1, 200, 302, 400, 404, 429, 500, 503, 504)],
    ['grpc', fc.integer({ min: 0, max: 16 })],
    ['tcp', fc.constantFrom(0, 1)],
  ] as const)('judge what serves %s as the map does', (protocol, codes) => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ code: codes, rate: fc.integer({ min: 1, max: 1000 }) }), { minLength: 1 }),
        parts => {
          const tally = emptyTally()
          for (const { code, rate } of parts) {
            tally.total += rate
            const said = verdict({
              protocol,
              code: code === -1 ? '0' : String(code),
              grpcStatus: protocol === 'grpc' ? String(code) : '',
              flags: protocol === 'tcp' && code === 1 ? 'UF' : '-',
            })
            if (said === 'serverError') tally.serverErrors += rate
            else if (said !== 'fine') tally.clientErrors += rate
          }
          const isTcp = protocol === 'tcp'
          const node = judgeNode(
            {
              requests: isTcp ? emptyTally() : tally,
              connections: isTcp ? tally : emptyTally(),
              pods: null,
              isUnobserved: false,
              isIdle: false,
            },
            defaultThresholds,
          )
          const endings = parts.map((part): Ending => ({ ...part, protocol, direction: 'inbound' }))
          expect(deciding(holdAgainst(endings, layers))?.health).toBe(node.health)
        },
      ),
    )
  })
})
