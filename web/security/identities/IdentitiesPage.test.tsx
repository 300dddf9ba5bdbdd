import { describe, expect, it } from 'vitest'
import { given, security, workload } from '#shared/security/matrix.fixture.ts'
import type { CertificateFact } from '#shared/security/api.ts'
import { IdentitiesPage } from './IdentitiesPage.tsx'
import { renderPage } from '#web/security/testing.tsx'

const identities = (first: Record<string, string> = {}, what: Parameters<typeof renderPage>[2] = {}) =>
  renderPage(props => <IdentitiesPage {...props} />, first, what)

const day = 86_400_000
const gateway = (more: Partial<CertificateFact>): CertificateFact => ({
  use: 'gateway',
  object: { group: '', kind: 'Secret', namespace: 'edge', name: 'web-tls' },
  usedBy: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'edge', name: 'web' }],
  hosts: ['shop.example'],
  names: ['shop.example'],
  issuer: 'CN=Example Trust',
  serial: '1f',
  from: Date.now() - 80 * day,
  until: Date.now() + 9 * day,
  trouble: null,
  ...more,
})

describe('identities', () => {
  it('are listed with their SPIFFE id, who runs as them and until when their certificate holds', async () => {
    const workloads = [{ namespace: 'shop', name: 'cart', pods: 2, until: Date.now() + 3_600_000 }]
    const { screen } = await identities({}, { certificates: { workloads } })
    const cart = screen.getByRole('row').filter({ hasText: 'spiffe://cluster.local/ns/shop/sa/cart' })
    await expect.element(cart).toBeVisible()
    await expect.element(cart).toMatchTextContent(/shop\/cart.*2 of 2.*only 1 h left/)
    // Whatever has no proxy has no certificate.
    const batch = screen.getByRole('row').filter({ hasText: 'legacy/batch' }).first()
    await expect.element(batch).toMatchTextContent(/no proxy, none/)
  })

  it('are doubtful where different applications are one', async () => {
    const one = { serviceAccounts: ['default'] }
    const { screen } = await identities({}, { workloads: [workload('shop/cart', one), workload('shop/web', one)] })
    await expect.element(screen.getByText('shared by different applications, the default account')).toBeVisible()
  })

  it('say what a certificate is for, when it ends, and why one is not told; names are text', async () => {
    const forbidden = { is: 'forbidden' as const, because: 'You may not get secrets in namespace pay.' }
    const { screen } = await identities(
      { view: 'certificates' },
      {
        certificates: {
          certificates: [
            gateway({ names: ['<img src=x onerror=alert(1)>'] }),
            gateway({ until: Date.now() - 2 * day, names: ['old.example'] }),
            gateway({ names: [], hosts: ['pay.example'], from: null, until: null, trouble: forbidden }),
          ],
        },
      },
    )
    await expect.element(screen.getByText('<img src=x onerror=alert(1)>')).toBeVisible()
    await expect
      .element(screen.getByRole('row').filter({ hasText: 'old.example' }))
      .toMatchTextContent(/ended 2 days ago/)
    await expect
      .element(screen.getByRole('row').filter({ hasText: 'pay.example' }))
      .toMatchTextContent(/you may not read it/)
    expect(document.querySelector('.identities img')).toBeNull()
  })

  it('say whose tokens are taken, and that a key set in a policy is none', async () => {
    const tokens = security('RequestAuthentication', 'shop/tokens', {
      jwtRules: [
        { issuer: 'https://id.example', jwksUri: 'https://id.example/keys' },
        { issuer: 'https://old.example', jwks: '{' },
      ],
    })
    const { screen } = await identities(
      { view: 'issuers' },
      { objects: [...given().objects, tokens], certificates: { keySets: { fetched: 12, failed: 3 } } },
    )
    await expect.element(screen.getByText(/fetched key sets 12 times in the last hour; 3 fetches failed/)).toBeVisible()
    await expect.element(screen.getByText(/is no JSON: every token is refused/)).toBeVisible()
    await expect.element(screen.getByText('https://id.example/keys')).toBeVisible()
  })

  it('are shown while certificates are not told, which is said', async () => {
    const { screen } = await identities({}, { failing: { certificates: 'Kubernetes did not answer.' } })
    await expect.element(screen.getByText('Certificates are not told: Kubernetes did not answer.')).toBeVisible()
    await expect.element(screen.getByText('spiffe://cluster.local/ns/shop/sa/cart')).toBeVisible()
  })
})
