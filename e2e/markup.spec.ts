import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, test as base } from './fixtures.ts'
import { hostile, hostileProxy, inLogs, inMetrics, inSpans } from './hostile-proxy.ts'
import { kubectl } from './kubectl.ts'
import { startConsole } from './mesh.ts'

/** A console whose sources all tell markup: in labels, spans, lines and objects. */
const test = base.extend<object>({
  weft: [
    async ({ lab }, provide) => {
      const folder = await mkdtemp(join(tmpdir(), 'weft-e2e-markup-'))
      const [prometheus, tracing, kubernetes] = await Promise.all([
        hostileProxy(lab.prometheus, inMetrics),
        hostileProxy(lab.tracing, inSpans),
        hostileProxy(lab.kubernetes, inLogs),
      ])
      const kubeconfig = join(folder, 'kubeconfig')
      await writeFile(kubeconfig, (await readFile(lab.kubeconfig, 'utf8')).replaceAll(lab.kubernetes, kubernetes.url))
      const manifest = join(folder, 'hostile.yaml')
      await writeFile(manifest, JSON.stringify(policy))
      await kubectl(lab.kubeconfig, 'apply', '-f', manifest)
      const weft = await startConsole({ ...lab, kubeconfig, prometheus: prometheus.url, tracing: tracing.url })
      await provide(weft)
      await weft.stop()
      await Promise.all([prometheus.close(), tracing.close(), kubernetes.close(), rm(folder, { recursive: true })])
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

/** As far as Kubernetes and Istio let such strings in: annotations, and the values of rules. */
const policy = {
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { namespace: 'shop', name: 'markup', annotations: { note: `${hostile.image}${hostile.bidi}` } },
  spec: {
    selector: { matchLabels: { app: 'cart' } },
    action: 'DENY',
    rules: [
      {
        to: [{ operation: { paths: [`/${hostile.image}`], hosts: [hostile.script] } }],
        when: [{ key: 'request.headers[x-note]', values: [hostile.bold, hostile.bidi] }],
      },
    ],
  },
}
const object = 'security.istio.io/AuthorizationPolicy/shop/markup'

/** Whatever was made of markup instead of text. */
const made = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found = [...document.querySelectorAll('img[src="x"], img[onerror], b')].filter(
      element => element.tagName === 'IMG' || element.textContent === 'v1',
    )
    const scripts = [...document.scripts].filter(({ textContent }) => textContent.includes('owned'))
    return [
      ...[...found, ...scripts].map(({ outerHTML }) => outerHTML),
      ...('isOwned' in window ? ['a script ran'] : []),
    ]
  })

/** Page, and what of it has to be there as it was told; none: nothing of it is shown there, or on a canvas. */
const pages: [string, readonly string[]][] = [
  ['/topology?view=table', [hostile.image]],
  ['/topology', []],
  ['/', []],
  ['/services', []],
  ['/workloads', []],
  ['/services/shop/cart', [hostile.bold]],
  ['/services/shop/cart?tab=traffic', [hostile.image]],
  ['/services/shop/cart?tab=metrics&split=caller', [hostile.image]],
  ['/services/shop/cart?tab=traces', [hostile.image]],
  ['/services/shop/cart?tab=logs', [hostile.image, hostile.bidi, hostile.bold]],
  ['/services/shop/cart?tab=config', []],
  ['/services/shop/cart?tab=security', [hostile.image]],
  ['/workloads/shop/cart?tab=proxies', []],
  ['/metrics?split=version', [hostile.bold]],
  [
    '/metrics/explore?q=sum%20by%20(source_workload,response_code)%20(rate(istio_requests_total%5B1m%5D))',
    [hostile.image],
  ],
  ['/traces?service=cart.shop', [hostile.image]],
  ['/logs?namespace=shop&workload=cart', [hostile.image, hostile.bidi, hostile.bold]],
  ['/config', []],
  [`/config/${object}`, [hostile.image, hostile.bold]],
  [`/config/history?object=${object}`, []],
  ['/security', []],
  ['/security/matrix', [hostile.image]],
  ['/security/check?to=shop/cart', []],
  ['/security/identities', []],
  ['/security/board', []],
  ['/security/readiness', []],
  ['/security/learn', []],
  ['/mesh', []],
]

test('names, labels, tags, lines and values with markup in them are text on every page, and nothing else', async ({
  page,
  weft,
  consoleErrors,
}) => {
  test.setTimeout(150_000)
  await page.addInitScript(() => {
    Object.assign(window, { owned: () => Object.assign(window, { isOwned: true }) })
  })
  page.on('dialog', dialog => void dialog.dismiss())
  const found = (await (await fetch(`${weft.url}/api/traces?service=cart.shop&limit=1`)).json()) as {
    traces: { traceId: string }[]
  }
  const trace = found.traces[0]?.traceId
  if (trace === undefined) throw new Error('The lab has no trace of cart.shop.')
  for (const [path, told] of [...pages, [`/traces/${trace}`, [hostile.script]] as const]) {
    await page.goto(path)
    await expect(page.locator('main')).not.toBeEmpty()
    await expect(page.locator('main [aria-busy="true"]')).toHaveCount(0, { timeout: 20_000 })
    for (const text of told)
      await expect(page.locator('body'), `${text} on ${path}`).toContainText(text, { timeout: 20_000 })
    expect([path, await made(page)]).toEqual([path, []])
  }

  // What opens beside the rows: a span with its attributes, a line with its fields.
  const side = page.getByRole('complementary').last()
  await page.getByRole('treegrid').getByRole('row').nth(2).click()
  await expect(side).toContainText(hostile.script)
  expect(await made(page)).toEqual([])
  await page.goto('/logs?namespace=shop&workload=cart&text=owned')
  await page.getByRole('row', { name: /owned/ }).last().click()
  await expect(side).toContainText(hostile.image)
  expect(await made(page)).toEqual([])
  expect(consoleErrors).toEqual([])
})
