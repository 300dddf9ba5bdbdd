import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import { StatusError } from './status.ts'
import { strategicPatch } from './strategic-patch.ts'

describe('a JSON patch', () => {
  const document = { a: { b: [1, 2, 3] }, 'c/d': 'x' }
  it.each([
    ['adds a field', [{ op: 'add', path: '/e', value: 1 }], { ...document, e: 1 }],
    ['adds into a list', [{ op: 'add', path: '/a/b/1', value: 9 }], { ...document, a: { b: [1, 9, 2, 3] } }],
    ['adds at the end', [{ op: 'add', path: '/a/b/-', value: 9 }], { ...document, a: { b: [1, 2, 3, 9] } }],
    ['removes', [{ op: 'remove', path: '/a/b/0' }], { ...document, a: { b: [2, 3] } }],
    ['replaces with ~1 for a slash', [{ op: 'replace', path: '/c~1d', value: 'y' }], { ...document, 'c/d': 'y' }],
    ['moves', [{ op: 'move', from: '/c~1d', path: '/z' }], { a: document.a, z: 'x' }],
    ['copies', [{ op: 'copy', from: '/a/b/0', path: '/z' }], { ...document, z: 1 }],
    ['goes on after a test that holds', [{ op: 'test', path: '/a/b/0', value: 1 }], document],
  ])('%s', (_, patch, wanted) => {
    const before = structuredClone(document)
    expect(jsonPatch(document, patch)).toEqual(wanted)
    expect(document).toEqual(before)
  })

  it.each([
    ['a test that fails', [{ op: 'test', path: '/c~1d', value: 'no' }], 422],
    ['a path that leads nowhere', [{ op: 'remove', path: '/none' }], 422],
    ['an index beyond the end', [{ op: 'add', path: '/a/b/9', value: 1 }], 422],
    ['no value', [{ op: 'add', path: '/e' }], 422],
    ['a word that is no operation', [{ op: 'jump', path: '/a' }], 400],
    ['something that is no list', { op: 'add' }, 400],
    ['no path', [{ op: 'add', value: 1 }], 400],
    ['an attack on the prototype', [{ op: 'add', path: '/__proto__/x', value: 1 }], 422],
    ['too many operations', Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 })), 413],
  ])('refuses %s', (_, patch, code) => {
    expect(() => jsonPatch(document, patch)).toThrow(expect.objectContaining({ name: 'StatusError', code }))
  })
})

describe('a merge patch', () => {
  // The table of RFC 7386, appendix A.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j by %j gives %j', (document, patch, wanted) => {
    expect(mergePatch(document, patch)).toEqual(wanted)
  })

  it('applied twice is the same as once', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue())
    fc.assert(
      fc.property(object, object, (document, patch) => {
        const once = mergePatch(document, patch)
        expect(mergePatch(once, patch)).toEqual(once)
      }),
    )
  })
})

describe('a strategic merge patch', () => {
  const containers = [
    { name: 'app', image: 'a:1', env: [{ name: 'X', value: '1' }] },
    { name: 'proxy', image: 'p:1' },
  ]
  const pod = { spec: { containers, tolerations: [{ key: 'a' }] }, metadata: { finalizers: ['one', 'two'] } }
  const patched = (patch: Record<string, unknown>) => strategicPatch(pod, patch, 'Pod')

  it('merges containers by name and replaces lists without a merge key', () => {
    const patch = { spec: { containers: [{ name: 'app', image: 'a:2' }], tolerations: [{ key: 'b' }] } }
    expect(patched(patch)['spec']).toEqual({
      containers: [{ ...containers[0], image: 'a:2' }, containers[1]],
      tolerations: [{ key: 'b' }],
    })
  })

  it('adds what has a new name and deletes where it is told to', () => {
    const patch = {
      spec: {
        containers: [
          { name: 'new', image: 'n' },
          { name: 'proxy', $patch: 'delete' },
        ],
      },
    }
    expect(patched(patch)['spec']).toMatchObject({ containers: [containers[0], { name: 'new', image: 'n' }] })
  })

  it('replaces a list or an object where it is told to', () => {
    const list = { spec: { containers: [{ $patch: 'replace' }, { name: 'only', image: 'o' }] } }
    expect(patched(list)['spec']).toMatchObject({ containers: [{ name: 'only', image: 'o' }] })
    expect(patched({ spec: { $patch: 'replace', nodeName: 'n' } })['spec']).toEqual({ nodeName: 'n' })
  })

  it('keeps the order that it is given', () => {
    const order = [{ name: 'proxy' }, { name: 'app' }]
    const patch = { spec: { '$setElementOrder/containers': order, containers: [{ name: 'app', image: 'b' }] } }
    expect(patched(patch)['spec']).toMatchObject({ containers: [{ name: 'proxy' }, { name: 'app', image: 'b' }] })
  })

  it('retains only the keys it names', () => {
    const deployment = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } }
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }
    expect(strategicPatch(deployment, patch, 'Deployment')).toEqual({ spec: { strategy: { type: 'Recreate' } } })
  })

  it('takes values out of a set of plain values, and adds to it', () => {
    expect(patched({ metadata: { '$deleteFromPrimitiveList/finalizers': ['one'] } })['metadata']).toEqual({
      finalizers: ['two'],
    })
    expect(patched({ metadata: { finalizers: ['three'] } })['metadata']).toEqual({
      finalizers: ['one', 'two', 'three'],
    })
  })

  it('tells the ports of a Service from those of a container', () => {
    const service = { spec: { ports: [{ port: 80, name: 'http' }, { port: 90 }] } }
    const patch = { spec: { ports: [{ port: 80, name: 'web' }] } }
    expect(strategicPatch(service, patch, 'Service')).toEqual({
      spec: { ports: [{ port: 80, name: 'web' }, { port: 90 }] },
    })
  })

  it('refuses an item without its merge key', () => {
    expect(() => patched({ spec: { containers: [{ image: 'x' }] } })).toThrow(StatusError)
  })
})
