import { violations, violationsInEveryFace } from './axe.ts'
import { expect, leaveAsFound, test } from './fixtures.ts'

leaveAsFound(test, 'configmap/shop/my-dashboard')

interface Answer {
  row: { requestRate: number }
  at: number
  window: number
  inbound: { requestRate: number; peers: { rate: number; protocol: string }[] }
  quantiles: { quantile: number; duration: number | null }[]
}

interface Judged {
  id: string
  health: string
}

test('the numbers of a page are those of Prometheus, and callers add up', async ({ request, lab }) => {
  const page = (await (await request.get('/api/services/services/shop/catalog')).json()) as Answer
  const sum = page.inbound.peers.filter(({ protocol }) => protocol !== 'tcp').reduce((all, { rate }) => all + rate, 0)
  expect(sum).toBe(page.row.requestRate)
  expect(sum).toBeGreaterThan(0)
  const bucket =
    'istio_request_duration_milliseconds_bucket{reporter=~"destination|waypoint",destination_service_namespace="shop",destination_service_name="catalog"}'
  const query = `histogram_quantile(0.95, sum by (le) (rate(${bucket}[${page.window}s])))`
  const asked = await request.get(`${lab.prometheus}/api/v1/query`, {
    params: { query, time: String(page.at / 1000) },
  })
  const { data } = (await asked.json()) as { data: { result: { value: [number, string] }[] } }
  const p95 = page.quantiles.find(({ quantile }) => quantile === 0.95)?.duration
  expect(p95).toBeCloseTo(Number(data.result[0]?.value[1]), 6)
})

test('from the list to a service, its charts, and the traces of a slow moment', async ({ page, consoleErrors }) => {
  await page.goto('/topology')
  await page.getByRole('link', { name: 'Services', exact: true }).click()
  const grid = page.getByRole('grid', { name: 'Services' })
  await page.getByRole('textbox', { name: 'Find services' }).fill('shop/checkout')
  await expect(page).toHaveURL(/q=shop\/checkout/)
  await grid.getByRole('row', { name: /checkout/ }).click()
  await expect(page).toHaveURL(/\/services\/shop\/checkout$/)
  await expect(page.getByRole('heading', { name: 'checkout', level: 1 })).toBeVisible()
  await expect(page.getByRole('table', { name: 'What governs it' })).toContainText('AuthorizationPolicy')
  await page.getByRole('tab', { name: 'Traffic' }).click()
  await expect(page.getByRole('table', { name: 'Callers' })).toContainText('storefront')

  await page.getByRole('tab', { name: 'Metrics' }).click()
  const chart = page.getByRole('slider', { name: 'Requests' })
  await expect(chart).toBeVisible()
  await page.getByRole('button', { name: 'Latency heatmap' }).focus()
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByText(/requests\. Enter opens their traces/)).toBeAttached()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/traces\?service=checkout\.shop&min=\d+(&max=\d+)?&from=\d+&to=\d+/)
  await page.goBack()

  // Loaded anew: a drag is heard once the chart is drawn.
  await expect(chart.locator('[data-drawn]')).toBeAttached()
  const box = await chart.boundingBox()
  if (box === null) throw new Error('The chart has no place.')
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 })
  await page.mouse.up()
  await expect(page).toHaveURL(/from=\d+&to=\d+/)
  await page.getByRole('button', { name: 'Back to live' }).click()
  await expect(page).not.toHaveURL(/from=/)
  expect(consoleErrors).toEqual([])
})

test('a limit written for a degraded service makes it healthy, in list and map too, and is taken away again', async ({
  page,
  request,
  consoleErrors,
}) => {
  const id = 'service:shop/recommendations'
  const inList = async () => {
    const list = (await (await request.get('/api/services?of=services&namespaces=shop')).json()) as { rows: Judged[] }
    return list.rows.find(row => row.id === id)?.health
  }
  await page.goto('/services/shop/recommendations')
  const health = page.getByRole('region', { name: 'Health' })
  await expect(health.getByText(/requests in the last .* the console’s own limits · since/)).toBeVisible()
  expect(await inList()).toBe('degraded')
  await health.getByRole('button', { name: 'Change the limits…' }).click()
  await health.getByRole('button', { name: 'Add a limit' }).click()
  await expect(health.getByText(/^Here now: 0\.\d+.% · healthy$/)).toBeVisible()
  await health.getByRole('button', { name: 'Apply…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Limits of health of Service shop/recommendations' })
  await expect(dialog.getByText('The server accepts it.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Apply to cluster' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(health.getByText(/, tolerated$/)).toBeVisible()
  await expect(health.getByRole('row', { name: /^HTTP 5xx, none/ })).toContainText('Service shop/recommendations')
  await expect.poll(inList, { timeout: 15_000 }).toBe('healthy')

  await page.goto(`/topology?selected=${encodeURIComponent(id)}`)
  const side = page.getByRole('complementary', { name: 'Selected node' })
  await expect(side.getByText(/limits of Service shop\/recommendations · since/)).toBeVisible()
  await expect(side.getByText(/, tolerated$/)).toBeVisible()
  const map = (await (await request.get('/api/topology?namespaces=shop')).json()) as {
    nodes: Judged[]
    edges: (Judged & { destination: string })[]
  }
  const there = [...map.nodes.filter(node => node.id === id), ...map.edges.filter(edge => edge.destination === id)]
  expect(new Set(there.map(each => each.health))).toEqual(new Set(['healthy']))

  await page.goto('/services/shop/recommendations')
  await health.getByRole('button', { name: 'Change the limits…' }).click()
  await health.getByRole('button', { name: 'Back to the defaults…' }).click()
  await dialog.getByRole('button', { name: 'Apply to cluster' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(health.getByText(/the console’s own limits · since/)).toBeVisible()
  await expect.poll(inList, { timeout: 15_000 }).toBe('degraded')
  expect(consoleErrors).toEqual([])
})

test("somebody's own PromQL is answered, and refused with the place where it cannot be read", async ({ page }) => {
  await page.goto('/metrics/explore')
  await page.getByRole('combobox', { name: 'PromQL' }).fill('sum by (reporter) (rate(istio_requests_total[1m]))')
  await page.getByRole('button', { name: 'Ask' }).click()
  await expect(page.getByRole('grid', { name: 'Answer' })).toContainText('reporter="destination"')
  await page.getByRole('combobox', { name: 'PromQL' }).fill('sum(')
  await page.getByRole('button', { name: 'Ask' }).click()
  await expect(page.getByRole('alert')).toContainText('cannot be read from character')
})

test('a dashboard is written, kept by the cluster, lives, is cut by its variables, and is changed', async ({
  page,
  consoleErrors,
}) => {
  await page.goto('/metrics')
  await page.getByRole('link', { name: 'Dashboards' }).click()
  await page.getByRole('button', { name: 'New dashboard' }).click()
  await page.getByRole('combobox', { name: 'Namespace', exact: true }).fill('shop')
  await expect(page.getByRole('slider', { name: 'Requests by code' })).toBeVisible()
  await page.getByRole('button', { name: 'Save…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Save dashboard shop/my-dashboard' })
  await expect(dialog.getByText('The server accepts it.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Create in cluster' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page).toHaveURL(/\/metrics\/dashboards\/shop\/my-dashboard$/)
  await expect(page.getByRole('heading', { name: 'My dashboard', level: 1 })).toBeVisible()
  await page.getByRole('combobox', { name: '$namespace' }).selectOption('shop')
  await page.getByRole('combobox', { name: '$service' }).selectOption('checkout')
  await expect(page).toHaveURL(/var-namespace=shop&var-service=checkout/)
  const chart = page.getByRole('slider', { name: 'Requests by code' })
  await expect(chart).toHaveAttribute('aria-valuetext', /200 /)

  // The next scrape comes by itself, and the last moment is another one.
  const before = await chart.getAttribute('aria-valuetext')
  await expect(chart).not.toHaveAttribute('aria-valuetext', before ?? '', { timeout: 40_000 })

  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('textbox', { name: 'Title' }).first().fill('Checkout')
  await page.getByRole('button', { name: 'Add a panel' }).click()
  expect(await violationsInEveryFace(page)).toEqual([])
  await page.getByRole('button', { name: 'Save…' }).click()
  await dialog.getByRole('button', { name: 'Apply to cluster' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('heading', { name: 'Checkout', level: 1 })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Panel', exact: true })).toBeVisible()
  expect(consoleErrors).toEqual([])
})

test('axe finds nothing in light and dark, in English and Chinese, on the list, a page of it, and its charts', async ({
  page,
}) => {
  await page.goto('/services')
  await expect(page.getByRole('grid')).toContainText('checkout')
  expect(await violationsInEveryFace(page)).toEqual([])
  await page.goto('/services/shop/checkout')
  await expect(page.getByRole('table').last()).toBeVisible()
  await page.getByRole('button', { name: 'Change the limits…' }).click()
  await page.getByRole('button', { name: 'Add a limit' }).click()
  await page.getByRole('textbox', { name: 'Codes' }).fill('9xx')
  expect(await violationsInEveryFace(page)).toEqual([])
  await page.goto('/services/shop/checkout?tab=metrics')
  await expect(page.getByRole('slider').first()).toBeVisible()
  expect(await violationsInEveryFace(page)).toEqual([])
  // What is empty says why: as a face of its own, and within charts.
  await page.goto('/workloads/data/postgres?tab=metrics')
  const requests = page.getByRole('region', { name: 'Requests' })
  await expect(requests).toContainText('No sample of istio_requests_total of workload data/postgres in the last 1 h')
  await requests.getByRole('button', { name: 'All that was asked' }).click()
  await requests.getByRole('button', { name: 'Query' }).click()
  await expect(requests).toContainText(
    'count(count_over_time(istio_requests_total{destination_workload_namespace="data"',
  )
  expect(await violationsInEveryFace(page)).toEqual([])
  await page.goto('/services?ns=nothing')
  await expect(page.getByRole('status').filter({ hasText: 'Traffic in the window' })).toBeVisible()
  expect(await violations(page)).toEqual([])
})
