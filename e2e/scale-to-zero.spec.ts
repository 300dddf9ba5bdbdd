import { expect, test } from './fixtures.ts'
import { kubectl } from './kubectl.ts'

test('scaling pay/payments to 0 turns the open map red within 20 s, and green again after', async ({ page, lab }) => {
  test.setTimeout(180_000)
  await page.goto('/topology?selected=service:pay/payments')
  const panel = page.getByRole('complementary').filter({ hasText: 'payments' })
  // A mesh that was shared with other journeys may need a window to come to rest.
  await expect(panel).toContainText('Healthy', { timeout: 75_000 })
  await page.evaluate(() => {
    document.documentElement.dataset['seen'] = 'since the start'
  })
  try {
    await kubectl(lab.kubeconfig, '-n', 'pay', 'scale', 'deployment/payments', '--replicas=0')
    await expect(panel).toContainText('Failing', { timeout: 20_000 })
    await expect(page.getByRole('application')).toContainText(/Failing: .*payments/)
    // The caller is told too: its edge fails with what Envoy says of a service without pods.
    await page.getByRole('button', { name: 'Table' }).click()
    const edge = page.getByRole('row').filter({ hasText: /shop\/checkout.*pay\/payments/ })
    // Not sooner than two scrapes of the new series of errors (15 s apart each) and a reading: a rate needs two points.
    await expect(edge).toContainText('Failing', { timeout: 60_000 })
    // Nobody loaded the page again.
    await expect(page.locator('html')).toHaveAttribute('data-seen', 'since the start')
  } finally {
    await kubectl(lab.kubeconfig, '-n', 'pay', 'scale', 'deployment/payments', '--replicas=4')
  }
  await expect(page.getByRole('row').filter({ hasText: /shop\/checkout.*pay\/payments/ })).toContainText('Healthy', {
    timeout: 120_000,
  })
})
