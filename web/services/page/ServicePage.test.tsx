import { describe, expect, it } from 'vitest'
import { renderPage, slots } from '#web/services/testing.tsx'
import { ServicePage } from './ServicePage.tsx'

const down = (): Response =>
  new Response(
    JSON.stringify({
      type: 'about:blank',
      title: 'Bad gateway',
      status: 502,
      detail: 'Prometheus at http://p:9090 refuses connections.',
      source: 'prometheus',
    }),
    { status: 502 },
  )

const show = (tab: string) =>
  renderPage(
    <ServicePage
      named={{ of: 'services', namespace: 'shop', name: 'cart' }}
      search={{ tab }}
      onTab={() => undefined}
      onGo={() => undefined}
      slots={slots}
    />,
    {
      '/api/services/services/shop/cart': down,
      '/api/services/services/shop/cart/related': () => ({ related: ['cart-v1', 'cart-v2'] }),
    },
  )

describe('the page of a service while Prometheus is down', () => {
  it.each(['metrics', 'traces', 'logs', 'security', 'config'])('keeps what other sources tell: %s', async tab => {
    const { screen } = await show(tab)
    await expect.element(screen.getByText(`${tab} of cart: cart-v1 cart-v2`)).toBeVisible()
    await expect.element(screen.getByRole('alert')).not.toBeInTheDocument()
  })

  it('says on its overview which source fails, and shows what happened and what governs it all the same', async () => {
    const { screen } = await show('overview')
    await expect
      .element(screen.getByRole('alert'))
      .toMatchTextContent('Prometheus at http://p:9090 refuses connections.')
    await expect.element(screen.getByText('happened of cart: cart-v1 cart-v2')).toBeVisible()
    await expect.element(screen.getByText('governed of cart: cart-v1 cart-v2')).toBeVisible()
  })
})
