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
