import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { problem, type Reply } from '#web/api/testing.tsx'
import { RecentTraces } from './RecentTraces.tsx'
import { Addressed, found, markup, renderPage, row } from './testing.tsx'

const show = (reply: Reply, caller?: string) =>
  renderPage(
    <Addressed>
      {({ onGo }) => (
        <RecentTraces service="payments.pay" {...(caller !== undefined && { caller })} scope={{}} onGo={onGo} />
      )}
    </Addressed>,
    { '/api/traces': reply },
  )

const traces: Reply = ({ query }) =>
  query.get('error') === '1'
    ? found(row('bad', { errors: 2, duration: 2_000_000, operation: markup }))
    : found(row('quick'), row('slow', { duration: 5_020_000 }), row('bad', { errors: 2, duration: 2_000_000 }))

describe('recent traces beside a selection', () => {
  it('are those that failed and the slowest of all, each leading to its page; names stay as they are', async () => {
    const { screen } = await show(traces)
    await expect.element(screen.getByText('Slowest of 3')).toBeVisible()
    const lists = screen.getByRole('list')
    await expect.element(lists.nth(0)).toMatchTextContent(/^error2\.00\ss.*<img src=x/)
    await expect.element(lists.nth(1)).toMatchTextContent(/^5\.02\ss.*2\.00\ss.*50\.0\sms/)
    expect(document.querySelector('img')).toBeNull()
    await userEvent.click(lists.nth(1).getByRole('link').first())
    await expect.element(screen.getByTestId('gone')).toMatchTextContent('/traces/slow')
  })

  it('of a call are those in which its caller took part, and so is the search they lead to', async () => {
    const { screen, asked } = await show(traces, 'checkout.shop')
    await userEvent.click(screen.getByRole('link', { name: 'All its traces' }))
    await expect
      .element(screen.getByTestId('gone'))
      .toMatchTextContent('/traces?service=payments.pay&caller=checkout.shop')
    const callers = asked.filter(({ path }) => path === '/api/traces').map(({ query }) => query.get('caller'))
    expect(new Set(callers)).toEqual(new Set(['checkout.shop']))
  })

  it('say why there are none, and which source fails', async () => {
    const none = await show(() => found())
    await expect.element(none.screen.getByText('No trace of it was found in the last hour.')).toBeVisible()
    await expect.element(none.screen.getByRole('link', { name: 'Why is there none?' })).toBeVisible()
    await none.screen.unmount()
    const { screen } = await show(() => problem(502, 'Jaeger at http://j:16686 refuses connections.', 'tracing'))
    await expect.element(screen.getByRole('alert')).toMatchTextContent('Jaeger at http://j:16686 refuses connections.')
  })
})
