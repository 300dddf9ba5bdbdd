import { violations } from './axe.ts'
import { expect, test } from './fixtures.ts'

/** A database becomes slow. From the overview to the line that says so, one click for each step. */

// Slow requests are traced rather than others: their minute has one.
test.use({ labFlags: ['--trace-share', '0.2', '--trace-bias', '500', '--log-share', '0.2'] })

test('a slow database is followed from the overview to the access log of one of its requests', async ({
  page,
  lab,
  consoleErrors,
}) => {
  test.setTimeout(180_000)
  const fault = await fetch(`${lab.control}/lab/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'slow-database', target: 'data/postgres' }),
  })
  expect(fault.ok).toBe(true)

  // The overview says in a sentence who is slower than it was, and it leads there.
  await page.goto('/')
  const sentence = page
    .getByRole('region', { name: 'Worst ten' })
    .getByRole('link', { name: /ledger is ×[\d.]+ slower/ })
  await expect(sentence).toBeVisible({ timeout: 120_000 })
  await sentence.click()

  // Its heatmap begins at the slowest cell of now; below it are those that happen more often. Enter opens its traces.
  await expect(page).toHaveURL(/\/services\/pay\/ledger\?tab=metrics/)
  const traces = page.getByRole('grid').getByRole('row')
  const cell = page.getByText(/[\d.,]+ requests\. Enter opens their traces/)
  const many = async () => Number(/([\d.,]+) requests/.exec((await cell.textContent()) ?? '')?.[1]?.replace(',', ''))
  await expect(async () => {
    await page.getByRole('button', { name: 'Latency heatmap' }).focus()
    await page.keyboard.press('ArrowUp')
    for (let step = 0; step < 4 && (await many()) < 20; step += 1) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/traces\?service=ledger\.pay&min=\d+/)
    // Not each of them was sampled: a later minute has more.
    const face = page.getByText('No trace found')
    await expect(traces.nth(1).or(face)).toBeVisible()
    if (await face.isVisible()) await page.goBack()
    await expect(traces.nth(1)).toBeVisible({ timeout: 100 })
  }).toPass({ timeout: 90_000, intervals: [10_000] })

  // One of them opens, with its critical path marked and summed.
  await traces.nth(1).click()
  await expect(page).toHaveURL(/\/traces\/[0-9a-f]{16,32}/)
  const traceId = /\/traces\/([0-9a-f]+)/.exec(page.url())?.[1] ?? 'no trace'
  const where = page.getByRole('complementary', { name: 'This trace' })
  await expect(where).toContainText(/ledger\s*\d/)

  // The span of it that took the most tells which pod it was, and the pod's log has a line of the same trace.
  await where.getByRole('button', { name: 'ledger' }).click()
  const span = page.getByRole('complementary', { name: 'Span' })
  const requestId = /guid:x-request-id\s*([0-9a-f-]{36})/.exec((await span.textContent()) ?? '')?.[1] ?? 'no request'
  await page.getByRole('link', { name: 'Log of this pod at this moment' }).click()
  await expect(page).toHaveURL(/\/logs\?/)
  const line = page
    .getByRole('grid')
    .getByRole('row')
    .filter({ hasText: /(GET|POST) \// })
  await expect(line).toHaveCount(1)
  await line.click()
  // It is the same request: the line leads back to its trace.
  const side = page.getByRole('complementary', { name: 'The line' })
  await expect(side).toContainText(requestId)
  await expect(side.getByRole('link', { name: /race/ }).first()).toHaveAttribute(
    'href',
    new RegExp(`/traces/${traceId}|${requestId}`),
  )
  expect(await violations(page)).toEqual([])
  expect(consoleErrors).toEqual([])
})
