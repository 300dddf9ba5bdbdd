import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultSettings } from '#shared/config/world/settings.ts'
import type { Index } from '#shared/config/world/world.ts'
import { type MeshObject, refOf } from '#shared/mesh/object.ts'
import type { Analyzer, EachAnalyzer, GatherAnalyzer, MeshAnalyzer, Message } from './analyzer.ts'
import { createAnalysis } from './engine.ts'

const said: Message<[string]> = { code: 'WEFT9999', name: 'Said', level: 'Info', text: what => what }
const vs = 'networking.istio.io/VirtualService'
const service = '/Service'

const hostsOf = (object: MeshObject): string[] => (object.spec?.['hosts'] as string[] | undefined) ?? []
const byHost: Index = { name: 'byHost', of: [vs], keys: hostsOf }

/** One of each form, asking in every way there is. */
const each: EachAnalyzer = {
  name: 'each',
  each: [vs],
  analyze(object, world, report) {
    for (const [index, host] of hostsOf(object).entries())
      if (!world.get(service, object.metadata.namespace ?? '', host))
        report(object, said, [`no ${host}`], { path: ['spec', 'hosts', index] })
  },
}
const gather: GatherAnalyzer = {
  name: 'gather',
  gather: [vs],
  units: hostsOf,
  analyze(members, world, report, unit) {
    if (members.length < 2) return
    const count = world.find(byHost, unit).length
    for (const object of members) report(object, said, [`${members.length} of ${count} share ${unit}`])
  },
}
const mesh: MeshAnalyzer = {
  name: 'mesh',
  mesh: true,
  analyze(world, report) {
    for (const object of world.list(service, 'a'))
      if (!world.has(vs)) report(object, said, [`${object.metadata.name} has no route in the mesh`])
  },
}
const analyzers: Analyzer[] = [each, gather, mesh]

const names = fc.constantFrom('x', 'y', 'z')
const namespaces = fc.constantFrom('a', 'b')
const anObject = fc.oneof(
  fc.record({ name: names, namespace: namespaces, hosts: fc.uniqueArray(names, { maxLength: 3 }) }).map(
    ({ name, namespace, hosts }): MeshObject => ({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name, namespace },
      spec: { hosts },
    }),
  ),
  fc
    .record({ name: names, namespace: namespaces })
    .map(({ name, namespace }): MeshObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace } })),
)
const aStep = fc.record({ object: anObject, isRemoval: fc.boolean() })

const analysisOf = (objects: Iterable<MeshObject>) => createAnalysis(analyzers, [byHost], defaultSettings, objects)
const after = (steps: { object: MeshObject; isRemoval: boolean }[]): MeshObject[] => {
  const left = new Map<string, MeshObject>()
  for (const { object, isRemoval } of steps) {
    const key = JSON.stringify(refOf(object))
    if (isRemoval) left.delete(key)
    else left.set(key, object)
  }
  return [...left.values()]
}
const changeOf = ({ object, isRemoval }: { object: MeshObject; isRemoval: boolean }) =>
  isRemoval ? { remove: [refOf(object)] } : { put: [object] }

describe('an analysis that follows changes', () => {
  it('says what a new one of the same objects would say', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 30 }), steps => {
        const followed = analysisOf([])
        for (const step of steps) followed.update(changeOf(step))
        expect(followed.findings()).toEqual(analysisOf(after(steps)).findings())
      }),
    )
  })

  it('names every object about which something else is said', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 12 }), aStep, (steps, last) => {
        const followed = analysisOf(after(steps))
        const before = new Map(followed.findings().map(finding => [JSON.stringify(finding), finding]))
        const touched = followed.update(changeOf(last))
        const now = new Map(followed.findings().map(finding => [JSON.stringify(finding), finding]))
        for (const [text, { object }] of [...before, ...now])
          if (before.has(text) !== now.has(text))
            expect(touched).toContain(`${object.group}/${object.kind}/${object.namespace}/${object.name}`)
      }),
    )
  })

  it('forgets what was only asked', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 12 }), aStep, (steps, asked) => {
        const objects = after(steps)
        const followed = analysisOf(objects)
        const before = followed.findings()
        const answer = followed.whatIf(changeOf(asked))
        expect(followed.findings()).toEqual(before)
        const then = analysisOf(after([...objects.map(object => ({ object, isRemoval: false })), asked])).findings()
        const key = JSON.stringify(refOf(asked.object))
        const others = (findings: typeof then) => findings.filter(({ object }) => JSON.stringify(object) !== key)
        expect(answer.findings).toEqual(then.filter(({ object }) => JSON.stringify(object) === key))
        const texts = (findings: typeof then) => findings.map(finding => JSON.stringify(finding)).sort()
        const kept = texts(others(before)).filter(text => !texts(answer.resolved).includes(text))
        expect([...kept, ...texts(answer.brought)].sort()).toEqual(texts(others(then)))
      }),
    )
  })

  it('runs nothing again that did not ask about the change', () => {
    let runs = 0
    const counting: EachAnalyzer = {
      name: 'counting',
      each: [vs],
      analyze(object, world) {
        runs++
        world.get(service, object.metadata.namespace ?? '', 'x')
      },
    }
    const route = (name: string, namespace: string): MeshObject => ({
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name, namespace },
    })
    const followed = createAnalysis([counting], [], defaultSettings, [
      route('x', 'a'),
      route('y', 'a'),
      route('z', 'b'),
    ])
    expect(runs).toBe(3)
    followed.update({ put: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'x', namespace: 'b' } }] })
    expect(runs).toBe(4)
    followed.update({ put: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'y', namespace: 'b' } }] })
    expect(runs).toBe(4)
  })
})
