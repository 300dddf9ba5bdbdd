import { expect, test } from './fixtures.ts'

test.describe('the live map', () => {
  test('opens with the shop, fresh, and traffic moves on it', async ({ page, consoleErrors }) => {
    await page.goto('/topology')
    const map = page.getByRole('application', { name: 'Map of the mesh' })
    await expect(map).toContainText(/\d+ nodes, \d+ edges/)
    const foot = page.locator('footer')
    await expect(foot).toContainText(/live.*\d+ queries in/)
    await expect(foot).toContainText('req/s over all hops')
    // Particles are drawn on a canvas: two pictures a moment apart differ, without anybody touching anything.
    await page.waitForTimeout(2500)
    const first = await map.screenshot()
    await page.waitForTimeout(400)
    expect(first.equals(await map.screenshot())).toBe(false)
    expect(consoleErrors).toEqual([])
  })

  test('stands still for whoever asked for less motion', async ({ browser, weft }) => {
    const context = await browser.newContext({ reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } })
    const page = await context.newPage()
    // A past moment does not change by itself either.
    await page.goto(`${weft.url}/topology?at=${Date.now() - 600_000}`)
    const map = page.getByRole('application', { name: 'Map of the mesh' })
    await expect(map).toContainText(/\d+ nodes, \d+ edges/)
    await page.waitForTimeout(3000)
    const first = await map.screenshot()
    await page.waitForTimeout(500)
    expect(first.equals(await map.screenshot())).toBe(true)
    await context.close()
  })

  test('tells by its table twin what is refused and what is plaintext', async ({ page }) => {
    await page.goto('/topology?view=table')
    const table = page.getByRole('grid', { name: 'Edges of the map' })
    const refused = table.getByRole('row').filter({ hasText: /legacy\/batch.*pay\/ledger/ })
    await expect(refused).toContainText('Failing')
    await expect(refused).toContainText('100')
    await refused.click()
    const panel = page.getByRole('complementary').filter({ hasText: 'batch' })
    await expect(panel).toContainText('refused by policy')
    await expect(panel).toContainText('plaintext')
    await expect(panel).toContainText('403')
    await expect(panel).toContainText('no proven identity')
  })

  test('leads from an edge to its charts, its traces, its objects and the page of who answers', async ({ page }) => {
    const edge = '/topology?selected=service:shop/checkout>service:pay/payments:http'
    await page.goto(edge)
    const ways = page.getByRole('navigation', { name: 'Go on' })
    await ways.getByRole('link', { name: 'Charts of this call' }).click()
    await expect(page).toHaveURL(/\/metrics\?of=service&namespace=pay&name=payments&caller=shop\/checkout/)
    await expect(page.getByRole('main')).toContainText(/shop\/checkout\S* → pay\/payments/)
    await page.goBack()
    await ways.getByRole('link', { name: 'Its traces' }).click()
    await expect(page.getByRole('button', { name: 'with checkout.shop' })).toBeVisible()
    await expect(page.getByRole('status').first()).toContainText(/\d+ traces/)
    await page.goBack()
    await page.getByRole('tab', { name: 'Config' }).click()
    await expect(page).toHaveURL(/tab=config/)
    await page
      .getByRole('tabpanel', { name: 'Config' })
      .getByRole('link', { name: /pay\/allow-payments-clients/ })
      .click()
    await expect(page).toHaveURL(/\/config\/security\.istio\.io\/AuthorizationPolicy\/pay\/allow-payments-clients/)
    await page.goto(edge)
    await ways.getByRole('link', { name: 'The page of pay/payments' }).click()
    await expect(page.getByRole('heading', { name: 'payments' })).toBeVisible()
  })

  test('enters a namespace and comes back the way it came', async ({ page }) => {
    await page.goto('/topology?level=namespace')
    await expect(page.locator('footer')).toContainText(/\d+ nodes, \d+ edges/)
    await page.goto('/topology?level=namespace&open=shop')
    const crumbs = page.getByRole('navigation', { name: 'Inside' })
    await expect(crumbs).toContainText('shop')
    await crumbs.getByRole('button', { name: 'All namespaces' }).click()
    await expect(page).not.toHaveURL(/open=/)
    await page.goBack()
    await expect(page).toHaveURL(/open=shop/)
  })

  test('shows a moment of the past', async ({ page }) => {
    await page.goto(`/topology?at=${new Date(Date.now() - 3 * 3_600_000).toISOString()}`)
    await expect(page.locator('footer')).toContainText('past')
    await expect(page.getByRole('application')).toContainText(/\d+ nodes, \d+ edges/)
  })

  test('is exported as a picture and as a drawing', async ({ page }) => {
    await page.goto('/topology')
    await expect(page.getByRole('application')).toContainText(/\d+ nodes/)
    await page.waitForTimeout(2000)
    for (const [item, name] of [
      ['Picture (PNG)', /\.png$/],
      ['Drawing (SVG)', /\.svg$/],
    ] as const) {
      await page.getByRole('button', { name: 'Export' }).click()
      const download = page.waitForEvent('download')
      await page.getByRole('menuitem', { name: item }).click()
      expect((await download).suggestedFilename()).toMatch(name)
    }
  })

  test('survives an address full of nonsense', async ({ page, consoleErrors }) => {
    await page.goto(
      '/topology?level=galaxy&lens=%00&ns=shop&at=yesterday&selected=%3Cscript%3E&find=((&window=-4&zzz=1',
    )
    await expect(page.getByRole('heading', { name: 'Topology', includeHidden: true })).toBeAttached()
    await expect(page.getByRole('toolbar')).toBeVisible()
    expect(consoleErrors.filter(error => !/40\d/.test(error))).toEqual([])
  })
})
