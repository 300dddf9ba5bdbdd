import { violations } from './axe.ts'
import { expect, test } from './fixtures.ts'

for (const colorScheme of ['light', 'dark'] as const)
  for (const locale of ['en-US', 'zh-CN'])
    test.describe(`axe finds nothing, ${colorScheme}, ${locale}`, () => {
      test.use({ colorScheme, locale })

      test('on the map', async ({ page }) => {
        await page.goto('/topology')
        await expect(page.getByRole('application')).toContainText(/\d+/)
        await page.waitForTimeout(1500)
        expect(await violations(page)).toEqual([])
      })

      test('with the side panel open', async ({ page }) => {
        await page.goto('/topology?selected=service:pay/ledger')
        await expect(page.getByRole('complementary').filter({ hasText: 'ledger' })).toContainText('p95')
        expect(await violations(page)).toEqual([])
      })

      test('with the palette open', async ({ page }) => {
        await page.goto('/topology')
        await expect(page.getByRole('application')).toContainText(/\d+/)
        await page.keyboard.press('Control+k')
        await expect(page.getByRole('dialog')).toBeVisible()
        await page.waitForTimeout(400)
        expect(await violations(page)).toEqual([])
      })

      test('on the table twin', async ({ page }) => {
        await page.goto('/topology?view=table')
        await expect(page.getByRole('grid')).toBeVisible()
        expect(await violations(page)).toEqual([])
      })
    })
