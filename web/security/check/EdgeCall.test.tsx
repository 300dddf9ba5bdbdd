import { describe, expect, it } from 'vitest'
import { security, workload } from '#shared/security/matrix.fixture.ts'
import { EdgeCall } from './EdgeCall.tsx'
import { renderPage } from '#web/security/testing.tsx'

const call = {
  source: { namespace: 'shop', workload: 'web' },
  destination: { namespace: 'shop', name: 'cart' },
  isTcp: false,
  isRefused: true,
}
const mesh = {
  workloads: [workload('shop/web'), workload('shop/cart')],
  flows: [],
}
const deny = (name: string, annotations = {}) => ({
  ...security('AuthorizationPolicy', `shop/${name}`, {
    action: 'DENY',
    rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }],
  }),
  metadata: { namespace: 'shop', name, annotations },
})

describe('below an edge of the map', () => {
  it('stands the policy that refuses its calls, with the ways to ask on, filled in', async () => {
    const { screen } = await renderPage(
      props => <EdgeCall call={call} onGo={props.onGo} />,
      {},
      { ...mesh, objects: [deny('no-web')] },
    )
    const told = screen.getByRole('region', { name: 'Policies on these calls' })
    await expect.element(told).toMatchTextContent(/Refused.*AuthorizationPolicy shop\/no-web rules\[0\]/)
    await expect
      .element(screen.getByRole('link', { name: 'Can A call B?' }))
      .toHaveAttribute('href', '/security/check?from=shop%2Fweb&to=shop%2Fcart')
    await expect
      .element(screen.getByRole('link', { name: 'Assert this' }))
      .toHaveAttribute('href', '/security/assertions?say=shop%2Fweb+may+not+reach+shop%2Fcart&in=shop')
  })

  it('stand the staged policies that would refuse them, where the map is about refusals', async () => {
    const { screen } = await renderPage(
      props => <EdgeCall call={{ ...call, isRefused: false }} isAsked onGo={props.onGo} />,
      {},
      { ...mesh, objects: [deny('planned', { 'istio.io/dry-run': 'true' })] },
    )
    const told = screen.getByRole('region', { name: 'Policies on these calls' })
    await expect
      .element(told)
      .toMatchTextContent(/Allowed.*Would be refused by staged AuthorizationPolicy shop\/planned/)
  })

  it('stands nothing of policies where nothing is refused and nobody asks', async () => {
    const { screen } = await renderPage(
      props => <EdgeCall call={{ ...call, source: 'outside', isRefused: false }} onGo={props.onGo} />,
      {},
      mesh,
    )
    await expect
      .element(screen.getByRole('link', { name: 'Can A call B?' }))
      .toHaveAttribute('href', '/security/check?from=outside&to=shop%2Fcart')
    await expect.element(screen.getByRole('region')).not.toBeInTheDocument()
  })
})
