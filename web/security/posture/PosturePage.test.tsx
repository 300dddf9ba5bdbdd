import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { given, seen } from '#shared/security/matrix.fixture.ts'
import { PosturePage } from './PosturePage.tsx'
import { renderPage } from '#web/security/testing.tsx'

const posture = (what: Parameters<typeof renderPage>[2] = {}) =>
  renderPage(props => <PosturePage {...props} />, {}, what)
const day = 86_400_000

describe('the posture', () => {
  it('has a score that opens down to each fact, with what it is worth', async () => {
    const { screen } = await posture()
    const pay = screen.getByRole('row').filter({ hasText: 'pay' }).first()
    await expect.element(pay).toBeVisible()
    await userEvent.click(pay)
    const side = screen.getByRole('complementary', { name: 'Facts of pay' })
    await expect.element(side).toMatchTextContent(/Score \d+: points/)
    await expect.element(side).toMatchTextContent(/Refused by default15 of 15/)
    await expect.element(side).toMatchTextContent(/mTLS required15 of 15/)
  })

  it('says how the share of mTLS went, and that policies of back then are not told', async () => {
    const times = [0, 1, 2].map(index => Date.UTC(2026, 10, 23) + index * day)
    const { screen } = await posture({ trend: { times, mesh: [null, 0.5, 0.9] } })
    await expect.element(screen.getByText(/90\.0\s%.of requests over mTLS, 50\.0\s%.a day ago/)).toBeVisible()
    await expect.element(screen.getByText(/What policies said back then is not told/)).toBeVisible()
  })

  it('leads from what has no policy to the one that allows what was seen', async () => {
    const { screen } = await posture()
    await userEvent.click(screen.getByRole('row').filter({ hasText: 'shop' }).first())
    const links = screen.getByRole('complementary', { name: 'Facts of shop' }).getByRole('link')
    const hrefs = () => links.elements().map(link => link.getAttribute('href'))
    await expect.poll(hrefs).toContain('/security/learn?of=shop')
    expect(hrefs()).toContain('/security/learn?of=shop%2Fcart')
    expect(hrefs()).toContain('/security/learn?of=shop&view=unused')
  })

  it('names who calls hosts that nobody named, as text', async () => {
    const { source, ...flow } = seen('shop/web', 'x/y', { passed: 12 })
    const out = {
      ...flow,
      source: { ...source, workload: '<b>web</b>' },
      destination: { namespace: '', workload: '', service: 'PassthroughCluster' },
      protocol: 'tcp' as const,
    }
    const { screen } = await posture({ flows: [...given().flows, out] })
    await userEvent.click(screen.getByRole('row').filter({ hasText: 'shop' }).first())
    const side = screen.getByRole('complementary', { name: 'Facts of shop' })
    await expect.element(side.getByText('<b>web</b>')).toBeVisible()
    await expect.element(side).toMatchTextContent(/tcp, 12/)
  })

  it('stands without its trend, which is said', async () => {
    const { screen } = await posture({ failing: { trend: 'Prometheus did not answer within 10 s.' } })
    await expect.element(screen.getByText(/The trend is not known: Prometheus did not answer/)).toBeVisible()
    await expect.element(screen.getByRole('row').filter({ hasText: 'pay' }).first()).toBeVisible()
  })
})
