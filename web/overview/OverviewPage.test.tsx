import { beforeEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import type { ServiceFacts } from '#shared/overview/overview.ts'
import { renderWithBff } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import type { OverviewData } from './data.ts'
import { Findings } from './Findings.tsx'
import { OverviewPage } from './OverviewPage.tsx'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

const service = (namespace: string, name: string, more: Partial<ServiceFacts> = {}): ServiceFacts => ({
  namespace,
  name,
  health: 'healthy',
  reason: null,
  cause: null,
  requestRate: 12,
  byteRate: 0,
  isTcp: false,
  isAsking: false,
  errorRatio: 0,
  deniedRatio: 0,
  mtlsRatio: 1,
  pods: { ready: 2, total: 2 },
  ...more,
})

/** Two hundred namespaces of five services: every fortieth fails, some do nothing. */
const services = Array.from({ length: 200 }, (_, place) => `team-${String(place + 1).padStart(3, '0')}`).flatMap(
  (namespace, place) =>
    ['web', 'api', 'orders', 'search', 'mail'].map((name, at) =>
      service(namespace, name, {
        ...(place % 40 === 7 &&
          at === 1 && {
            health: 'failing',
            errorRatio: 0.24,
            reason: { rule: 'serverErrors', value: 0.24, threshold: 0.1 },
          }),
        ...(place % 50 === 9 && { health: 'unknown', requestRate: 0, errorRatio: null, mtlsRatio: null }),
      }),
    ),
)

const nothing = { list: [], problem: null }
const data: OverviewData = {
  skew: 0,
  services: { list: services, at: Date.now(), window: 60, partial: [], problem: null, isRefused: false },
  findings: { sums: { errors: 0, warnings: 0, infos: 0, objects: 0 }, worst: null, problem: null },
  certificates: nothing,
  assertions: nothing,
  changes: nothing,
  proxies: null,
}

async function shown(width: number, height: number, onGo: (href: string) => void = () => {}) {
  await page.viewport(width, height)
  const { screen } = await renderWithBff(
    <div style={{ height: '100vh' }}>
      <OverviewPage data={data} namespaces="" onGo={onGo} />
    </div>,
    // Signals and happenings never come: the page stands without them.
    () => new Promise(() => {}),
  )
  return screen
}

describe('an overview of two hundred namespaces', () => {
  beforeEach(async () => {
    await startLanguage()
    await openTexts('overview')
  })

  it.each([
    [1440, 900],
    [1024, 768],
  ])(
    'says of those that are sick why, and shows what is worst without scrolling past the rest (%i × %i)',
    async (width, height) => {
      const screen = await shown(width, height)
      const [sick, quiet] = ['Namespaces', 'Healthy, or without traffic'].map(name =>
        screen.getByRole('list', { name, exact: true }),
      )
      await expect.element(screen.getByText('api: fails 24.0 % of its requests').first()).toBeVisible()
      expect(sick?.element().children).toHaveLength(5)
      expect(quiet?.element().children).toHaveLength(195)
      const worst = screen.getByRole('heading', { name: 'Worst ten' }).element().getBoundingClientRect()
      expect(worst.bottom).toBeLessThan(height)
      expect(document.querySelector('.overview')?.scrollWidth).toBeLessThanOrEqual(width)
    },
  )

  it('finds one by its name, and those that are of one health', async () => {
    const onGo = vi.fn()
    const screen = await shown(1440, 900, onGo)
    // Two hundred roles are slow to be asked for, again and again.
    const cells = () => [...document.querySelectorAll<HTMLElement>('.namespace-scroller a')]
    const find = screen.getByRole('searchbox', { name: 'Find a namespace' })
    await userEvent.fill(find, 'team-15')
    await expect.poll(() => cells().length).toBe(10)
    await userEvent.fill(find, 'nobody')
    await expect.element(screen.getByText('No namespace matches.')).toBeVisible()
    await userEvent.fill(find, '')
    await userEvent.click(screen.getByRole('button', { name: '4 Idle' }))
    await expect.poll(() => cells().length).toBe(4)
    cells()[0]?.click()
    expect(onGo).toHaveBeenCalledWith('/topology?ns=team-010')
  })
})

describe('the findings of an overview', () => {
  beforeEach(async () => {
    await startLanguage()
    await openTexts('overview')
  })

  it('say what is wrong, in which object, and lead there', async () => {
    const onGo = vi.fn()
    const href = '/config/networking.istio.io/VirtualService/shop/search?tab=findings'
    const ref = { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'search' }
    const message = 'There is no subset canary of search.shop.svc.cluster.local.'
    const screen = await render(
      <Findings
        findings={{
          sums: { errors: 1, warnings: 0, infos: 2, objects: 2 },
          worst: [{ code: 'IST0101', isError: true, ref, message, href }],
          problem: null,
        }}
        onGo={onGo}
      />,
    )
    await expect.element(screen.getByText('in 2 objects')).toBeVisible()
    await expect.element(screen.getByText('error', { exact: true })).toBeVisible()
    await userEvent.click(screen.getByRole('link', { name: `${message} IST0101 VirtualService shop/search` }))
    expect(onGo).toHaveBeenCalledWith(href)
  })
})
