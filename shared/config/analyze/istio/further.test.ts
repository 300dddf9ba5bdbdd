import { describe, expect, it } from 'vitest'
import { createAnalysis } from '#shared/config/analyze/engine.ts'
import { indexes } from '#shared/config/analyze/indexes.ts'
import type { Finding } from '#shared/config/finding.ts'
import { defaultSettings } from '#shared/config/world/settings.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { istioAnalyzers } from './all.ts'
import { furtherCases, judgedAt } from './further-cases.ts'

const findings = (objects: readonly MeshObject[], certificatesAt: number | null): Finding[] =>
  createAnalysis(istioAnalyzers, indexes, { ...defaultSettings, certificatesAt }, objects).findings()
const textOf = ({ code, object, path }: Finding): string =>
  [code, object.kind, `${object.namespace === '' ? '' : `${object.namespace}/`}${object.name}`, path]
    .filter(part => part !== undefined)
    .join(' ')

describe('messages of Istio', () => {
  it.each(furtherCases)('%s', (_, objects, says) => {
    expect(findings(objects, judgedAt).map(textOf)).toEqual([...says].toSorted())
  })

  it('a credential that is whole begins one day and ends another', () => {
    const [, objects = []] = furtherCases.find(([claim]) => claim === 'a credential that is whole') ?? []
    const year = 366 * 86_400_000
    for (const [at, word] of [
      [judgedAt - year, 'begins'],
      [judgedAt + year, 'expired'],
    ] as const)
      expect(findings(objects, at)[0]?.message).toContain(word)
  })

  it('of Secrets whose content nobody may see nothing is said', () => {
    for (const [, objects, says] of furtherCases)
      if (says[0]?.startsWith('IST0161')) expect(findings(objects, null)).toEqual([])
  })
})
