import { expect, test } from './fixtures.ts'
import { startConsole } from './mesh.ts'

test.describe('when something is away', () => {
  test('Prometheus: the map is marked stale, keeps its picture and recovers by itself', async ({ page, lab }) => {
    test.setTimeout(150_000)
    await page.goto('/topology')
    const map = page.getByRole('application', { name: 'Map of the mesh' })
    await expect(map).toContainText(/\d+ nodes, \d+ edges/)
    const drawn = /\d+ nodes, \d+ edges/.exec((await map.textContent()) ?? '')?.[0] ?? ''
    await lab.outage('prometheus', true)
    try {
      // Two readings, five seconds apart.
      const note = page.getByRole('complementary', { name: 'stale' })
      await expect(note).toContainText(/old/, { timeout: 15_000 })
      await expect(note).toContainText('Prometheus')
      await expect(page.locator('footer')).toContainText('stale')
      await expect(map).toContainText(drawn)
      await expect(page.getByRole('banner')).toContainText(/Prometheus, \d/)
    } finally {
      await lab.outage('prometheus', false)
    }
    await expect(page.locator('footer')).toContainText('live', { timeout: 40_000 })
    await expect(page.getByRole('complementary', { name: 'stale' })).toHaveCount(0)
    await expect(page.getByRole('banner')).toContainText('3 sources', { timeout: 20_000 })
  })

  test('Kubernetes: traffic stays live, and the status says since when it is away', async ({ page, lab }) => {
    test.setTimeout(150_000)
    await page.goto('/topology')
    await expect(page.getByRole('application')).toContainText(/\d+ nodes, \d+ edges/)
    await lab.outage('kubernetes', true)
    try {
      await expect(page.getByRole('banner')).toContainText(/Kubernetes, \d/, { timeout: 40_000 })
      await expect(page.locator('footer')).toContainText('live')
      await page.getByRole('button', { name: /Source status|Kubernetes/ }).click()
      await expect(page.getByText(/since \d/).first()).toBeVisible()
    } finally {
      await lab.outage('kubernetes', false)
    }
    await expect(page.getByRole('banner')).toContainText('3 sources', { timeout: 60_000 })
  })

  test('the socket: the page says it is cut off and reconnects by itself', async ({ page, lab }) => {
    test.setTimeout(150_000)
    const first = await startConsole(lab)
    const { port } = new URL(first.url)
    await page.goto(`${first.url}/topology`)
    await expect(page.getByRole('application')).toContainText(/\d+ nodes, \d+ edges/)
    await first.stop()
    await expect(page.locator('footer')).toContainText(/cut off|stale/, { timeout: 20_000 })
    await expect(page.getByRole('application')).toContainText(/\d+ nodes, \d+ edges/)
    const second = await startConsole(lab, { port: Number(port) })
    try {
      await expect(page.locator('footer')).toContainText('live', { timeout: 40_000 })
      await expect(page.getByRole('complementary', { name: 'stale' })).toHaveCount(0)
    } finally {
      await second.stop()
    }
  })

  test('a dead Prometheus from the start: a sentence with source, time and next try instead of a map', async ({
    page,
    lab,
  }) => {
    const dead = await startConsole({ ...lab, prometheus: 'http://127.0.0.1:9' })
    try {
      await page.goto(`${dead.url}/topology`)
      await expect(page.getByRole('main')).toContainText(/Prometheus has not answered since/)
      await expect(page.getByRole('main')).toContainText('127.0.0.1:9')
      await expect(page.getByRole('button', { name: 'Try now' })).toBeVisible()
    } finally {
      await dead.stop()
    }
  })
})
