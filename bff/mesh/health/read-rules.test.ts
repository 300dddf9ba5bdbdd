import { describe, expect, it } from 'vitest'
import { readRules } from './read-rules.ts'
import { defaultThresholds } from './rules.ts'

describe('rules of health from the environment', () => {
  it('change what they name and leave the rest', () => {
    expect(readRules('{"serverErrors":{"failing":0.2},"clientErrors":{"degraded":0.5}}')).toMatchObject({
      thresholds: {
        ...defaultThresholds,
        serverErrors: { degraded: 0, failing: 0.2 },
        clientErrors: { degraded: 0.5 },
      },
      inFile: new Set(['serverErrors', 'clientErrors']),
    })
  })

  it('name namespaces, services and workloads, and what holds for all of the mesh', () => {
    const tolerance = { code: '5xx', failing: 0.5 }
    const text = JSON.stringify({
      mesh: [{ code: '404', degraded: null }],
      namespaces: { shop: [tolerance] },
      services: { 'shop/cart': [tolerance, { protocol: 'tcp', degraded: 0.2 }] },
      workloads: { 'shop/cart-v1': [tolerance] },
    })
    const rules = readRules(text)
    if ('wrong' in rules) throw new Error(rules.wrong)
    expect(rules.mesh).toMatchObject([{ codes: [{ from: 404, to: 404 }], degraded: null, failing: null }])
    expect([...rules.namespaces.keys(), ...rules.services.keys(), ...rules.workloads.keys()]).toEqual([
      'shop',
      'shop/cart',
      'shop/cart-v1',
    ])
    expect(rules.services.get('shop/cart')).toHaveLength(2)
  })

  it.each([
    ['5 %', /is not JSON/],
    ['{"serverErrors":{"failing":20}}', /serverErrors\.failing/],
    ['{"serverError":{"failing":0.2}}', /ratios from 0 to 1/],
    ['[]', /ratios/],
    ['{"services":{"cart":[{"code":"5xx","failing":0.1}]}}', /names what is meant such as shop\/cart, not "cart"/],
    ['{"namespaces":{"shop/cart":[{"code":"5xx","failing":0.1}]}}', /names a namespace such as shop/],
    [
      '{"services":{"shop/cart":[{"code":"9xx","failing":0.1}]}}',
      /of services "shop\/cart", tolerances\[0\] code takes/,
    ],
    ['{"mesh":[]}', /lists of 1 to 50 tolerances: mesh/],
  ])('say what is wrong with %s', (text, sentence) => {
    expect(readRules(text)).toEqual({ wrong: expect.stringMatching(sentence) })
  })
})
