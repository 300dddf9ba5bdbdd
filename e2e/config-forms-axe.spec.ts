import { violations } from './axe.ts'
import { expect, test } from './fixtures.ts'

/** Every form that was made by hand, open beside the YAML with its lists begun and its groups unfolded. */
const kinds = [
  'security.istio.io/AuthorizationPolicy',
  'security.istio.io/PeerAuthentication',
  'security.istio.io/RequestAuthentication',
  'networking.istio.io/VirtualService',
  'networking.istio.io/DestinationRule',
  'networking.istio.io/Gateway',
  'networking.istio.io/ServiceEntry',
  'networking.istio.io/Sidecar',
  'telemetry.istio.io/Telemetry',
  'gateway.networking.k8s.io/Gateway',
  'gateway.networking.k8s.io/HTTPRoute',
  'gateway.networking.k8s.io/GRPCRoute',
  'gateway.networking.k8s.io/ReferenceGrant',
]
/** How many of them are begun: enough to show entries within entries, not every filter there is. */
const most = 6

test('axe finds nothing in any form beside its YAML, light and dark', async ({ page, consoleErrors }) => {
  test.setTimeout(180_000)
  const form = page.getByRole('region', { name: 'Form', exact: true })
  for (const kind of kinds) {
    await page.goto(`/config/new?kind=${kind}&namespace=shop&name=e2e-axe`)
    await expect(form.getByText('Labels and annotations'), kind).toBeVisible()
    await expect(form.getByText('made from the cluster’s schema')).toHaveCount(0)
    const begin = form.locator('.f-adds').getByRole('button').filter({ hasNotText: 'More' })
    const begun = new Set<string>()
    while (begun.size < most) {
      const fresh = (await begin.allInnerTexts()).find(name => !begun.has(name))
      if (fresh === undefined) break
      begun.add(fresh)
      await begin.filter({ hasText: fresh }).first().click()
    }
    expect(await form.getByRole('textbox').or(form.getByRole('combobox')).count(), kind).toBeGreaterThan(0)
    // The page around them has its own test (config-editor.spec.ts); colours are what the dark may get wrong.
    for (const [colorScheme, part] of [
      ['light', '.edit-panes'],
      ['dark', '.edit-form'],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await violations(page, part), `${kind}, ${colorScheme}`).toEqual([])
    }
  }
  expect(consoleErrors).toEqual([])
})
