import { expect, test } from './fixtures.ts'

test.describe('without a mouse', () => {
  test('the table is walked, a row opened and closed', async ({ page }) => {
    await page.goto('/topology?view=table')
    const rows = page.getByRole('grid', { name: 'Edges of the map' }).getByRole('row')
    await rows.nth(1).focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await expect(rows.nth(3)).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/selected=/)
    await expect(rows.nth(3)).toHaveAttribute('aria-selected', 'true')
  })

  test('the map is walked along its edges and says where one stands', async ({ page }) => {
    await page.goto('/topology')
    const map = page.getByRole('application', { name: 'Map of the mesh' })
    await expect(map).toContainText(/\d+ nodes/)
    await map.focus()
    // There is nowhere to walk until the map is laid out.
    await expect(async () => {
      await page.keyboard.press('ArrowRight')
      await expect(map.getByRole('status')).toContainText(/, (healthy|degraded|failing|unknown), /, { timeout: 500 })
    }).toPass()
    const first = await map.getByRole('status').textContent()
    await page.keyboard.press('ArrowRight')
    await expect(map.getByRole('status')).not.toHaveText(first ?? '')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/selected=/)
    await page.keyboard.press('Escape')
    await expect(page).not.toHaveURL(/selected=/)
  })

  test('the palette goes to a node and changes the language', async ({ page }) => {
    await page.goto('/topology')
    await expect(page.getByRole('application')).toContainText(/\d+ nodes/)
    await page.keyboard.press('Control+k')
    const palette = page.getByRole('dialog')
    await expect(palette).toBeVisible()
    await page.keyboard.type('ledger')
    await expect(palette.getByRole('option').filter({ hasText: 'ledger' }).first()).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/ledger/)
    await expect(palette).toBeHidden()
    await page.keyboard.press('Control+k')
    await expect(palette).toBeVisible()
    await page.keyboard.type('简体')
    await expect(palette.getByRole('option').first()).toContainText('简体')
    await page.keyboard.press('Enter')
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    await expect(page.getByRole('link', { name: '拓扑', exact: true })).toBeVisible()
  })
})
