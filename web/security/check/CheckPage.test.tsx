import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { given, security, workload } from '#shared/security/matrix.fixture.ts'
import { CheckPage } from './CheckPage.tsx'
import { renderPage } from '#web/security/testing.tsx'

const check = (first: Record<string, string> = {}, what: Parameters<typeof renderPage>[2] = {}) =>
  renderPage(props => <CheckPage {...props} />, first, what)

describe('may A call B', () => {
  it('asks for both ends first', async () => {
    const { screen } = await check()
    await expect.element(screen.getByText('Choose who calls and whom.')).toBeVisible()
    await userEvent.selectOptions(screen.getByLabelText('Source'), 'pay/payments')
    await userEvent.selectOptions(screen.getByLabelText('Destination'), 'pay/ledger')
    await expect.element(screen.getByRole('status').filter({ hasText: 'Allowed' })).toBeVisible()
  })

  it('offers what was refused as a start', async () => {
    const { screen, went } = await check()
    const refused = screen.getByRole('region', { name: 'Refused calls that were seen' })
    await refused.getByRole('link', { name: /legacy\/batch.*pay\/ledger/ }).click()
    expect(went).toEqual(['/security/check?from=legacy%2Fbatch&to=pay%2Fledger&port=8080'])
  })

  it('names the policy and the rule that decide, and leads to it', async () => {
    const { screen, went } = await check({ from: 'pay/payments', to: 'pay/ledger' })
    const verdict = screen.getByRole('status').filter({ hasText: 'Allowed' })
    await expect.poll(() => verdict.element().textContent).toMatch(/AuthorizationPolicy pay\/ledger-callers rules\[0\]/)
    await verdict.getByRole('link', { name: 'pay/ledger-callers' }).click()
    expect(went).toEqual(['/config/security.istio.io/AuthorizationPolicy/pay/ledger-callers'])
  })

  it('tells of a refusal that nobody wrote which policies did not let it pass', async () => {
    const { screen } = await check({ from: 'shop/web', to: 'pay/ledger' })
    const verdict = screen.getByRole('status').filter({ hasText: 'Refused' })
    await expect.poll(() => verdict.element().textContent).toMatch(/pay\/deny-all/)
    await expect.poll(() => verdict.element().textContent).toMatch(/pay\/ledger-callers/)
    await expect.element(screen.getByText(/wants from\[0\]\.source\.principals/)).toBeVisible()
  })

  it('offers the smallest edit that would allow it, proven', async () => {
    const { screen } = await check({ from: 'shop/web', to: 'pay/ledger' })
    await expect.element(screen.getByText('proven').first()).toBeVisible()
    const offers = screen.getByRole('listitem').filter({ hasText: 'proven' })
    await expect.poll(() => offers.first().element().textContent).toMatch(/Add|Exempt/)
    await expect.element(offers.first().getByRole('link', { name: 'Open in the editor' })).toBeVisible()
  })

  it('names what is missing, and is certain once it is told', async () => {
    const { screen } = await check({ from: 'shop/web', to: 'pay/payments' })
    await expect.element(screen.getByText('Uncertain', { exact: true })).toBeVisible()
    await expect.element(screen.getByRole('listitem').filter({ hasText: /^http\.path$/ })).toBeVisible()
    await userEvent.fill(screen.getByLabelText('Path'), '/v1/orders')
    await expect.element(screen.getByText('Allowed', { exact: true })).toBeVisible()
    await userEvent.fill(screen.getByLabelText('Path'), '/admin')
    await expect.element(screen.getByText('Refused', { exact: true })).toBeVisible()
  })

  it('closes plaintext before STRICT', async () => {
    const { screen } = await check({ from: 'legacy/batch', to: 'pay/payments' })
    await expect.element(screen.getByText('Plaintext into STRICT mTLS: closed here')).toBeVisible()
  })

  it('says whom of an address it does not know', async () => {
    const { screen } = await check({ from: 'shop/web', to: 'pay/nobody' })
    await expect
      .poll(() => screen.getByRole('alert').element().textContent)
      .toMatch('There is no pay/nobody among what you may see.')
  })

  it('shows names of others as text', async () => {
    const name = '<img src=x onerror=alert(1)>'
    const policy = security('AuthorizationPolicy', `shop/${name}`, { action: 'DENY', rules: [{}] })
    const { screen } = await check(
      { from: 'shop/web', to: `shop/${name}` },
      { objects: [policy], workloads: [...given().workloads, workload(`shop/${name}`)] },
    )
    await expect.element(screen.getByRole('link', { name: `shop/${name}` }).first()).toBeVisible()
    expect(document.querySelector('img')).toBeNull()
  })

  it('makes no verdict without policies, and says why', async () => {
    const because = 'Kubernetes at https://k did not answer. Try again.'
    const { screen } = await check({}, { failing: { landscape: because } })
    await expect.poll(() => screen.getByRole('alert').element().textContent).toMatch(/did not answer\. Try again\./)
  })

  it('is uncertain where mesh-wide policies may not be read', async () => {
    const { screen } = await check(
      { from: 'pay/payments', to: 'pay/ledger' },
      { readable: { mesh: false, namespaces: ['pay', 'shop'] } },
    )
    await expect.element(screen.getByText('Uncertain', { exact: true })).toBeVisible()
    await expect.element(screen.getByText(/policies of the whole mesh, which you may not read/).first()).toBeVisible()
  })
})
