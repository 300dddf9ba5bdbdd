import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { given, seen, workload } from '#shared/security/matrix.fixture.ts'
import { MatrixPage } from './MatrixPage.tsx'
import { at, renderPage } from '#web/security/testing.tsx'

const matrix = (first: Record<string, string> = {}, what: Parameters<typeof renderPage>[2] = {}) =>
  renderPage(props => <MatrixPage {...props} />, first, what)
const search = (screen: Awaited<ReturnType<typeof matrix>>['screen']) =>
  JSON.parse(screen.getByTestId('search').element().textContent ?? '{}') as Record<string, string>

describe('the access matrix', () => {
  it('says of each cell who calls whom and how that is, in words', async () => {
    const { screen } = await matrix()
    await expect
      .element(screen.getByRole('gridcell', { name: /^pay\/payments calls pay\/ledger: granted, used; 900 passed/ }))
      .toBeInTheDocument()
    await expect
      .element(screen.getByRole('gridcell', { name: /legacy\/batch calls pay\/ledger: refused; 0 passed, 40 refused/ }))
      .toBeInTheDocument()
    await expect
      .element(screen.getByRole('gridcell', { name: 'shop/web calls shop/cart: granted, never used' }))
      .toBeInTheDocument()
    await expect
      .element(
        screen.getByRole('gridcell', { name: 'shop/web calls pay/payments: granted for some requests, never used' }),
      )
      .toBeInTheDocument()
  })

  it('counts what each mark stands for', async () => {
    const { screen } = await matrix()
    await expect.element(screen.getByRole('button', { name: 'refused 1' })).toBeVisible()
    await expect.element(screen.getByRole('button', { name: 'granted, used 1' })).toBeVisible()
  })

  it('is walked by keyboard; Enter opens the cell with its story and its calls', async () => {
    const { screen } = await matrix()
    const grid = screen.getByRole('grid')
    await expect.element(grid).toBeVisible()
    ;(grid.element() as HTMLElement).focus()
    await userEvent.keyboard('{End}{ArrowDown}{Home}{ArrowRight}')
    expect(grid.element().getAttribute('aria-activedescendant')).toBe('mx-1-1')
    await userEvent.keyboard('{Control>}{Home}{/Control}{Control>}{End}{/Control}{Home}{Enter}')
    const side = screen.getByRole('complementary', { name: 'Call' })
    await expect.element(side.getByRole('heading', { name: 'legacy/batch → pay/ledger' })).toBeVisible()
    await expect.element(side.getByText('none proven')).toBeVisible()
    await expect
      .element(side.getByRole('link', { name: 'Can A call B?' }))
      .toHaveAttribute(
        'href',
        expect.stringContaining('/security/check?from=plain%3Alegacy%2Fbatch&to=pay%2Fledger&port=8080'),
      )
    await expect
      .element(side.getByRole('link', { name: 'Least privilege' }))
      .toHaveAttribute('href', '/security/learn?of=pay%2Fledger&over=1h')
  })

  it('tells of a call when it was last seen, and how many came in each step', async () => {
    const hours = [0, 0, 0, 0, 0, 0, 0, 0, 812, 88, 0, 0]
    const flows = [{ ...seen('pay/payments', 'pay/ledger', { passed: 900 }), lastSeen: at - 600_000, hours }]
    const { screen } = await matrix({}, { flows })
    await screen.getByRole('gridcell', { name: /^pay\/payments calls pay\/ledger: granted, used/ }).click()
    const side = screen.getByRole('complementary', { name: 'Call' })
    await expect.element(side.getByText(/^10\smin ago$/)).toBeVisible()
    const bars = side.getByRole('img', { name: /^Calls in each 5\smin of 1 h; at most 812$/ })
    await expect.element(bars).toBeVisible()
    expect(bars.element().querySelectorAll('rect')).toHaveLength(2)
  })

  it('says of one that still comes how exactly that is known', async () => {
    const flows = [{ ...seen('pay/payments', 'pay/ledger', { passed: 900 }), lastSeen: at }]
    const { screen } = await matrix({}, { flows })
    await screen.getByRole('gridcell', { name: /^pay\/payments calls pay\/ledger: granted, used/ }).click()
    await expect.element(screen.getByText(/^within the last 5\smin$/)).toBeVisible()
  })

  it('leaves only rows and columns with a state, or with a name', async () => {
    const { screen } = await matrix()
    await screen.getByRole('button', { name: /^refused/ }).click()
    await expect.poll(() => screen.getByRole('gridcell').elements()).toHaveLength(1)
    await screen.getByRole('button', { name: /^refused/ }).click()
    await userEvent.fill(
      screen.getByRole('textbox', { name: 'Filter identities and workloads' }),
      'nothing of this name',
    )
    await screen.getByRole('button', { name: 'Show all' }).click()
    await expect.element(screen.getByRole('grid')).toBeVisible()
    expect(search(screen)['q']).toBeUndefined()
  })

  it('folds a namespace to one row that stands for all of it', async () => {
    const { screen } = await matrix()
    await screen.getByRole('row').getByRole('button', { name: 'Fold pay' }).last().click()
    await expect
      .element(screen.getByRole('gridcell', { name: /^pay calls pay\/ledger: granted, used/ }))
      .toBeInTheDocument()
  })

  it('shows what may be called while nobody knows what was', async () => {
    const { screen } = await matrix({}, { failing: { flows: 'Prometheus did not answer in 10 s.' } })
    await expect.element(screen.getByText(/No traffic: Prometheus did not answer in 10 s\./)).toBeVisible()
  })

  it('draws only what is in sight of 2,000 identities and 2,000 workloads', async () => {
    const workloads = Array.from({ length: 2000 }, (_, index) => workload(`team-${index % 40}/app-${index}`))
    const flows = [seen('team-0/app-0', 'team-1/app-1', { passed: 9 })]
    const { screen } = await matrix({}, { objects: given().objects, workloads, flows })
    const grid = screen.getByRole('grid')
    await expect.element(grid).toHaveAttribute('aria-rowcount', '2001')
    expect(screen.getByRole('gridcell').elements().length).toBeLessThan(1500)
    ;(grid.element() as HTMLElement).focus()
    await userEvent.keyboard('{Control>}{End}{/Control}')
    await expect.element(screen.getByRole('rowheader').last()).toBeInTheDocument()
    await expect.poll(() => document.getElementById('mx-1999-1999')).not.toBeNull()
  })

  it('draws marks while it is scrolled, hears a press on them, and has cells with words again when it rests', async () => {
    const workloads = Array.from({ length: 400 }, (_, index) => workload(`team-${index % 40}/app-${index}`))
    const { screen } = await matrix({}, { objects: given().objects, workloads, flows: [] })
    const grid = screen.getByRole('grid')
    await expect.element(grid).toHaveAttribute('aria-rowcount', '401')
    grid.element().scrollTop = 4000
    const row = () => grid.element().querySelector('[role=row][aria-rowindex="162"]')
    await expect.poll(row).not.toBeNull()
    const { left, top } = row()?.getBoundingClientRect() ?? new DOMRect()
    const isDrawn = ({ left: x, right, top: y, bottom }: DOMRect) =>
      x <= left + 230 && right > left + 230 && y <= top && bottom > top
    expect([...grid.element().querySelectorAll('.mx-tile')].some(tile => isDrawn(tile.getBoundingClientRect()))).toBe(
      true,
    )
    row()?.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: left + 230, clientY: top + 5 }))
    await expect.poll(() => search(screen)['to']).toBe('team-0/app-0')
    await expect.poll(() => row()?.querySelectorAll('[role=gridcell][aria-label]').length).toBeGreaterThan(5)
  })
})
