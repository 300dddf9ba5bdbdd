import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allAnalyzers, furtherAnalyzers } from '#shared/config/analyze/all.ts'
import { createAnalysis } from '#shared/config/analyze/engine.ts'
import { edited } from '#shared/config/change/edits.ts'
import type { Finding } from '#shared/config/finding.ts'
import { settingsFrom } from '#shared/config/world/settings.ts'
import { keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { authorizationCases } from './cases/authorization.ts'
import type { Case, Cases } from './cases/case.ts'
import { gatewayCases } from './cases/gateways.ts'
import { meshCases } from './cases/mesh.ts'
import { mtlsCases } from './cases/mtls.ts'
import {
  authorization,
  deployment,
  destinationRule,
  gateway,
  namespace,
  peers,
  pod,
  service,
  serviceAccount,
  virtualService,
} from './cases/objects.ts'
import { routing } from './cases/routing.ts'
import { selection } from './cases/selection.ts'
import { indexes } from '#shared/config/analyze/indexes.ts'
import { weftAnalyzers } from './all.ts'
import * as messages from './messages.ts'

const tables: readonly Cases[] = [
  ...selection,
  ...authorizationCases,
  ...mtlsCases,
  ...routing,
  ...gatewayCases,
  ...meshCases,
]
const flat = tables.flatMap(({ analyzer, rows }) => rows.map(row => ({ analyzer, row })))

const analysisOf = (name: string | null, [, objects, , meshConfig = {}]: Case, others: readonly MeshObject[] = []) =>
  createAnalysis(
    name === null ? weftAnalyzers : [...weftAnalyzers, ...furtherAnalyzers].filter(analyzer => analyzer.name === name),
    indexes,
    settingsFrom(meshConfig),
    [...objects, ...others],
  )
const textOf = ({ code, object, path }: Finding): string =>
  [code, object.kind, `${object.namespace === '' ? '' : `${object.namespace}/`}${object.name}`, path]
    .filter(part => part !== undefined)
    .join(' ')

describe.each(tables)('$analyzer', ({ analyzer, rows }) => {
  it.each(rows.map(row => [row[0], row] as const))('%s', (_, row) => {
    expect(analysisOf(analyzer, row).findings().map(textOf)).toEqual([...row[2]].toSorted())
  })
})

/** A namespace where all is well, of which no case speaks. */
const elsewhere: MeshObject[] = [
  namespace('elsewhere', { 'istio-injection': 'enabled' }),
  service('elsewhere/desk', [service.port('http', 8080)]),
  pod('elsewhere/desk', { version: 'v1' }, { serviceAccountName: 'desk' }),
  deployment('elsewhere/desk', {
    template: { metadata: { labels: { app: 'desk' } }, spec: { serviceAccountName: 'desk' } },
  }),
  serviceAccount('elsewhere/desk'),
  virtualService('elsewhere/desk', {
    hosts: ['desk'],
    http: [{ match: [{ uri: { prefix: '/a' } }], route: [{ destination: { host: 'desk', subset: 'v1' } }] }],
  }),
  destinationRule('elsewhere/desk', { host: 'desk', subsets: [{ name: 'v1', labels: { version: 'v1' } }] }),
  peers('elsewhere/desk', { mtls: { mode: 'STRICT' } }),
  authorization('elsewhere/desk', { rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }),
  gateway('elsewhere/desk', {
    selector: { app: 'desk' },
    servers: [{ port: { number: 8080, protocol: 'HTTP', name: 'http' }, hosts: ['desk.example.org'] }],
  }),
]
const isElsewhere = ({ namespace: home, name }: Finding['object']) => (home === '' ? name : home) === 'elsewhere'

describe('laws of every case', () => {
  it('the order of objects does not matter', () => {
    fc.assert(
      fc.property(fc.constantFrom(...flat), fc.infiniteStream(fc.nat()), ({ analyzer, row }, dice) => {
        const shuffled = row[1]
          .map(object => ({ object, at: dice.next().value as number }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ object }) => object)
        const findings = analysisOf(analyzer, row).findings()
        expect(analysisOf(analyzer, [row[0], shuffled, row[2], row[3]]).findings()).toEqual(findings)
      }),
      { numRuns: 400 },
    )
  })

  it('no finding comes from, or goes by, objects that have nothing to do with it', () => {
    const known = (row: Case) => new Set(row[1].map(object => object.kind))
    for (const { analyzer, row } of flat) {
      // A kind nobody may list at all is not judged: a first one of it is no stranger.
      const kinds = known(row)
      const strangers = elsewhere.filter(
        ({ kind }) => kinds.has(kind) || !['Pod', 'Namespace', 'ServiceAccount'].includes(kind),
      )
      const findings = analysisOf(analyzer, row, strangers).findings()
      const own = findings.filter(({ object }) => !isElsewhere(object))
      // A policy for the whole mesh has to do with everybody.
      if (row[1].some(({ metadata, kind }) => metadata.namespace === 'istio-system' && kind !== 'Pod') || row[3])
        continue
      expect({ claim: row[0], says: own.map(textOf) }).toEqual({ claim: row[0], says: [...row[2]].toSorted() })
    }
  })

  it('an object put in last, or taken out and put back, is told as if it had always been there', () => {
    for (const { analyzer, row } of flat) {
      const whole = analysisOf(analyzer, row).findings()
      const followed = analysisOf(analyzer, row)
      for (const object of row[1]) {
        followed.update({ remove: [refOf(object)] })
        followed.update({ put: [object] })
      }
      expect(followed.findings()).toEqual(whole)
    }
  })

  it('a fix takes its finding away and brings no other', () => {
    let fixes = 0
    for (const { row } of flat) {
      const analysis = analysisOf(null, row)
      const before = analysis.findings()
      for (const finding of before) {
        if (!finding.fix) continue
        fixes++
        const put = finding.fix.edits.map(({ object, edits }) => {
          const known = analysis.read(object)
          if (!known) throw new Error(`${row[0]}: its fix is about ${keyOf(object)}, which is not there`)
          return edited(known, edits)
        })
        const after = createAnalysis(weftAnalyzers, indexes, settingsFrom(row[3] ?? {}), row[1])
        after.update({ put })
        const left = after.findings().map(textOf)
        const said = before.map(textOf)
        expect(left.length, `${row[0]}: ${left.join()}`).toBeLessThan(said.length)
      }
    }
    expect(fixes).toBeGreaterThan(10)
  })

  it('what is not as expected is never an exception', () => {
    const nonsense = fc.oneof(
      fc.constant(null),
      fc.string(),
      fc.integer(),
      fc.array(fc.anything(), { maxLength: 2 }),
      fc.constant({}),
    )
    fc.assert(
      fc.property(fc.constantFrom(...flat), fc.nat(), nonsense, ({ row }, seed, value) => {
        const broken = row[1].map((object, index) =>
          index === seed % row[1].length ? spoil(object, seed, value) : object,
        )
        createAnalysis(allAnalyzers, indexes, settingsFrom(row[3] ?? {}), broken).findings()
      }),
      { numRuns: 1500 },
    )
  })
})

/** The object with nonsense in one place below its spec. */
function spoil(object: MeshObject, seed: number, value: unknown): MeshObject {
  const paths: (string | number)[][] = []
  const walk = (inner: unknown, path: (string | number)[]) => {
    paths.push(path)
    if (Array.isArray(inner)) for (const [index, item] of inner.entries()) walk(item, [...path, index])
    else if (typeof inner === 'object' && inner !== null)
      for (const [key, item] of Object.entries(inner)) walk(item, [...path, key])
  }
  walk(object.spec, ['spec'])
  const path = paths[Math.floor(seed / 7) % paths.length] ?? ['spec']
  return edited(object, [{ op: 'set', path, value }])
}

describe('the table of messages', () => {
  const all = Object.values(messages)
  it('has each code and each name once', () => {
    expect(new Set(all.map(({ code }) => code)).size).toBe(all.length)
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  })
  it.each(all.map(message => [message.code, message] as const))(
    '%s is found by a case and left alone by another',
    (code, message) => {
      expect(code).toMatch(/^WEFT\d{4}$/)
      expect(message.documentation).toMatch(/^https:\/\//)
      const finds = flat.filter(({ row }) => row[2].some(text => text.startsWith(`${code} `)))
      expect(finds.length).toBeGreaterThan(0)
      const analyzers = new Set(finds.map(({ analyzer }) => analyzer))
      const leaves = flat.filter(
        ({ analyzer, row }) => analyzers.has(analyzer) && !row[2].some(text => text.startsWith(code)),
      )
      expect(leaves.length).toBeGreaterThan(0)
    },
  )
})
