import { expect, it } from 'vitest'
import { shop } from '#web/config/forms/inventory.fixture.ts'
import { loggers, metricSinks, tracers } from './suggestions.ts'

const named = (suggest: typeof tracers, inventory: typeof shop | null = shop) =>
  suggest({ value: {}, object: {}, inventory }).map(({ value }) => value)

it('suggests the providers that can do it, and no others', () => {
  expect(named(tracers)).toEqual(['jaeger', 'stackdriver'])
  expect(named(metricSinks)).toEqual(['prometheus', 'stackdriver'])
  expect(named(loggers)).toEqual(['loki', 'envoy', 'stackdriver'])
})

it('suggests those every mesh has while the others are not known', () => {
  expect(named(loggers, null)).toEqual(['envoy', 'stackdriver'])
})
