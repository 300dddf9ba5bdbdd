import { violations } from './axe.ts'
import { expect, test } from './fixtures.ts'

test('from a pod to the object that a row of its proxy comes from, in light and dark', async ({
  page,
  consoleErrors,
}) => {
  await page.goto('/workloads/shop/storefront-v1?tab=proxies')
  await expect(page.getByRole('grid', { name: 'Pods' }).getByText('In sync').first()).toBeVisible()
  await expect(page.getByRole('grid', { name: 'Listeners' })).toBeVisible()
  expect(await violations(page)).toEqual([])

  await page.emulateMedia({ colorScheme: 'dark' })
  await page.getByRole('button', { name: /^Certificates/ }).click()
  await expect(
    page.getByRole('row', { name: /spiffe:\/\/cluster\.local\/ns\/shop\/sa\/storefront/ }).getByText(/ left$/),
  ).toBeVisible()
  expect(await violations(page)).toEqual([])

  await page.getByRole('button', { name: /^Clusters/ }).click()
  await page.getByRole('textbox', { name: 'Search this table' }).fill('recommendations v1')
  await page
    .getByRole('grid', { name: 'Clusters' })
    .getByRole('link', { name: 'DestinationRule recommendations' })
    .first()
    .click()
  await expect(page).toHaveURL(/\/config\/networking\.istio\.io\/DestinationRule\/shop\/recommendations/)
  await expect(page.getByRole('heading', { level: 1, name: 'recommendations' })).toBeVisible()
  expect(consoleErrors).toEqual([])
})
