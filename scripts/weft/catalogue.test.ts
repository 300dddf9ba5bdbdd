import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { furtherCases } from '#shared/config/analyze/istio/further-cases.ts'
import * as istioMessages from '#shared/config/analyze/istio/messages.ts'
import * as weftMessages from '#shared/config/analyze/weft/messages.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const data = at('../../../shared/data/istio-analysis')
const checks = at('../../../shared/knowledge/config-checks.md')
const decision = readFileSync(at('../../docs/decisions/0015-which-checks-are-made.md'), 'utf8')

/** First cells of the decision's tables. */
const leftOut = [...decision.matchAll(/^\| ((?:IST|KIA)\d{4}(?:, (?:IST|KIA)\d{4})*) \|/gm)].flatMap(([, cell = '']) =>
  cell.split(', '),
)
const made = Object.values(istioMessages).map(({ code }) => code)

describe.runIf(existsSync(data))('Istio’s catalogue', () => {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(data, name), 'utf8'))
  const catalogue = existsSync(data) ? (read('messages.json') as { code: string; name: string; level: string }[]) : []

  it('is made, or left out with a reason: each message one of the two', () => {
    const codes = catalogue.map(({ code }) => code).toSorted()
    const ours = leftOut.filter(code => code.startsWith('IST'))
    expect([...made, ...ours].toSorted()).toEqual(codes)
  })

  it('gives our messages their names and levels', () => {
    const theirs = new Map(catalogue.map(({ code, name, level }) => [code, `${name} ${level}`]))
    for (const { code, name, level } of Object.values(istioMessages))
      expect([code, `${name} ${level}`]).toEqual([code, theirs.get(code)])
  })

  it('is shown by a case, message by message', () => {
    const cases = read('cases.json') as { expected: { message: string }[] }[]
    const codes = new Map(catalogue.map(({ name, code }) => [name, code]))
    const shown = new Set([
      ...cases.flatMap(({ expected }) => expected.map(({ message }) => codes.get(message) ?? message)),
      ...furtherCases.flatMap(([, , says]) => says.map(text => text.slice(0, 'IST0000'.length))),
    ])
    expect(made.filter(code => !shown.has(code))).toEqual([])
  })
})

/** Checks of the other list that a message of Istio answers. */
const byIstio: Record<string, string> = {
  KIA0002: 'IST0111',
  KIA0003: 'IST0110',
  KIA0004: 'IST0127',
  KIA0101: 'IST0101',
  KIA0202: 'IST0174',
  KIA0203: 'IST0173',
  KIA0301: 'IST0145',
  KIA0302: 'IST0101',
  KIA0601: 'IST0118',
  KIA1101: 'IST0101',
  KIA1102: 'IST0101',
  KIA1106: 'IST0109',
  KIA1107: 'IST0101',
  KIA1212: 'IST0177',
}

describe.runIf(existsSync(checks))('the checks beyond Istio’s', () => {
  const table = existsSync(checks) ? readFileSync(checks, 'utf8') : ''
  /** `KIA0210/0211/0212` is three, `KIA0505 / KIA0506` two. */
  const wanted = [...table.matchAll(/^\| (KIA[^|]*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/\d{4}/g)].map(([code]) => `KIA${code}`),
  )
  const answered = Object.values(weftMessages).flatMap(({ answers }) => answers)

  it('are answered by ours, by Istio’s, or left out with a reason', () => {
    expect(wanted.length).toBeGreaterThan(60)
    const known = new Set([...answered, ...Object.keys(byIstio), ...leftOut])
    expect(wanted.filter(code => !known.has(code))).toEqual([])
    expect([...known].filter(code => code.startsWith('KIA') && !wanted.includes(code))).toEqual([])
  })

  it('are answered by messages that are made', () => {
    for (const code of Object.values(byIstio)) expect(made).toContain(code)
  })
})

it.skipIf(existsSync(data) && existsSync(checks))(
  'Istio’s catalogue or the other list is not here (../shared): they are not compared',
  () => undefined,
)
