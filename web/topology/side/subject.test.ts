import { describe, expect, it } from 'vitest'
import { shopGraph } from '#web/topology/canvas/shop.fixture.ts'
import { subjectOf } from './subject.ts'

describe('what is selected on the map', () => {
  it('is a service, with its namespace', () => {
    const node = shopGraph.nodes.find(({ kind, name }) => kind === 'service' && name === 'recommendations')
    expect(subjectOf(shopGraph, node?.id ?? '')).toMatchObject({
      on: 'service',
      target: { service: 'recommendations' },
    })
  })
})
