import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { createChecker } from './assert.ts'
import { parse } from './sentence.ts'
import { security } from '#shared/security/matrix.fixture.ts'

const who = (name: string) => `cluster.local/ns/${name.split('/')[0]}/sa/${name.split('/')[1]}`
const allow = (name: string, rules: unknown[], spec = {}) => {
  const [, app = ''] = name.split('/')
  return security('AuthorizationPolicy', name, { selector: { matchLabels: { app } }, action: 'ALLOW', rules, ...spec })
}
const from = (...names: string[]) => [{ source: { principals: names.map(who) } }]
const to = (operation: object) => [{ operation }]
const deployment = (name: string, serviceAccountName: string): MeshObject => {
  const [namespace = '', app = ''] = name.split('/')
  const template = { metadata: { labels: { app } }, spec: { serviceAccountName } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name: app }, spec: { template } }
}
const check = (sentence: string, ...objects: MeshObject[]) => {
  const read = parse(sentence)
  if ('problem' in read) throw new Error(read.problem)
  return createChecker(objects).check(read.assertion)
}

const cart = allow('shop/cart', [
  { from: from('shop/storefront'), to: to({ methods: ['GET'], paths: ['/cart/*'] }) },
  { from: from('shop/checkout'), to: to({ methods: ['POST'], paths: ['/cart/{*}/items'] }) },
])
const ledger = allow('pay/ledger', [{ from: [{ source: { namespaces: ['pay'] } }] }])

describe('an assertion that is checked', () => {
  it.each([
    ['storefront may GET /cart/* of cart', 'holds'],
    ['storefront may GET /cart/*', 'holds'],
    ['storefront may GET /cart/1, /cart/a/b of cart', 'holds'],
    ['checkout may POST /cart/{*}/items of cart', 'holds'],
    ['storefront may reach cart', 'holds'],
    ['storefront may not DELETE /cart/* of cart', 'holds'],
    ['nothing but storefront and checkout reaches cart', 'holds'],
    ['nothing outside shop reaches cart', 'holds'],
    ['nothing outside pay reaches ledger', 'holds'],
    ['anything in pay may reach ledger', 'holds'],
    ['storefront may GET /* of cart', 'broken'],
    ['checkout may POST /cart/* of cart', 'broken'],
    ['storefront may not GET /cart/* of cart', 'broken'],
    ['nothing but storefront reaches cart', 'broken'],
    ['nothing reaches ledger', 'broken'],
    ['storefront may reach ledger', 'broken'],
    ['nobody-knows may reach cart', 'uncertain'],
    ['storefront may reach nowhere', 'uncertain'],
  ])('%s: %s', (sentence, outcome) => {
    expect(check(sentence, cart, ledger, deployment('pay/payments', 'payments')).outcome).toBe(outcome)
  })

  it('is broken by a call that it shows, with what decided it', () => {
    expect(check('nothing but storefront reaches cart', cart)).toMatchObject({
      outcome: 'broken',
      example: {
        verdict: 'allow',
        flow: { source: { principal: who('shop/checkout') }, http: { method: 'POST', path: '/cart/x/items' } },
        decidedBy: { namespace: 'shop', name: 'cart', rule: 1 },
      },
    })
  })

  it('finds the one path that a policy keeps back', () => {
    const deny = security('AuthorizationPolicy', 'shop/no-admin', {
      action: 'DENY',
      rules: [{ to: to({ paths: ['/{*}/admin'] }) }],
    })
    expect(check('storefront may GET /cart/* of cart', cart, deny)).toMatchObject({
      outcome: 'broken',
      example: { verdict: 'deny', flow: { http: { path: '/cart/admin' } } },
    })
  })

  it('lets nobody in without an identity either', () => {
    const open = allow('pay/ledger', [{ from: [{ source: { notPrincipals: [who('shop/cart')] } }] }])
    expect(check('nothing outside pay reaches ledger', open)).toMatchObject({ outcome: 'broken' })
    expect(check('nothing reaches ledger', allow('pay/ledger', []))).toMatchObject({ outcome: 'holds' })
  })

  it('is uncertain where a fact decides that nobody told, and says which', () => {
    const login = allow('shop/cart', [{ from: [{ source: { requestPrincipals: ['*'] } }] }])
    const tokens = security('RequestAuthentication', 'shop/tokens', { jwtRules: [{ issuer: 'https://login.example' }] })
    const objects = [login, deployment('shop/storefront', 'storefront')]
    expect(check('storefront may GET /cart of cart', ...objects, tokens)).toMatchObject({
      outcome: 'uncertain',
      missing: ['jwt'],
    })
    // Nobody validates a token: none is ever valid.
    expect(check('storefront may GET /cart of cart', ...objects).outcome).toBe('broken')
    const asking = security('AuthorizationPolicy', 'pay/ask', {
      action: 'CUSTOM',
      provider: { name: 'x' },
      rules: [{}],
    })
    expect(check('nothing outside pay reaches ledger', deployment('pay/ledger', 'ledger'), asking)).toMatchObject({
      outcome: 'uncertain',
      missing: ['answer of provider x'],
    })
  })

  it('takes a namespace that asks for no proxy at its word', () => {
    const plain: MeshObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'pay' } }
    const objects = [ledger, deployment('pay/ledger', 'ledger')]
    expect(check('nothing outside pay reaches ledger', ...objects).outcome).toBe('holds')
    expect(check('nothing outside pay reaches ledger', ...objects, plain).outcome).toBe('broken')
  })
})
