import { describe, expect, it } from 'vitest'
import { most, type OwnDashboard, ownText, readOwnText } from './dashboard.ts'

const panel = { title: 'Rate', unit: 'perSecond', queries: [{ promql: 'up' }] }
const dashboard: OwnDashboard = {
  title: 'Checkout',
  variables: [
    { kind: 'values', name: 'namespace', series: 'istio_requests_total', label: 'destination_service_namespace' },
    { kind: 'interval', name: 'window', values: ['auto', '5m'] },
  ],
  panels: [{ title: 'Rate', unit: 'perSecond', queries: [{ promql: 'up', name: '{{pod}}' }] }],
}
const problemOf = (json: unknown): string => {
  const read = readOwnText(typeof json === 'string' ? json : JSON.stringify(json))
  return 'problem' in read ? read.problem : 'none'
}

describe('a dashboard of ones own', () => {
  it('is what it was written as', () => {
    expect(readOwnText(ownText(dashboard))).toEqual({ dashboard })
  })

  it.each([
    ['{', 'This is no JSON'],
    [{ title: 'a' }, 'panels: '],
    [{ title: 'a', panels: [] }, 'panels: '],
    [{ title: 'a', panels: Array.from({ length: most.panels + 1 }, () => panel) }, 'panels: '],
    [{ title: 'a', panels: [{ ...panel, unit: 'furlongs' }] }, 'panels.0.unit: '],
    [
      { title: 'a', panels: [{ ...panel, queries: Array.from({ length: 6 }, () => ({ promql: 'up' })) }] },
      'panels.0.queries: ',
    ],
    [{ title: 'a', panels: [{ ...panel, colour: 'red' }] }, 'panels.0: '],
    [
      { title: 'a', panels: [panel], variables: [{ kind: 'choice', name: 'A b', values: ['x'] }] },
      'variables.0.name: ',
    ],
    [
      { title: 'a', panels: [panel], variables: [{ kind: 'interval', name: 'w', values: ['5 m'] }] },
      'variables.0.values.0: ',
    ],
    [
      { title: 'a', panels: [panel], variables: ['x', 'x'].map(name => ({ kind: 'choice', name, values: ['1'] })) },
      'two of the name x',
    ],
    [`"${' '.repeat(most.text)}"`, 'at most 100000 characters'],
  ])('says where it is none: %j', (json, because) => expect(problemOf(json)).toContain(because))
})
