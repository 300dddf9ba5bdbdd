import { describe, expect, it } from 'vitest'
import { identitiesOf, issuersIn } from './identities.ts'
import { security, seen, workload } from '#shared/security/matrix.fixture.ts'

describe('identities', () => {
  const of = (...workloads: ReturnType<typeof workload>[]) =>
    identitiesOf(workloads, [seen('shop/web', 'shop/cart', { passed: 7, refused: 2 })], 'cluster.local')

  it('are service accounts as SPIFFE names them, with who runs as them and what they called', () => {
    expect(of(workload('shop/web'))).toEqual([
      {
        principal: 'cluster.local/ns/shop/sa/web',
        namespace: 'shop',
        account: 'web',
        workloads: ['shop/web'],
        pods: 2,
        guarded: 2,
        calls: 9,
        doubts: [],
      },
    ])
  })

  it('are not doubtful for two versions of one application', () => {
    const [identity] = of(
      workload('shop/web-v1', { labels: { app: 'web' }, serviceAccounts: ['web'] }),
      workload('shop/web-v2', { labels: { app: 'web' }, serviceAccounts: ['web'] }),
    )
    expect(identity).toMatchObject({ workloads: ['shop/web-v1', 'shop/web-v2'], pods: 4, doubts: [] })
  })

  it('are doubtful where different applications are one, and where nobody chose an account', () => {
    const one = { serviceAccounts: ['default'] }
    expect(of(workload('shop/web', one), workload('shop/cart', one))[0]?.doubts).toEqual(['shared', 'default'])
    // Namesakes in two namespaces are two identities.
    expect(of(workload('a/x', one), workload('b/x', one)).map(({ doubts }) => doubts)).toEqual([
      ['default'],
      ['default'],
    ])
  })
})

describe('issuers of tokens', () => {
  const rule = (more: Record<string, unknown>) =>
    issuersIn([
      security('RequestAuthentication', 'shop/tokens', { jwtRules: [{ issuer: 'https://id.example/', ...more }] }),
    ])[0]?.keys
  const key = { kty: 'RSA', n: 'AQAB', e: 'AQAB' }

  it.each([
    [
      'count the keys that are written there',
      { jwks: JSON.stringify({ keys: [key, key] }) },
      { kind: 'inline', count: 2 },
    ],
    ['say that what is written is no JSON', { jwks: '{keys' }, { kind: 'unreadable', because: 'json' }],
    ['say that what is written is no key set', { jwks: '{"keys":{}}' }, { kind: 'unreadable', because: 'keys' }],
    ['say that a key has no type', { jwks: '{"keys":[{}]}' }, { kind: 'unreadable', because: 'keys' }],
    ['say that the key set is empty', { jwks: '{"keys":[]}' }, { kind: 'unreadable', because: 'none' }],
    [
      'name where keys are fetched',
      { jwksUri: 'https://k.example/x' },
      { kind: 'fetched', from: 'https://k.example/x' },
    ],
    [
      'name the discovery document where nothing is said',
      {},
      { kind: 'discovered', from: 'https://id.example/.well-known/openid-configuration' },
    ],
  ])('%s', (_, more, keys) => {
    expect(rule(more)).toEqual(keys)
  })
})
