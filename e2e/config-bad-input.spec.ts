import { readFile, writeFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { type CountingProxy, countingProxy } from './counting-proxy.ts'
import { expect, test as base } from './fixtures.ts'
import { kubectl } from './kubectl.ts'
import { startConsole } from './mesh.ts'

/** The console reaches the API server through a proxy that can lose what is written. */
const server: { isAway: (method: string, url: string) => boolean } = { isAway: () => false }

const test = base.extend<object, { apiServer: CountingProxy }>({
  apiServer: [
    async ({ lab }, provide) => {
      const proxy = await countingProxy(lab.kubernetes, (method, url) => server.isAway(method, url))
      await provide(proxy)
      await proxy.close()
    },
    { scope: 'worker' },
  ],
  weft: [
    async ({ lab, apiServer }, provide, { workerIndex }) => {
      const kubeconfig = `${lab.kubeconfig}.${workerIndex}`
      const written = await readFile(lab.kubeconfig, 'utf8')
      await writeFile(kubeconfig, written.replaceAll(lab.kubernetes, apiServer.url))
      const weft = await startConsole({ ...lab, kubeconfig })
      await provide(weft)
      await weft.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

const address = '/config/networking.istio.io/VirtualService/shop/recommendations'
const text = (page: Page) => page.getByRole('textbox', { name: /^(Edit the text of VirtualService|New object)/ })
const panel = (page: Page) => page.getByRole('complementary', { name: 'What it touches and what is wrong' })
const review = (page: Page) => page.getByRole('button', { name: /^(Review and apply…|Create…)/ })
const draftOf = (page: Page) => page.getByText(/kept in this browser/)

/** The whole text anew, as somebody who pastes. */
async function paste(page: Page, content: string) {
  await text(page).click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText(content)
}

async function discard(page: Page) {
  await page.getByRole('button', { name: 'Discard draft' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Discard draft' }).click()
}

const head = (namespace = 'shop', kind = 'VirtualService', name = 'recommendations') =>
  `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\n`
const spec =
  'spec:\n  hosts: [recommendations]\n  http:\n    - route:\n        - destination: {host: recommendations}\n'

const bomb = (depth: number) =>
  Array.from(
    { length: depth },
    (_, n) =>
      `  a${n}: &a${n} [${Array(9)
        .fill(n === 0 ? 'ha' : `*a${n - 1}`)
        .join(', ')}]\n`,
  )

/** What is wrong with a text; what is said, and at which line. All of it is kept, and goes no further. */
const unreadable: [string, string, RegExp, number][] = [
  ['an open bracket', `${head()}spec:\n  hosts: [a\n  http: b\n`, /This is not YAML/, 8],
  ['a tab', `${head()}spec:\n\thosts: [a]\n`, /A tab stands here/, 7],
  ['a key twice', `${head()}${spec}  hosts: [b]\n`, /“hosts” stands here a second time/, 11],
  ['no map', '- a\n- b\n', /An object is a map of fields/, 1],
  ['nothing', '# nothing\n', /The text says nothing yet/, 1],
  ['an alias of nothing', `${head()}spec: *nobody\n`, /alias|YAML/i, 6],
  ['a billion laughs', `${head()}x:\n${bomb(9).join('')}`, /This alias cannot be followed/, 8],
  ['several objects', `${head()}${spec}---\n${head('shop', 'VirtualService', 'b')}`, /another object begins/, 11],
  ['another kind', `${head('shop', 'Teapot')}${spec}`, /This page edits .*; the text names .*Teapot/, 2],
  ['another namespace', `${head('pay')}${spec}`, /This page edits .*; the text names .*pay/, 5],
  ['two megabytes', `${head()}${spec}# ${'x'.repeat(2 * 1024 * 1024)}\n`, /This text has 2(\.\d)? MB/, 1],
]

test('a text that cannot be taken says what and where, is kept, and goes no further', async ({
  page,
  consoleErrors,
}) => {
  await page.goto(address)
  await expect(text(page)).toContainText('kind: VirtualService')
  for (const [what, content, said, line] of unreadable)
    await test.step(what, async () => {
      await paste(page, content)
      const row = panel(page).getByRole('listitem').filter({ hasText: said })
      await expect(row.first()).toBeVisible()
      await expect(row.getByRole('button', { name: /^Line / }).first()).toHaveText(`Line ${line}`)
      await expect(review(page)).toHaveAttribute('aria-disabled', 'true')
      await expect(draftOf(page)).toBeVisible()
    })
  await page.reload()
  await expect(panel(page).getByText(/This text has 2(\.\d)? MB/)).toBeVisible()
  await paste(page, `${head()}x-hosts: &hosts [recommendations]\n`.replace('x-hosts', 'spec:\n  hosts'))
  await expect(panel(page).getByText('IST0101')).toHaveCount(0)
  await expect(review(page)).not.toHaveAttribute('aria-disabled', 'true')
  await discard(page)
  expect(consoleErrors).toEqual([])
})

test('with the network cut, typing still yields findings', async ({ page, context }) => {
  await page.goto(address)
  await expect(text(page)).toContainText('kind: VirtualService')
  await expect(panel(page)).toHaveAttribute('data-analysis', 'ready')
  await context.setOffline(true)
  await paste(page, `${head()}${spec.replace('host: recommendations', 'host: nowhere')}`)
  await expect(panel(page).getByRole('listitem').filter({ hasText: 'There is no host "nowhere"' })).toBeVisible()
  await paste(page, `${head()}${spec}`)
  await expect(panel(page).getByText('IST0101')).toHaveCount(0)
  await context.setOffline(false)
  await discard(page)
})

/** What the server refuses when it is tried: who says it, and about which field. */
const refused: [string, string, RegExp][] = [
  [
    'a kind the cluster does not serve',
    `${head('shop', 'Teapot', 'bad')}${spec}`,
    /does not serve Teapot in networking\.istio\.io\/v1/,
  ],
  [
    'a namespace that is not there',
    `${head('nowhere', 'VirtualService', 'bad')}${spec}`,
    /There is no namespace nowhere/,
  ],
  [
    'what Istio’s webhook does not admit',
    `${head('shop', 'VirtualService', 'bad')}spec:\n  hosts: ['*']\n  http: [{route: [{destination: {host: a}, weight: -5}]}]\n`,
    /admission webhook|refuses/,
  ],
]

test('what the server refuses is told before anything is written, and the draft is kept', async ({
  page,
  lab,
  consoleErrors,
}) => {
  await page.goto('/config/new?kind=networking.istio.io%2FVirtualService&namespace=shop&name=bad')
  for (const [what, content, said] of refused)
    await test.step(what, async () => {
      await paste(page, content)
      await expect(review(page)).not.toHaveAttribute('aria-disabled', 'true')
      await review(page).click()
      const dialog = page.getByRole('dialog')
      await expect(dialog.getByText(said).first()).toBeVisible()
      await expect(dialog.getByRole('button', { name: 'Create in cluster' })).toBeDisabled()
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await expect(draftOf(page)).toBeVisible()
    })
  await page.reload()
  await expect(text(page)).toContainText('weight: -5')
  await discard(page)
  expect(await kubectl(lab.kubeconfig, 'get', 'virtualservice', '-A', '-o', 'name')).not.toContain('bad')
  expect(consoleErrors).toEqual([])
})

test('an API server that goes in the middle of a change leaves nothing untold, and it can be taken back', async ({
  page,
  lab,
}) => {
  await page.goto('/config/new?kind=networking.istio.io%2FVirtualService&namespace=shop&name=three')
  const three = ['a', 'b', 'c'].map(
    name => `${head('shop', 'VirtualService', `e2e-${name}`)}${spec.replace('[recommendations]', `[${name}.example]`)}`,
  )
  await paste(page, three.join('---\n'))
  await review(page).click()
  const dialog = page.getByRole('dialog', { name: '3 objects' })
  await expect(dialog.getByText('The server accepts it.')).toBeVisible()
  let writes = 0
  server.isAway = (method, url) => {
    if (method === 'PATCH' && !url.includes('dryRun')) writes += 1
    return writes > 1
  }
  await dialog.getByRole('button', { name: 'Create in cluster' }).click()
  const row = (name: string) =>
    dialog.getByRole('listitem').filter({ has: page.getByText(`shop/${name}`, { exact: true }) })
  await expect(row('e2e-a')).toContainText('Created')
  await expect(row('e2e-b')).toContainText('Whether VirtualService shop/e2e-b was written is not known; look at it')
  await expect(row('e2e-c')).toContainText('Not tried, because VirtualService shop/e2e-b failed before.')
  server.isAway = () => false
  expect(await kubectl(lab.kubeconfig, 'get', 'virtualservice', '-n', 'shop', '-o', 'name')).toContain('e2e-a')
  await dialog.getByRole('button', { name: 'Take it back' }).click()
  await expect(dialog.getByText('Taken back.')).toBeVisible({ timeout: 20_000 })
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(text(page)).toContainText('name: e2e-c')
  await expect(draftOf(page)).toBeVisible()
  expect(await kubectl(lab.kubeconfig, 'get', 'virtualservice', '-n', 'shop', '-o', 'name')).not.toContain('e2e-')
})
