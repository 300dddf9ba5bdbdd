import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { problem } from '#web/api/testing.tsx'
import { Addressed, markup, renderPage, row } from '#web/traces/testing.tsx'
import { ComparePage } from './ComparePage.tsx'

const figures = (duration: number, self: number, count = 1) => ({ count, errors: 0, duration, self })
const places = [
  {
    service: 'web.shop',
    operation: 'GET /',
    depth: 0,
    before: figures(100_000, 40_000),
    after: figures(400_000, 50_000),
  },
  {
    service: 'ledger.pay',
    operation: 'POST /',
    depth: 1,
    before: figures(60_000, 60_000),
    after: figures(350_000, 350_000, 3),
  },
  { service: markup, operation: markup, depth: 1, before: null, after: figures(1000, 1000) },
  { service: '', operation: '', depth: 1, before: figures(2000, 2000), after: null },
]
const reply = (more: object = {}) => ({
  at: 1,
  a: row('a1', { duration: 100_000 }),
  b: row('b2', { duration: 400_000 }),
  of: 1,
  places,
  left: 0,
  ...more,
})
const show = (search: Record<string, string>, answer: unknown = reply()) =>
  renderPage(
    <Addressed first={search}>{address => <ComparePage search={address.search} onGo={address.onGo} />}</Addressed>,
    { '/api/traces/compare': () => answer },
  )

describe('two traces compared', () => {
  it('say in a sentence which took longer and where', async () => {
    const { screen, asked } = await show({ a: 'a1', b: 'b2' })
    await expect
      .element(screen.getByText(/^B took 300\sms longer; most of it is own time of/))
      .toMatchTextContent('ledger.pay')
    expect(asked.map(({ address }) => address)).toContain('/api/traces/compare?a=a1&b=b2')
  })

  it('stand place by place: what is only on one side, what is not theirs, markup as text', async () => {
    const { screen } = await show({ a: 'a1', b: 'b2' })
    await expect
      .element(screen.getByRole('row', { name: /ledger.pay POST \/ 60.0 ms 350 ms \+290 ms \+290 ms 1 → 3/ }))
      .toBeVisible()
    await expect.element(screen.getByRole('row', { name: /onerror.* only in B/ })).toBeVisible()
    await expect
      .element(screen.getByRole('row', { name: /not yours to see 2.00 ms – −2.00 ms −2.00 ms only in A/ }))
      .toBeVisible()
    expect(screen.container.querySelector('img')).toBeNull()
  })

  it('are swapped, and lead back to each', async () => {
    const { screen } = await show({ a: 'a1', b: 'b2', ns: 'shop' })
    await userEvent.click(screen.getByRole('link', { name: 'Swap' }))
    await expect.element(screen.getByTestId('gone')).toMatchTextContent('/traces/compare?ns=shop&a=b2&b=a1')
    await userEvent.click(screen.getByRole('link', { name: 'web.shop GET /' }).first())
    await expect.element(screen.getByTestId('gone')).toMatchTextContent('/traces/a1?ns=shop')
  })

  it('may be one and the median of its operation', async () => {
    const { screen, asked } = await show({ b: 'b2' }, reply({ a: null, of: 20 }))
    await expect.element(screen.getByText('the median of 20 traces of its operation')).toBeVisible()
    expect(asked.map(({ address }) => address)).toContain('/api/traces/compare?b=b2')
  })

  it('say why they cannot be had', async () => {
    const { screen } = await show({ a: 'a1', b: 'b2' }, problem(404, 'The store of traces has no trace a1.'))
    await expect.element(screen.getByRole('alert')).toMatchTextContent('has no trace a1')
  })

  it('ask for two where the address names none that could be one', async () => {
    const { screen, asked } = await show({ a: '../services', b: '<b>' })
    await expect.element(screen.getByText('Choose two traces of a search to compare them.')).toBeVisible()
    expect(asked.filter(({ path }) => path.includes('compare'))).toEqual([])
  })
})
