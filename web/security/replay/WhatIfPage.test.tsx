import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { given, seen, workload } from '#shared/security/matrix.fixture.ts'
import { renderPage } from '#web/security/testing.tsx'
import { WhatIfPage } from './WhatIfPage.tsx'

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'shop' } } }
const what = {
  flows: [seen('pay/payments', 'pay/ledger', { passed: 900 }), seen('legacy/batch', 'shop/cart', { passed: 20 }, true)],
  objects: [...given().objects, namespace],
  workloads: [...given().workloads, workload('shop/<b>bold')],
}
const opened = (search: Record<string, string> = {}) => renderPage(props => <WhatIfPage {...props} />, search, what)

describe('what if', () => {
  it('a workload were labelled otherwise: a policy that let callers in leaves it', async () => {
    const { screen } = await opened()
    await userEvent.selectOptions(screen.getByLabelText('Workload', { exact: true }), 'pay/ledger')
    await expect.element(screen.getByText('Nothing would be another than it is.')).toBeVisible()
    await userEvent.fill(screen.getByLabelText('Labels, as they would be'), 'app=books')
    await expect.element(screen.getByRole('button', { name: /^Newly refused 1 caller/ })).toMatchTextContent('900')
    await expect.element(screen.getByTestId('search')).toMatchTextContent('app=books')
  })

  it('says which line is no label, and replays none of it', async () => {
    const { screen } = await opened({ of: 'pay/ledger', labels: 'app=books\n<b>=x' })
    await expect.element(screen.getByText('This is no label: <b>=x')).toBeVisible()
    await expect.element(screen.getByRole('region', { name: 'Replay' })).not.toBeInTheDocument()
  })

  it('a workload moved: its callers’ policies know it by its old name', async () => {
    const { screen } = await opened({ what: 'move', of: 'pay/payments' })
    await userEvent.selectOptions(screen.getByLabelText('Into namespace'), 'shop')
    await expect.element(screen.getByRole('button', { name: /^Newly refused 1 caller/ })).toMatchTextContent('900')
    await expect.element(screen.getByText(/It gets another identity/)).toBeVisible()
  })

  it('a policy were gone', async () => {
    const { screen } = await opened({ what: 'gone', of: 'AuthorizationPolicy pay/ledger-callers' })
    await expect.element(screen.getByRole('button', { name: /^Newly refused 1 caller/ })).toMatchTextContent('900')
  })

  it('a namespace were ambient: what has a sidecar keeps it', async () => {
    const { screen } = await opened({ what: 'namespace', of: 'shop', labels: 'istio.io/dataplane-mode=ambient' })
    await expect.element(screen.getByRole('button', { name: /^Newly refused/ })).toMatchTextContent('0')
    await expect.element(screen.getByText(/act on pods that run/)).toBeVisible()
  })
})
