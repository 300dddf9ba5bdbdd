import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTolerances } from '#shared/mesh/tolerance.ts'
import { linesOf, newLine, seenBy, textOfLines, toleranceOf } from './limit-lines.ts'

describe('limits as they are typed', () => {
  it.each([
    [{ codes: '5xx', degraded: '1', failing: '10' }, '{"tolerances":[{"code":"5xx","degraded":0.01,"failing":0.1}]}'],
    [{ codes: '404', degraded: '', failing: '' }, '{"tolerances":[{"code":"404","degraded":null}]}'],
    [{ codes: '500', degraded: '0,5 %', failing: '' }, '{"tolerances":[{"code":"500","degraded":0.005}]}'],
    [
      { protocol: 'tcp' as const, codes: 'x', degraded: '', failing: '7' },
      '{"tolerances":[{"protocol":"tcp","failing":0.07}]}',
    ],
    [
      { protocol: 'grpc' as const, direction: 'outbound' as const, codes: '14', degraded: '', failing: '29' },
      '{"tolerances":[{"code":"14","protocol":"grpc","direction":"outbound","failing":0.29}]}',
    ],
  ])('%j are written as %s', (typed, text) => {
    expect(textOfLines([{ ...newLine(0), ...typed }])).toBe(text)
  })

  it.each([
    [{ codes: '9xx' }, { field: 'codes' }],
    [{ codes: '14' }, { field: 'codes' }],
    [{ degraded: '101' }, { field: 'degraded', what: 'percent' }],
    [{ failing: '<b>' }, { field: 'failing', what: 'percent' }],
    [
      { degraded: '20', failing: '10' },
      { field: 'failing', what: 'order' },
    ],
  ])('%j is not', (typed, problem) => {
    const line = { ...newLine(0), ...typed }
    expect(toleranceOf(line)).toEqual(problem)
    expect(textOfLines([newLine(1), line])).toBeUndefined()
  })

  it('are nothing where there is no line, and no lines where nothing can be read', () => {
    expect(textOfLines([])).toBeNull()
    expect([linesOf(null), linesOf('5 %')]).toEqual([[], []])
  })

  it('are the same when they are read back', () => {
    const share = fc.option(
      fc.integer({ min: 0, max: 10_000 }).map(value => value / 10_000),
      { nil: null },
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(share, share), { minLength: 1, maxLength: 5 }), pairs => {
        const tolerances = pairs.map(([a, b]) => {
          const [degraded, failing] = a !== null && b !== null && a > b ? [b, a] : [a, b]
          return { code: '5xx', degraded, failing }
        })
        const text = JSON.stringify({ tolerances })
        expect(readTolerances(textOfLines(linesOf(text)) ?? '')).toEqual(readTolerances(text))
      }),
    )
  })

  it('say what they see now, and what they would make of it', () => {
    const endings = [200, 503].map(code => ({
      protocol: 'http' as const,
      direction: 'inbound' as const,
      code,
      rate: 5,
    }))
    const tolerance = toleranceOf({ ...newLine(0), degraded: '60', failing: '' })
    if ('field' in tolerance) throw new Error(tolerance.field)
    expect(seenBy(tolerance, endings)).toEqual({ share: 0.5, health: 'healthy' })
    expect(seenBy({ ...tolerance, degraded: 0.2 }, endings)?.health).toBe('degraded')
    expect(seenBy({ ...tolerance, direction: 'outbound' }, endings)).toBeNull()
  })
})
