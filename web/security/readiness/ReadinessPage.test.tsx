import type { ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import type { Plaintext } from '#shared/security/denials.ts'
import { given, security, seen, workload } from '#shared/security/matrix.fixture.ts'
import type { ApplyProps } from '#web/security/apply.ts'
import { at, renderPage } from '#web/security/testing.tsx'
import { ReadinessPage } from './ReadinessPage.tsx'

const Apply = ({ title, changes }: ApplyProps): ReactNode => (
  <dialog open aria-label={title}>
    {JSON.stringify(changes)}
  </dialog>
)
const readiness = (
  what: Parameters<typeof renderPage>[2] = {},
  first: Record<string, string> = {},
  whyNot: string | null = null,
) => renderPage(props => <ReadinessPage {...props} Apply={Apply} useLacks={() => () => whyNot} />, first, what)

const start = at - 3_600_000
const call = (from: string, to: string, more: Partial<Plaintext['calls'][number]> = {}) => {
  const [namespace = '', name = ''] = from.split('/')
  const [place = '', own = ''] = to.split('/')
  return {
    source: { namespace, workload: name, isHidden: false },
    destination: { namespace: place, workload: own },
    protocol: 'http' as const,
    rate: 1.2,
    count: 40,
    lastSeen: at,
    ...more,
  }
}
const told = ['shop', 'pay', 'legacy'].map(namespace => ({ namespace, since: start, count: 9 }))
const open = {
  objects: given().objects.filter(({ kind }) => kind !== 'PeerAuthentication'),
  flows: [seen('legacy/batch', 'shop/cart', { passed: 40 }, true)],
  plaintext: {
    told,
    calls: [call('legacy/batch', 'shop/cart'), call('/', 'shop/web', { rate: 0, lastSeen: at - 600_000 })],
  },
}

describe('mTLS readiness', () => {
  it('says of each namespace who is left, when it was last seen, and whether it may be shut', async () => {
    const { screen } = await readiness({
      ...open,
      objects: given().objects,
      plaintext: { told: told.slice(0, 2), calls: open.plaintext.calls },
    })
    const row = (name: string) => screen.getByRole('row').filter({ hasText: new RegExp(`^${name}`) })
    await expect.element(row('shop')).toMatchTextContent(/would break callers.*PERMISSIVE.*2.*1\.20 req\/s.*now/)
    await expect.element(row('pay')).toMatchTextContent(/required.*STRICT/)
    await expect.element(row('legacy')).toMatchTextContent(/not told/)
  })

  it('is ready only where nothing came for the whole window', async () => {
    const { screen } = await readiness({
      ...open,
      plaintext: {
        told: [told[0]!, { ...told[1]!, since: at - 600_000 }],
        calls: [],
      },
    })
    await expect
      .element(screen.getByRole('row').filter({ hasText: /^shop/ }))
      .toMatchTextContent(/ready.*for 1 h or longer/)
    await expect
      .element(screen.getByRole('row').filter({ hasText: /^pay/ }))
      .toMatchTextContent(/clean, not for long.*for 10 min/)
  })

  it('names each caller with why it would break, and replays the switch', async () => {
    const { screen, went } = await readiness(open, { open: 'shop' })
    const side = screen.getByRole('complementary', { name: 'Readiness of shop' })
    await expect.element(side).toMatchTextContent(/legacy\/batch.*to cart.*has no proxy/)
    await expect.element(side).toMatchTextContent(/outside.*10 min ago.*comes from outside the mesh/)
    const replay = side.getByRole('region', { name: 'Replay' })
    await expect.element(replay.getByRole('button', { name: /^Newly refused/ })).toBeVisible()
    await side.getByRole('link', { name: 'Require mTLS step by step…' }).click()
    expect(went).toEqual(['/config/do/mtls?namespace=shop'])
    await side.getByRole('button', { name: 'Require mTLS…' }).click()
    await expect
      .element(screen.getByRole('dialog', { name: 'Require mTLS in shop' }))
      .toMatchTextContent(/"before":null.*"kind":"PeerAuthentication".*"mode":"STRICT"/)
  })

  it('does not begin what the caller has no right to', async () => {
    const { screen } = await readiness(open, { open: 'shop' }, 'You may not patch them.')
    const button = screen.getByRole('button', { name: 'Require mTLS…' })
    await expect.element(button).toHaveAttribute('aria-disabled', 'true')
    await expect.element(screen.getByText('You may not patch them.')).toBeVisible()
  })

  it('keeps the modes where plaintext is not told; holds two hundred namespaces, and names as text', async () => {
    const many = Array.from({ length: 200 }, (_, index) => workload(`n${index}/app`))
    const { screen } = await readiness({
      workloads: [workload('<b>x/app'), ...many],
      objects: [security('PeerAuthentication', '<b>x/default', { mtls: { mode: 'STRICT' } })],
      failing: { plaintext: 'Prometheus did not answer.' },
    })
    await expect.element(screen.getByText('Plaintext callers are not told: Prometheus did not answer.')).toBeVisible()
    await expect.element(screen.getByRole('row').filter({ hasText: '<b>x' })).toMatchTextContent(/required.*STRICT/)
    expect(screen.getByRole('row').elements().length).toBeLessThan(60)
  })
})
