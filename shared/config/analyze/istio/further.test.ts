import { describe, expect, it } from 'vitest'
import { createAnalysis } from '#shared/config/analyze/engine.ts'
import { indexes } from '#shared/config/analyze/indexes.ts'
import type { Finding } from '#shared/config/finding.ts'
import { defaultSettings } from '#shared/config/world/settings.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { edited } from '#shared/config/change/edits.ts'
import { destinationRule, pod, service, virtualService } from '#shared/config/analyze/weft/cases/objects.ts'
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

  const routing = virtualService('shop/web', {
    hosts: ['web'],
    http: [{ route: [{ destination: { host: 'web', subset: 'v2' } }] }],
  })
  const web = [service('shop/web'), pod('shop/web', { app: 'web', version: 'v2' })]
  it.each<[string, MeshObject[]]>([
    ['no subsets', [destinationRule('shop/web', { host: 'web' })]],
    ['others', [destinationRule('shop/web', { host: 'web', subsets: [{ name: 'v1', labels: { version: 'v1' } }] })]],
  ])('a subset that pods stand for is added to the one DestinationRule with %s, and all is well', (_, rules) => {
    const analysis = createAnalysis(istioAnalyzers, indexes, defaultSettings, [routing, ...web, ...rules])
    const missing = analysis.findings().find(({ code, fix }) => code === 'IST0101' && fix !== undefined)
    expect(missing?.fix?.title).toBe('Add subset v2 to DestinationRule shop/web')
    for (const { object, edits } of missing?.fix?.edits ?? []) {
      const known = analysis.read(object)
      if (known) analysis.update({ put: [edited(known, edits)] })
    }
    expect(analysis.findings().map(textOf)).not.toContainEqual(expect.stringContaining('destination.subset'))
  })

  it.each<[string, MeshObject[]]>([
    ['no pod has that version', [service('shop/web'), pod('shop/web'), destinationRule('shop/web', { host: 'web' })]],
    ['no DestinationRule is about the host', web],
    ['several are', [...web, destinationRule('shop/web', { host: 'web' }), destinationRule('shop/b', { host: 'web' })]],
    ['it is where nobody looks for it', [...web, destinationRule('far/web', { host: 'web.shop.svc.cluster.local' })]],
  ])('no subset is offered where %s', (_, objects) => {
    const found = findings([routing, ...objects], null).filter(({ code }) => code === 'IST0101')
    expect(found.map(({ fix }) => fix)).toEqual([undefined])
  })
})
