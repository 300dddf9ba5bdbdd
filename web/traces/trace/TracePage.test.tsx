import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { Span } from '#shared/mesh/span.ts'
import { problem } from '#web/api/testing.tsx'
import { Addressed, found, markup, played, renderPage, row, span } from '#web/traces/testing.tsx'
import { TracePage } from './TracePage.tsx'

const path = '/api/traces/a1'
const seen = (spans: Span[], more: object = {}) => ({
  at: 0,
  trace: { traceId: 'a1', spans, warnings: [] },
  hidden: 0,
  store: 'Jaeger query API v3',
  ...more,
})
const show = (reply: unknown, first: Record<string, string> = {}, more: Record<string, () => unknown> = {}) =>
  renderPage(
    <Addressed first={first}>
      {({ search, onSearch, onGo }) => (
        <TracePage
          id="a1"
          search={search}
          onSearch={patch => onSearch({ ...patch })}
          onGo={onGo}
          map={played}
          checkHref={({ from, to }) => `/check/${from}/${to}`}
        />
      )}
    </Addressed>,
    { [path]: () => reply, '/api/traces': () => found(), ...more },
  )

const flags = [
  { key: 'response_flags', value: 'UO,<b>' },
  { key: 'upstream_cluster', value: 'outbound|5432||postgres.data.svc.cluster.local' },
  { key: 'http.status_code', value: '503' },
  { key: 'node_id', value: 'sidecar~10.0.0.1~ledger-1.pay~pay.svc.cluster.local' },
  { key: 'component', value: 'proxy' },
]
const spans = [
  span('1', null, 'web.shop', 0, 1000),
  span('2', '1', 'cart.shop', 10, 100),
  span('3', '2', 'catalog.shop', 20, 60),
  span('4', '1', 'ledger.pay', 200, 900, { kind: 'client', isError: true, attributes: flags }),
]

describe('the page of a trace', () => {
  it('says its facts, and how it compares with others of its operation', async () => {
    const others = found(
      ...Array.from({ length: 6 }, (_, index) => row(`b${index}`, { operation: 'GET /1', duration: 100_000 })),
    )
    const { screen } = await show(seen(spans), {}, { '/api/traces': () => others })
    await expect.element(screen.getByRole('heading', { level: 1 })).toMatchTextContent('web.shop GET /1')
    await expect.element(screen.getByText('×10 of its median')).toBeVisible()
    await expect.element(screen.getByText(/^Spans 4 in 4 services$/)).toBeVisible()
    await expect
      .element(screen.getByRole('contentinfo'))
      .toMatchTextContent('Jaeger query API v3 · complete · clocks agree')
    await expect.element(screen.getByText(/Were ledger instant, this trace would take/)).toMatchTextContent('300 ms')
  })

  it('says which source failed, or that there is no such trace', async () => {
    const down = await show(problem(502, 'Jaeger at http://jaeger sent more than 20 MB.', 'tracing'))
    await expect.element(down.screen.getByRole('alert')).toMatchTextContent('more than 20 MB')
    await down.screen.unmount()
    const gone = await show(problem(404, 'The store of traces has no trace a1.'))
    await expect.element(gone.screen.getByRole('heading', { name: 'There is no such trace' })).toBeVisible()
  })

  it('tells of a span its flags in words, its cluster, and where to look next', async () => {
    const { screen } = await show(seen(spans), { span: '4', ns: 'pay' })
    const side = screen.getByRole('complementary', { name: 'Span' })
    await expect.element(side).toMatchTextContent('pool overflow: ledger.pay → postgres.data')
    await expect.element(side).toMatchTextContent('outbound to postgres.data, port 5432')
    await expect.element(side).toMatchTextContent('503 Service Unavailable')
    await userEvent.click(side.getByRole('link', { name: 'Log of this pod at this moment' }))
    await expect
      .element(screen.getByTestId('gone'))
      .toMatchTextContent(/^\/logs\?ns=pay&at=\d+&namespace=pay&pod=ledger-1&container=istio-proxy&text=a1$/)
    await userEvent.click(side.getByRole('link', { name: 'Objects of postgres.data' }))
    await expect.element(screen.getByTestId('gone')).toMatchTextContent('/config?ns=data&q=postgres')
  })

  it('asks of a call that was refused whether it may pass, and of no other', async () => {
    const refused = [
      { key: 'http.status_code', value: '403' },
      { key: 'upstream_cluster', value: 'inbound|9080||' },
    ]
    const { screen } = await show(
      seen([...spans, span('5', '4', 'postgres.data', 210, 20, { kind: 'server', attributes: refused })]),
      { span: '5' },
    )
    await expect
      .element(screen.getByRole('link', { name: 'Can A call B?' }))
      .toHaveAttribute('href', '/check/pay/ledger-1/data/postgres')
    await screen.unmount()
    const other = await show(seen(spans), { span: '4' })
    await expect.element(other.screen.getByRole('link', { name: /Log of this pod/ })).toBeVisible()
    await expect.element(other.screen.getByRole('link', { name: 'Can A call B?' })).not.toBeInTheDocument()
  })

  it('renders what comes from outside as text, wherever it stands, and cuts what is endless', async () => {
    const hostile = span('5', '1', markup, 5, 6, {
      operation: markup,
      isError: true,
      attributes: [
        { key: markup, value: markup },
        { key: 'response_flags', value: markup },
        { key: 'stack', value: 'x'.repeat(500_000) },
      ],
      events: [{ at: 1, name: markup, attributes: [{ key: markup, value: markup }] }],
      links: [{ traceId: markup, spanId: markup }],
      process: [{ key: markup, value: markup }],
      warnings: [markup],
    })
    const { screen } = await show(seen([...spans, hostile]), { span: '5' })
    await expect.element(screen.getByRole('complementary', { name: 'Span' })).toBeVisible()
    // oxlint-disable-next-line no-await-in-loop -- one view after the other
    for (const view of ['Flame', 'Statistics', 'Waterfall'])
      await userEvent.click(screen.getByRole('link', { name: view }))
    expect(screen.container.querySelector('img')).toBeNull()
    expect(screen.container.textContent.length).toBeLessThan(20_000)
    await userEvent.click(
      screen
        .getByRole('button', { name: 'Show 499,600 more letters' })
        .or(screen.getByRole('button', { name: 'Show 499600 more letters' })),
    )
    expect(screen.container.textContent.length).toBeGreaterThan(500_000)
  })

  it('shows of spans that are not theirs when they were, and nothing else', async () => {
    const hidden = span('5', '1', '', 5, 60, { operation: '', isHidden: true })
    const { screen } = await show(seen([...spans, hidden], { hidden: 1 }), { span: '5' })
    await expect.element(screen.getByRole('row', { name: /not yours to see/ })).toBeVisible()
    await expect.element(screen.getByText(/of a namespace you may not see\. When/)).toBeVisible()
    await expect.element(screen.getByRole('heading', { name: 'Why?' })).not.toBeInTheDocument()
  })

  it('tells what did not fit at the span it is of', async () => {
    const odd = [
      span('1', null, 'web.shop', 0, 100, { kind: 'client' }),
      span('2', '1', 'cart.shop', 500, 540),
      span('3', 'gone', 'lost.shop', 5, -7),
    ]
    const { screen } = await show(seen(odd), { span: '3' })
    const side = screen.getByRole('complementary', { name: 'Span' })
    await expect.element(side).toMatchTextContent('Its parent is not in the trace')
    await expect.element(side).toMatchTextContent('ended before it began')
    await userEvent.click(screen.getByRole('row', { name: /cart/ }))
    await expect.element(side).toMatchTextContent('it was moved by 470 ms into the call')
    await expect
      .element(screen.getByRole('contentinfo'))
      .toMatchTextContent('1 part without its parent · clocks put right by up to 470 ms')
  })
})

describe('the waterfall by keyboard', () => {
  const walk = async (keys: string, first: Record<string, string> = {}) => {
    const { screen } = await show(seen(spans), first)
    const tree = screen.getByRole('treegrid', { name: 'Spans of this trace' })
    await expect.element(tree).toBeVisible()
    ;(tree.element() as HTMLElement).focus()
    if (keys !== '') await userEvent.keyboard(keys)
    return {
      screen,
      tree,
      active: () =>
        document.querySelector(`[id="${tree.element().getAttribute('aria-activedescendant') ?? ''}"]`)?.textContent,
      rows: () =>
        tree
          .getByRole('row')
          .elements()
          .map(each => each.querySelector('.mono')?.textContent),
    }
  }

  it('arrows walk, Enter looks at a span, Escape at the whole', async () => {
    const { screen, tree, active } = await walk('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowUp}{Enter}')
    expect(active()).toContain('catalog')
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"span":"3"')
    await expect.element(tree.getByRole('row', { selected: true })).toMatchTextContent('catalog')
    await expect.element(tree).toHaveFocus()
    await userEvent.keyboard('{Escape}')
    await expect.element(screen.getByTestId('search')).toMatchTextContent('{}')
  })

  it('left folds, then goes to the caller; right unfolds, then goes to the called', async () => {
    const { rows, active } = await walk('{ArrowDown}{ArrowLeft}')
    await vi.waitFor(() => expect(rows()).toEqual(['web', 'cart', 'ledger']))
    await userEvent.keyboard('{ArrowLeft}')
    await vi.waitFor(() => expect(active()).toContain('web'))
    await userEvent.keyboard('{ArrowDown}{ArrowRight}')
    await vi.waitFor(() => expect(rows()).toEqual(['web', 'cart', 'catalog', 'ledger']))
    await userEvent.keyboard('{ArrowRight}')
    await vi.waitFor(() => expect(active()).toContain('catalog'))
  })

  it('/ finds within it: Enter goes from one to the next, whatever hides it', async () => {
    const { screen, active } = await walk('{ArrowLeft}/')
    const field = screen.getByRole('textbox', { name: 'Find in this trace' })
    await expect.element(field).toHaveFocus()
    await userEvent.keyboard('shop')
    await expect.element(screen.getByText('1 of 3')).toBeVisible()
    await userEvent.keyboard('{Enter}{Enter}')
    await expect.element(screen.getByText('3 of 3')).toBeVisible()
    await vi.waitFor(() => expect(active()).toContain('catalog'))
  })

  it('C shows the critical path only, and all again', async () => {
    const { rows } = await walk('c')
    await vi.waitFor(() => expect(rows()).toEqual(['web', 'cart', 'catalog', 'ledger']))
    await userEvent.keyboard('c')
  })

  it('a link leads to its span', async () => {
    const { active } = await walk('', { span: '4' })
    expect(active()).toContain('ledger')
  })
})

describe('fifty thousand spans', () => {
  const many = Array.from({ length: 50_000 }, (_, index) =>
    span(
      `${index}`,
      index === 0 ? null : String(Math.floor((index - 1) / 4)),
      `s${index % 20}.shop`,
      index % 900,
      (index % 900) + 90,
    ),
  )
  it('have only the rows in sight, and keys lead to the last and back', async () => {
    const { screen } = await show(seen(many))
    const tree = screen.getByRole('treegrid')
    await expect.element(tree, { timeout: 20_000 }).toHaveAttribute('aria-rowcount', '50000')
    ;(tree.element() as HTMLElement).focus()
    await userEvent.keyboard('{End}')
    await vi.waitFor(() => {
      const id = tree.element().getAttribute('aria-activedescendant') ?? ''
      expect(document.querySelector(`[id="${id}"]`)?.getAttribute('aria-rowindex')).toBe('50000')
    })
    expect(screen.container.querySelectorAll('[role="row"]').length).toBeLessThan(80)
    await userEvent.keyboard('{Home}')
    await expect.element(screen.getByRole('row', { name: /GET \/0/ })).toBeVisible()
  })
})

describe('other views', () => {
  it('statistics lead to the first span of an operation', async () => {
    const { screen } = await show(seen(spans), { view: 'statistics' })
    await userEvent.click(screen.getByRole('row', { name: /ledger.pay GET \/4 1 1 70.0 %/ }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"span":"4"')
  })

  it('flames are walked by keyboard and looked at closer', async () => {
    const { screen } = await show(seen(spans), { view: 'flame' })
    const whole = screen.getByRole('button', { name: /^All work: 1.00 s/ })
    await expect.element(whole).toBeVisible()
    ;(whole.element() as HTMLElement).focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}')
    await expect.element(screen.getByRole('button', { name: /^cart GET \/2/ })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByRole('button', { name: /^ledger \S/ })).not.toBeInTheDocument()
    await userEvent.keyboard('{Backspace}')
    await expect.element(screen.getByRole('button', { name: /^ledger \S/ })).toBeVisible()
  })

  it('is drawn over the topology: hops in their order, each leading to its span', async () => {
    const { screen } = await show(seen(spans), { view: 'map' })
    await expect
      .element(screen.getByRole('list', { name: 'Services of this trace' }))
      .toMatchTextContent(/web21\.0\s%cart5\.00\s%catalog/)
    // What nobody at its other end tells of is a hop all the same, and failed.
    await expect.element(screen.getByRole('button', { name: /drawn ledger > postgres: 4 ▬ 70\.0\s% ◆/ })).toBeVisible()
    const hops = screen.getByRole('list', { name: 'Hops of this trace' })
    await expect
      .element(hops.getByRole('button', { name: /ledger → postgres .*sends no spans.*error.*critical path/ }))
      .toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: /drawn web > cart/ }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"span":"2"')
    await userEvent.click(hops.getByRole('button', { name: /ledger → postgres/ }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"span":"4"')
    await userEvent.click(screen.getByRole('link', { name: 'The services on the live map' }))
    await expect.element(screen.getByTestId('gone')).toMatchTextContent(/^\/topology\?level=service&find=/)
  })

  it('links say where the whole is to be had: the comparison, the file', async () => {
    const { screen } = await show(seen(spans))
    await userEvent.click(screen.getByRole('link', { name: 'Compare' }))
    await expect.element(screen.getByTestId('gone')).toMatchTextContent('/traces/compare?b=a1')
    const made: Blob[] = []
    vi.spyOn(URL, 'createObjectURL').mockImplementation(blob => {
      made.push(blob as Blob)
      return 'blob:x'
    })
    await userEvent.click(screen.getByRole('button', { name: 'JSON' }))
    expect(JSON.parse((await made[0]?.text()) ?? '{}')).toMatchObject({ traceId: 'a1', spans: { length: 4 } })
    vi.restoreAllMocks()
  })
})
