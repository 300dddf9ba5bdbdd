import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { problem } from '#web/api/testing.tsx'
import { TracesTab } from '#web/traces/TracesTab.tsx'
import { Addressed, found, markup, played, renderPage, row } from '#web/traces/testing.tsx'
import { SearchPage } from './SearchPage.tsx'

const names = { services: ['web.shop', 'cart.shop', 'ledger.pay'] }
const three = found(
  row('a1', { duration: 5_020_000, errors: 3, spans: 22, hidden: 4 }),
  row('b2', { service: null, operation: null, duration: 10_000 }),
  row('c3', { service: markup, operation: markup, services: [{ name: markup, spans: 1, errors: 0 }] }),
)
const replies = {
  '/api/traces/services': () => names,
  '/api/traces/operations': () => ({ operations: ['GET /', 'POST /orders'] }),
  '/api/traces': () => three,
}
const show = (first: Record<string, string> = { service: 'web.shop' }, more: Record<string, () => unknown> = {}) =>
  renderPage(
    <Addressed first={first}>
      {({ search, onSearch, onGo }) => <SearchPage search={search} onSearch={onSearch} onGo={onGo} map={played} />}
    </Addressed>,
    { ...replies, ...more },
  )

describe('before a service is chosen', () => {
  it('offers those there are, within the scope, and searches nothing', async () => {
    const { screen, asked } = await show({ ns: 'shop' })
    await userEvent.click(screen.getByRole('button', { name: 'cart.shop' }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"service":"cart.shop"')
    await expect.element(screen.getByRole('button', { name: 'ledger.pay' })).not.toBeInTheDocument()
    expect(asked.filter(({ path }) => path === '/api/traces')).toHaveLength(1)
  })

  it('says how they are, the worst first, and leads to those that failed or were slow', async () => {
    const facts = { related: [], requestRate: 12, errorRatio: 0, p95: 20 }
    const { screen } = await renderPage(
      <Addressed first={{}}>
        {({ search, onSearch, onGo }) => (
          <SearchPage
            search={search}
            onSearch={onSearch}
            onGo={onGo}
            map={played}
            Facts={({ children }) =>
              children([
                { ...facts, namespace: 'shop', name: 'web', health: 'healthy' },
                { ...facts, namespace: 'pay', name: 'ledger', health: 'failing', errorRatio: 0.12, p95: 2410 },
              ])
            }
          />
        )}
      </Addressed>,
      replies,
    )
    await expect.element(screen.getByRole('row').nth(1)).toMatchTextContent(/ledger\.pay.*12\.0 \/s.*12\.0 %.*2\.41 s/)
    expect(screen.getByRole('button', { name: 'Failed traces of web.shop' }).elements()).toEqual([])
    await userEvent.click(screen.getByRole('button', { name: 'Failed traces of ledger.pay' }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"service":"ledger.pay","error":"1"')
  })

  it('says why there are none', async () => {
    const { screen } = await show({}, { '/api/traces/services': () => ({ services: [] }) })
    await expect.element(screen.getByText('No service has sent spans')).toBeVisible()
  })

  it('says which source failed', async () => {
    const { screen } = await show({}, { '/api/traces/services': () => problem(502, 'Jaeger is down.', 'tracing') })
    await expect.element(screen.getByRole('alert')).toMatchTextContent('Jaeger is down.')
  })
})

describe('the form', () => {
  it('by keyboard: typed words go into the address with Enter', async () => {
    const { screen } = await show()
    await userEvent.fill(screen.getByRole('combobox', { name: 'Operation' }), 'POST /orders')
    await userEvent.fill(screen.getByRole('textbox', { name: 'Tags' }), 'http.status_code=503')
    await userEvent.fill(screen.getByRole('spinbutton', { name: /Longer than/ }), '20.5')
    await userEvent.keyboard('{Enter}')
    await expect
      .element(screen.getByTestId('search'))
      .toMatchTextContent('"operation":"POST /orders","tags":"http.status_code=503","min":"20.5"')
  })

  it('says what cannot be read, at the field, and asks nothing', async () => {
    const { screen } = await show()
    await userEvent.fill(screen.getByRole('textbox', { name: 'Tags' }), 'nonsense')
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByRole('alert')).toMatchTextContent('Write tags as key=value')
    await expect.element(screen.getByRole('textbox', { name: 'Tags' })).toHaveAttribute('aria-invalid', 'true')
    await expect.element(screen.getByTestId('search')).not.toMatchTextContent('nonsense')
  })

  it('choices count at once', async () => {
    const { screen } = await show()
    await userEvent.click(screen.getByRole('button', { name: 'Errors only' }))
    await userEvent.click(screen.getByRole('button', { name: /^Time:/ }))
    await userEvent.click(screen.getByRole('menuitemradio', { name: /^last 15\smin$/ }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"error":"1"')
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"range":"15m"')
  })

  it('goes to a trace by its id, as tools write it, and to nothing else', async () => {
    const { screen } = await show()
    const field = screen.getByRole('textbox', { name: 'Open a trace by its id' })
    await userEvent.fill(field, '../services')
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByRole('alert')).toMatchTextContent('32 hexadecimal digits')
    await userEvent.fill(field, ' 4BF92F35-77b3-4da6-a3ce-929d0e0e4736 ')
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByTestId('gone')).toMatchTextContent('/traces/4bf92f3577b34da6a3ce929d0e0e4736')
  })
})

describe('what was found', () => {
  it('stands in a table: what is not theirs is told as such, markup is text', async () => {
    const { screen } = await show()
    await expect.element(screen.getByRole('row', { name: /web.shop GET \/ 5.02 s 22 3/ })).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /not yours to see 10.0 ms/ })).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /onerror=/ })).toBeVisible()
    expect(screen.container.querySelector('img')).toBeNull()
    await expect.element(screen.getByText('+ 4 spans not yours to see')).toBeVisible()
  })

  it('by keyboard: Space picks, a third takes the place of the first, two are compared', async () => {
    const { screen } = await show()
    const rows = screen.getByRole('grid', { name: 'Traces found' }).getByRole('row')
    await expect.element(rows.nth(1)).toBeVisible()
    ;(rows.nth(1).element() as HTMLElement).focus()
    await userEvent.keyboard(' {ArrowDown} ')
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"picked":"a1,b2"')
    await expect.element(rows.nth(1)).toHaveAttribute('aria-selected', 'true')
    await userEvent.keyboard('{ArrowDown} ')
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"picked":"b2,c3"')
    await userEvent.click(screen.getByRole('button', { name: 'Compare' }))
    await expect.element(screen.getByTestId('gone')).toMatchTextContent('/traces/compare?a=b2&b=c3')
  })

  it('by keyboard: Enter opens, with the scope kept', async () => {
    const { screen } = await show({ service: 'web.shop', ns: 'shop' })
    const rows = screen.getByRole('grid', { name: 'Traces found' }).getByRole('row')
    await expect.element(rows.nth(1)).toBeVisible()
    ;(rows.nth(1).element() as HTMLElement).focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByTestId('gone')).toMatchTextContent('/traces/a1?ns=shop')
  })

  it('is sorted by what the address says', async () => {
    const { screen } = await show({ service: 'web.shop', sort: 'duration' })
    await expect.element(screen.getByRole('grid').getByRole('row').nth(1)).toMatchTextContent('not yours to see')
  })

  it('is read anew when asked, and kept, said to be old, when that fails', async () => {
    let isDown = false
    const { screen } = await show(undefined, {
      '/api/traces': () => (isDown ? problem(504, 'Jaeger did not answer in 10 s.', 'tracing') : three),
    })
    await expect.element(screen.getByText('3 traces')).toBeVisible()
    isDown = true
    await userEvent.click(screen.getByRole('button', { name: 'Refresh' }))
    await expect.element(screen.getByRole('complementary')).toMatchTextContent('Jaeger did not answer in 10 s.')
    await expect.element(screen.getByRole('row', { name: /5.02 s/ })).toBeVisible()
  })
})

describe('nothing found', () => {
  const rungs = ['sourceReachable', 'servicesKnown', 'serviceKnown', 'trafficSampled', 'filtersMatch'].map(
    (rung, index) => ({
      rung,
      state: index < 3 ? 'holds' : index === 3 ? 'fails' : 'unasked',
      detail: index === 3 ? [{ says: 'unsampled', facts: { perSecond: 12.34 } }] : [],
      query: index === 3 ? 'sum(rate(x[1h]))' : null,
      objects: [],
    }),
  )
  it('is explained by the first rung that fails, with its query and the way to the last trace', async () => {
    const { screen } = await show(
      { service: 'web.shop' },
      { '/api/traces': () => found(), '/api/traces/empty': () => ({ rungs, lastAt: 1_000_000_000_000 }) },
    )
    await expect.element(screen.getByText(/none of them was sampled/)).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Query' }))
    await expect.element(screen.getByText('sum(rate(x[1h]))')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Show that time' }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"from":"999999700000"')
  })
})

describe('many together', () => {
  const share = (service: string | null, time: number, without: number) => ({
    service,
    caller: 'web.shop',
    time,
    share: time / 1000,
    traces: 4,
    quantileWithout: without,
  })
  const together = {
    at: 1,
    service: 'web.shop',
    operation: 'GET /',
    found: 40,
    traces: 20,
    missing: 1,
    spans: 100,
    quantile: 0.95,
    duration: 100_000,
    byService: [share('ledger.pay', 775, 22_500), share('', 200, 80_000), share(null, 25, 100_000)],
    byEdge: [share('ledger.pay', 775, 22_500)],
  }
  it('tell whose time it was and what could be won', async () => {
    const { screen } = await show({ service: 'web.shop', view: 'together' }, { '/api/traces/together': () => together })
    await expect.element(screen.getByRole('row', { name: /ledger.pay 77.5 % .* p95 −77.5 %/ })).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /not yours to see 20.0 %/ })).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /between spans .* p95 ±0/ })).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Call' }))
    await expect.element(screen.getByRole('columnheader', { name: 'Called by' })).toBeVisible()
  })

  it('are drawn over the topology: each call with its share and what could be won', async () => {
    const { screen } = await show({ service: 'web.shop', view: 'together' }, { '/api/traces/together': () => together })
    await userEvent.click(screen.getByRole('button', { name: 'On the map' }))
    await expect
      .element(screen.getByRole('list', { name: 'Service' }))
      .toMatchTextContent(/ledger\.pay77\.5\s% · p95 −77\.5\s%/)
    await userEvent.click(screen.getByRole('button', { name: /drawn web > ledger: 77.5\s% · p95 −77.5\s%/ }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"service":"ledger.pay","caller":"web.shop"')
  })
})

describe('within the page of a service', () => {
  it('the search is of that service, and asks for none', async () => {
    const { screen, asked } = await renderPage(
      <Addressed>{({ onGo }) => <TracesTab namespace="shop" app="cart" onGo={onGo} map={played} />}</Addressed>,
      replies,
    )
    await expect.element(screen.getByText('3 traces')).toBeVisible()
    await expect.element(screen.getByRole('combobox', { name: 'Service' })).not.toBeInTheDocument()
    expect(asked.map(({ address }) => address)).toContain('/api/traces?service=cart.shop')
  })
})
