import type { Checked } from '#shared/security/assert/assert.ts'
import { callLine, judgementLine } from './call-text.ts'

/** An assertion with what came of it. */
export interface Told extends Checked {
  line: number
  text: string
}

const words = { holds: 'holds    ', broken: 'broken   ', uncertain: 'uncertain' } as const

/** A line for each, with the call that breaks it below. */
export function asOutcomes(all: readonly Told[]): string {
  const lines = all.flatMap(told => [
    `${words[told.outcome]} ${told.text}`,
    ...because(told).map(line => `          ${line}`),
  ])
  const count = (outcome: Told['outcome']) => all.filter(told => told.outcome === outcome).length
  return `${lines.join('\n')}\n${count('holds')} hold, ${count('broken')} broken, ${count('uncertain')} uncertain\n`
}

function because({ outcome, example, missing }: Told): string[] {
  if (outcome === 'holds') return []
  const call = example === null ? [] : [`${callLine(example.flow)}: ${judgementLine(example)}`]
  return outcome === 'broken' ? call : [`unknown: ${missing.join(', ')}`, ...call]
}

export const toldAsJson = (all: readonly Told[]): string =>
  `${JSON.stringify(
    all.map(({ line, text, outcome, missing, example }) => ({
      line,
      assertion: text,
      outcome,
      missing,
      ...(example === null
        ? {}
        : {
            example: {
              flow: example.flow,
              verdict: example.verdict,
              ...(example.decidedBy && { decidedBy: example.decidedBy }),
            },
          }),
    })),
    null,
    2,
  )}\n`

/** JUnit's XML as CI systems read it: what is uncertain has neither passed nor failed. */
export function asJunit(all: readonly Told[], file: string): string {
  const count = (outcome: Told['outcome']) => all.filter(told => told.outcome === outcome).length
  const totals = `tests="${all.length}" failures="${count('broken')}" errors="0" skipped="${count('uncertain')}"`
  const cases = all.map(told => {
    const head = `    <testcase classname="${escaped(file)}" name="${escaped(told.text)}" line="${told.line}"`
    if (told.outcome === 'holds') return `${head}/>`
    const [message = '', ...more] = because(told).map(escaped)
    const end = told.outcome === 'broken' ? 'failure' : 'skipped'
    const type = end === 'failure' ? ' type="broken"' : ''
    return `${head}>\n      <${end}${type} message="${message}">${more.join('\n')}</${end}>\n    </testcase>`
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="weft assert" ${totals}>`,
    `  <testsuite name="${escaped(file)}" ${totals}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n')
}

/** XML 1.0 has no place for most control characters, escaped or not. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\P{Cc}]|[\ufffe\uffff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\n', '&#10;')
