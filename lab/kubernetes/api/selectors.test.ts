import { describe, expect, it } from 'vitest'
import { builtInKinds } from '#lab/kubernetes/kinds/all.ts'
import { parseFields, parseLabels } from './selectors.ts'

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'shop', labels: { app: 'web', tier: 'front', size: '5' } },
  spec: { nodeName: 'n1' },
  status: { phase: 'Running' },
}
const pods = builtInKinds.find(kind => kind.name === 'pods')

describe('a label selector', () => {
  it.each([
    ['app=web', true],
    ['app==web', true],
    ['app = web', true],
    ['app!=web', false],
    ['other!=web', true],
    ['app', true],
    ['!app', false],
    ['!other', true],
    ['app in (web, api)', true],
    ['app notin (web)', false],
    ['other notin (web)', true],
    ['app=web,tier=front', true],
    ['app=web,tier=back', false],
    ['app in (web,api),tier', true],
    ['size>4', true],
    ['size<4', false],
    ['', true],
  ])('%s → %s', (text, wanted) => {
    expect(parseLabels(text).every(test => test(pod))).toBe(wanted)
  })

  it.each(['app=web,', 'app in web', '=web', 'a b', 'app=we b', '-x=1', 'app=(a)'])('refuses %s', text => {
    expect(() => parseLabels(text)).toThrow(expect.objectContaining({ code: 400 }))
  })
})

describe('a field selector', () => {
  it.each([
    ['metadata.name=a', true],
    ['metadata.namespace=shop,status.phase=Running', true],
    ['status.phase!=Running', false],
    ['spec.nodeName==n1', true],
    ['spec.nodeName=', false],
  ])('%s → %s', (text, wanted) => {
    if (!pods) throw new Error('no pods')
    expect(parseFields(text, pods).every(test => test(pod))).toBe(wanted)
  })

  it('refuses fields that the kind cannot be selected by', () => {
    if (!pods) throw new Error('no pods')
    expect(() => parseFields('spec.image=x', pods)).toThrow('field label not supported: spec.image')
  })
})
