import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Finding } from '#shared/config/finding.ts'
import { findingLine, linesOf, manifestText } from './text.ts'

const object = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: {
    name: 'cart',
    namespace: 'shop',
    labels: { 'app.kubernetes.io/name': 'cart' },
    managedFields: [{ manager: 'kubectl' }],
  },
  spec: { hosts: ['cart'], http: [{ route: [{ destination: { host: 'gone', subset: 'v9' } }] }] },
}
const found = (path?: string, level: Finding['level'] = 'Error'): Finding => ({
  code: 'IST0101',
  name: 'ReferencedResourceNotFound',
  level,
  object: { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'cart' },
  ...(path !== undefined && { path }),
  message: 'Referenced host not found.',
})
const text = manifestText(object)
const lineWith = (path: string) => {
  const finding = found(path)
  const lines = linesOf(text, [finding])
  const number = findingLine(lines, finding)
  return number === null ? null : text.split('\n')[number - 1]?.trim()
}

describe('the text of an object', () => {
  it('begins with what it is, and leaves out who wrote which field', () => {
    expect(text.startsWith('apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n')).toBe(true)
    expect(text).not.toContain('managedFields')
  })

  it('says the same as the object, whatever is in it, and no line of it is lost or changed', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), said => {
        // What JSON cannot say (−0) no API server says.
        const spec = JSON.parse(JSON.stringify(said)) as Record<string, unknown>
        const written = manifestText({ ...object, spec })
        expect((parse(written) as typeof object).spec).toEqual(parse(JSON.stringify(spec)))
        const shown = linesOf(written, []).map(({ pieces }) => pieces.map(piece => piece.text).join(''))
        expect(`${shown.join('\n')}\n`).toBe(written)
      }),
    )
  })

  it('colours keys, texts and numbers', () => {
    const [line] = linesOf('a: 1\n', [])
    expect(line?.pieces).toEqual([
      { text: 'a', kind: 'key' },
      { text: ': ', kind: null },
      { text: '1', kind: 'number' },
    ])
  })
})

describe('a finding stands', () => {
  it.each([
    ['spec.http[0].route[0].destination.host', 'host: gone'],
    ['spec.hosts[0]', '- cart'],
    ['metadata.labels["app.kubernetes.io/name"]', 'app.kubernetes.io/name: cart'],
    ['spec', 'spec:'],
    // What is missing is told where it is missed.
    ['spec.http[0].route[0].destination.port.number', '- destination:'],
    ['spec.http[7].route', 'http:'],
  ])('of %s at "%s"', (path, line) => {
    expect(lineWith(path)).toBe(line)
  })

  it('nowhere when it is about the object as a whole, or its path cannot be read', () => {
    const [whole, broken] = [found(), found('..')]
    const lines = linesOf(text, [whole, broken])
    expect([findingLine(lines, whole), findingLine(lines, broken)]).toEqual([null, null])
  })

  it('behind a worse one of the same line', () => {
    const [info, error] = [found('spec.hosts[0]', 'Info'), found('spec.hosts[0]')]
    expect(linesOf(text, [info, error]).find(({ findings }) => findings.length > 0)?.findings).toEqual([error, info])
  })
})
