import { expect, test } from './fixtures.ts'

test.describe('find and hide', () => {
  test('lights what matches, tells how many, and the address carries it to another person', async ({ page }) => {
    await page.goto('/topology')
    await expect(page.getByRole('application')).toContainText(/\d+ nodes/)
    const find = page.getByRole('combobox', { name: 'Find on the map' })
    await find.fill('ns = pay and rate > 5')
    await expect(page.getByRole('toolbar')).toContainText(/lit/)
    await expect(page).toHaveURL(/find=/)
    const other = await page.context().newPage()
    await other.goto(page.url())
    await expect(other.getByRole('combobox', { name: 'Find on the map' })).toHaveValue('ns = pay and rate > 5')
    await expect(other.getByRole('toolbar')).toContainText(/lit/)
  })

  test('points at the place of a mistake and offers the word that was meant', async ({ page }) => {
    await page.goto('/topology')
    await expect(page.getByRole('application')).toContainText(/\d+ nodes/)
    await page.getByRole('combobox', { name: 'Find on the map' }).fill('error > 1% and nss = pay')
    await expect(page.getByText(/No field\s*nss/)).toBeVisible()
    await page.getByRole('button', { name: /Use ns/ }).click()
    await expect(page.getByRole('combobox', { name: 'Find on the map' })).toHaveValue('error > 1% and ns = pay')
  })

  test('filters the table twin by the same words', async ({ page }) => {
    await page.goto(`/topology?view=table&find=${encodeURIComponent('mtls < 100%')}`)
    const table = page.getByRole('grid', { name: 'Edges of the map' })
    await expect(table.getByRole('row').filter({ hasText: 'legacy/batch' }).first()).toBeVisible()
    await expect(table.getByRole('row').filter({ hasText: 'shop/storefront' })).toHaveCount(0)
  })
})
