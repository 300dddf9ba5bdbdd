import { useState } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { type Locator, userEvent } from 'vitest/browser'
import type { LogEvent } from '#shared/logs/api.ts'
import { problem, renderWithBff, type Reply } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import '#web/ui/base.css'
import '#web/ui/tokens.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'
import { LogView } from './LogView.tsx'
import type { LogsSearch } from './search.ts'

const stamp = (second: number) =>
  `2026-11-25T14:${String(Math.floor(second / 60) % 60).padStart(2, '0')}:${String(second % 60).padStart(2, '0')}.000000000Z`
const lines = (of: number, from: number, texts: readonly string[]): LogEvent => ({
  kind: 'lines',
  of,
  lines: texts.map((text, index) => `${stamp(from + index)} ${text}`),
})
const container = (id: number, pod: string) => ({
  id,
  pod,
  container: 'app',
  workload: 'cart',
  kind: 'container' as const,
  state: 'running' as const,
  restarts: 0,
  hasPrevious: false,
  isRead: true,
})
const begin: LogEvent = {
  kind: 'containers',
  containers: [container(0, 'cart-1'), container(1, 'cart-2')],
  pods: ['cart-1', 'cart-2'],
  left: 0,
}

/** A view on an answer that the test writes. */
async function view(given: LogsSearch = {}, refused?: { status: number; detail: string }) {
  await startLanguage()
  await openTexts('logs')
  let source: ReadableStreamDefaultController<Uint8Array> | undefined
  let pulled = 0
  const ended: string[] = []
  const reply: Reply = ({ address, signal }) => {
    signal?.addEventListener('abort', () => ended.push(address))
    if (refused) return problem(refused.status, refused.detail)
    const body = new ReadableStream<Uint8Array>({
      start: controller => void (source = controller),
      pull: () => void (pulled += 1),
    })
    return new Response(body)
  }
  const gone: string[] = []
  function Page() {
    const [search, setSearch] = useState<LogsSearch>({ namespace: 'shop', workload: 'cart', ...given })
    return (
      <div style={{ width: 1200, height: 600 }}>
        <LogView
          search={search}
          onSearch={patch => setSearch(before => ({ ...before, ...patch }))}
          checkHref={call => `/check?${new URLSearchParams({ ...call }).toString()}`}
          onGo={href => gone.push(href)}
        />
      </div>
    )
  }
  const { screen, asked } = await renderWithBff(<Page />, reply)
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0))
  const say = (...events: LogEvent[]) => {
    const encoder = new TextEncoder()
    for (const event of events) source?.enqueue(encoder.encode(`${JSON.stringify(event)}\n`))
  }
  const rows = () => screen.getByRole('grid').getByRole('row')
  return { screen, say, rows, asked, gone, ended, end: () => source?.close(), pulls: () => pulled }
}

/** Has it in its text, whatever is around. */
const says = (locator: Locator, wanted: string | RegExp): Promise<void> =>
  expect.poll(() => locator.element().textContent, { timeout: 10_000 }).toMatch(wanted)

const many = (count: number, word = 'line') => Array.from({ length: count }, (_, index) => `${word} ${index}`)

describe('a view of logs', () => {
  it('shows lines of several containers by time, and asks to follow them', async () => {
    const { say, rows, asked } = await view()
    say(begin, lines(1, 5, ['second']), lines(0, 1, ['first']))
    await says(rows().nth(1), /cart-2\/app.*second/)
    await says(rows().nth(0), /cart-1\/app.*first/)
    expect(asked.map(({ address }) => address)).toEqual(['/api/logs?namespace=shop&workload=cart&follow=1'])
  })
  it('renders what strangers wrote as text', async () => {
    const { say, rows, screen } = await view()
    const hostile = '<img src=x onerror="document.title=\'taken\'"><script>1</script>\u202e\u001b[31mred'
    say(begin, lines(0, 1, [hostile, JSON.stringify({ '<b>k</b>': '<i>v</i>', level: 'error', msg: '<u>m</u>' })]))
    await says(rows().nth(0), '<img src=x')
    await userEvent.click(rows().nth(1))
    const side = screen.getByRole('complementary')
    await says(side, '<b>k</b>')
    await says(side, '<i>v</i>')
    expect(document.querySelector('.log-view img, .log-view script, .log-body b, .log-view u')).toBeNull()
    expect(document.title).not.toBe('taken')
  })
  it('is narrowed by text, by expression and by level, and says what is wrong with an expression', async () => {
    const { say, rows, screen } = await view()
    say(begin, lines(0, 1, ['GET /cart', 'POST /cart', '[error] it broke', '[warn] it may break']))
    await expect.element(rows().nth(3)).toBeVisible()
    const field = screen.getByRole('textbox', { name: 'Search in lines' })
    await userEvent.fill(field, 'CART')
    await expect.element(screen.getByText('2 of 4 lines')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Regular expression' }))
    await userEvent.fill(field, '^(GET|POST) ')
    await expect.element(screen.getByText('2 of 4 lines')).toBeVisible()
    await userEvent.fill(field, '(GET')
    await expect.element(screen.getByText('A bracket or group is not closed, at 1.')).toBeVisible()
    await userEvent.fill(field, '(a+)+$')
    await expect.element(screen.getByText(/None of 4 lines/)).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Show all lines' }))
    await userEvent.click(screen.getByRole('button', { name: 'Any level' }))
    await userEvent.click(screen.getByRole('menuitemradio', { name: 'Warnings and errors' }))
    await expect.element(screen.getByText('2 of 4 lines')).toBeVisible()
  })
  it('stays at the end while lines come, and stays where a hand has scrolled to', async () => {
    const { say, rows, screen } = await view()
    say(begin, lines(0, 1, many(500)))
    await expect.element(rows().getByText('line 499', { exact: true })).toBeVisible()
    say(lines(0, 501, ['the newest']))
    await expect.element(rows().getByText('the newest')).toBeVisible()
    const scroller = document.querySelector('.log-scroller')
    scroller?.scrollTo({ top: 0 })
    await expect.element(rows().getByText('line 0', { exact: true })).toBeVisible()
    say(lines(0, 600, many(3, 'later')))
    await expect.element(screen.getByRole('button', { name: '3 newer lines' })).toBeVisible()
    expect(scroller?.scrollTop).toBe(0)
    await userEvent.click(screen.getByRole('button', { name: '3 newer lines' }))
    await expect.element(rows().getByText('later 2')).toBeVisible()
  })
  it('that is paused reads nothing, and goes on where it stopped', async () => {
    const { say, screen, rows, pulls } = await view()
    say(begin, lines(0, 1, ['before']))
    await expect.element(rows().getByText('before')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Pause' }))
    await expect.element(screen.getByText('Paused: nothing is read until you go on.')).toBeVisible()
    for (let index = 0; index < 200; index++) say(lines(0, 2, many(100)))
    await new Promise(resolve => setTimeout(resolve, 300))
    const stopped = pulls()
    expect(screen.getByText('1 of 1 lines').elements()).toHaveLength(1)
    await userEvent.click(screen.getByRole('button', { name: 'Go on' }))
    await expect.element(screen.getByText('20,001 of 20,001 lines')).toBeVisible()
    await vi.waitFor(() => expect(pulls()).toBeGreaterThan(stopped))
  })
  it('is left with what it read', async () => {
    const { say, screen, rows, ended } = await view()
    say(begin, lines(0, 1, ['one']))
    await expect.element(rows().getByText('one')).toBeVisible()
    await screen.unmount()
    await vi.waitFor(() => expect(ended).toHaveLength(1))
  })
  it('says what a 403 says, and does not ask again', async () => {
    const detail = 'viewer may not read logs in shop: it takes the right to get pods/log there.'
    const { screen, asked } = await view({}, { status: 403, detail })
    await says(screen.getByRole('alert'), detail)
    expect(screen.getByRole('button', { name: 'Try again' }).elements()).toEqual([])
    expect(asked).toHaveLength(1)
  })
})

describe('lines of a proxy', () => {
  const access = (details: string, flags = '-', code = 503) =>
    `[2026-11-25T14:00:01.000Z] "GET /api/cart HTTP/1.1" ${code} ${flags} ${details} - "-" 0 152 11 - "-" "curl" "0aa3-id" "cart.shop:8080" "10.40.1.9:8080" outbound|8080|v1|cart.shop.svc.cluster.local - 10.96.0.4:8080 10.40.1.7:51123 - default`
  it('are columns, with flags in words, and lead to the trace by the id of the request', async () => {
    const { say, rows, screen, gone } = await view()
    say(begin, lines(0, 1, [access('upstream_reset', 'UF,XX')]))
    const row = rows().nth(0)
    await says(row, /503.*11.0\u00a0ms.*GET \/api\/cart.*upstream connection failed, XX.*cart\.shop:8080 · v1.*default/)
    await userEvent.click(screen.getByRole('link', { name: 'Trace' }))
    expect(gone[0]).toMatch(/^\/traces\?tags=guid%3Ax-request-id%3D0aa3-id&from=\d+&to=\d+$/)
  })
  it('lead to the policy that denied', async () => {
    const { say, screen, gone } = await view()
    say(begin, lines(0, 1, [access('rbac_access_denied_matched_policy[ns[pay]-policy[no-shop]-rule[0]]', '-', 403)]))
    await userEvent.click(screen.getByRole('link', { name: 'denied by pay/no-shop' }))
    expect(gone).toEqual(['/config/security.istio.io/AuthorizationPolicy/pay/no-shop'])
  })
  it('ask whether the call may pass, with what the line says of it filled in', async () => {
    const { say, rows, screen, gone } = await view()
    say(begin, lines(0, 1, [access('via_upstream', '-', 403)]))
    await userEvent.click(rows().nth(0))
    await userEvent.click(screen.getByRole('link', { name: 'Can A call B?' }))
    expect(Object.fromEntries(new URLSearchParams(gone[0]?.slice('/check?'.length)))).toEqual({
      from: 'shop/cart-1',
      to: 'shop/cart',
      port: '8080',
      method: 'GET',
      path: '/api/cart',
      host: 'cart.shop:8080',
    })
  })
})
