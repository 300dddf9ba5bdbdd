import type { ReactNode } from 'react'
import { describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { security } from '#shared/security/matrix.fixture.ts'
import type { ApplyProps } from '#web/security/apply.ts'
import { ReplayPanel, type ReplayVerdict } from '#web/security/replay/ReplayPanel.tsx'
import { at, renderPage, standingsOf } from '#web/security/testing.tsx'
import { AssertionsPage } from './AssertionsPage.tsx'

function Apply({ title, changes }: ApplyProps): ReactNode {
  return (
    <dialog open aria-label={title}>
      <pre>{JSON.stringify(changes[0]?.after?.['data'])}</pre>
    </dialog>
  )
}
const map = (text: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'shop', name: 'weft-assertions' },
  data: { assertions: text },
})
const sentences =
  '- web may reach cart\n- nothing outside pay reaches cart\n- nowhere may reach cart\n- <b>x</b> can go\n'
const page = (
  first: Record<string, string> = {},
  what: Parameters<typeof renderPage>[2] = {},
  lacks: string | null = null,
) =>
  renderPage(props => <AssertionsPage {...props} Apply={Apply} useLacks={() => () => lacks} />, first, {
    objects: [],
    assertions: [map(sentences)],
    ...what,
  })

describe('the page of assertions', () => {
  it('says of each whether it holds, the call that breaks it, the fact that is missing, and what it does not understand', async () => {
    const { screen } = await page()
    const items = screen.getByRole('list', { name: 'Assertions' }).getByRole('listitem')
    await expect.element(items.nth(0)).toMatchTextContent(/^broken.*Broken by:.*shop\/cart/)
    await expect.element(items.nth(1)).toMatchTextContent(/^not understood<b>x<\/b> can go.*comes “may” or “may not”/)
    await expect.element(items.nth(2)).toMatchTextContent(/^uncertain.*service account nowhere/)
    await expect.element(items.nth(3)).toMatchTextContent(/^holds.*or longer/)
  })

  it('says since when, what was changed at that time, who wrote it, and tells the whole story of the call', async () => {
    const object = { group: 'security.istio.io', kind: 'AuthorizationPolicy', namespace: 'shop', name: 'open' }
    const since = at - 120_000
    const { screen, tell, landscape } = await page(
      {},
      {
        assertions: [map('- nothing outside pay reaches cart  # ann, 2026-11-20\n- web may reach cart')],
        turned: {
          'nothing outside pay reaches cart': {
            since,
            isTurnSeen: true,
            turnedBy: [{ object, manager: 'kubectl-client-side-apply' }],
          },
        },
      },
    )
    const first = screen.getByRole('list', { name: 'Assertions' }).getByRole('listitem').first()
    await expect
      .element(first)
      .toMatchTextContent(/changed then: AuthorizationPolicy shop\/open \(kubectl-client-side-apply\)/)
    await expect.element(first).toMatchTextContent(/# ann, 2026-11-20.*last written by kubectl/)
    await userEvent.click(first.getByText('How it comes to that'))
    await expect.element(first.getByRole('list').last()).toBeVisible()
    // Told while one looks: somebody wrote a policy.
    const objects = [map('- web may reach cart')]
    const standings = standingsOf(objects, {
      ...landscape,
      objects: [security('AuthorizationPolicy', 'shop/closed', {})],
    })
    await tell({ objects, written: {}, partial: [], because: null, standings })
    await expect.element(first).toMatchTextContent(/^brokenweb may reach cart/)
    await expect.element(screen.getByRole('status').filter({ hasText: 'broken 1' })).toBeVisible()
  })

  it('shows what is understood while it is typed, and where it goes wrong, and writes through the machine', async () => {
    const { screen } = await page({ say: 'cart can', in: 'shop' })
    await expect.element(screen.getByText(/After “cart” comes “may”/)).toBeVisible()
    await expect.element(screen.getByRole('button', { name: 'Keep…' })).toBeDisabled()
    await userEvent.fill(screen.getByRole('textbox', { name: 'Sentence' }), '`cart` may not GET /admin/* of web')
    await expect.element(screen.getByText('Understood: cart may not GET /admin/* of web')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'Keep…' }))
    const dialog = screen.getByRole('dialog', { name: 'Keep an assertion in shop' })
    await expect.element(dialog).toMatchTextContent(/can go\\n- cart may not GET/)
  })

  it('writes nothing for who may not, and says which right is missing', async () => {
    const { screen } = await page({ say: 'web may reach cart' }, {}, 'You may not patch configmaps in shop.')
    await expect.element(screen.getByText('You may not patch configmaps in shop.')).toBeVisible()
    await expect.element(screen.getByRole('button', { name: 'Delete…' }).first()).toBeDisabled()
  })

  it('says why there are none', async () => {
    const { screen } = await page({}, { failing: { assertions: 'viewer may not list configmaps.' } })
    await expect.element(screen.getByText('No assertions: viewer may not list configmaps.')).toBeVisible()
  })
})

describe('assertions below a replay', () => {
  it('are those that the change would turn, with the call that breaks them', async () => {
    const after = { ...security('AuthorizationPolicy', 'shop/closed', {}) }
    const onJudged = vi.fn<(verdict: ReplayVerdict) => void>()
    const { screen } = await renderPage(
      props => <ReplayPanel changes={[{ before: null, after }]} onJudged={onJudged} onGo={props.onGo} />,
      {},
      // Without traffic they are checked all the same.
      { objects: [], assertions: [map(sentences)], failing: { flows: 'Prometheus did not answer in 5 s.' } },
    )
    const section = screen.getByRole('region', { name: 'Assertions' })
    await expect.element(section.getByRole('listitem').first()).toMatchTextContent(/holds→brokenweb may reach cart/)
    await expect.poll(() => onJudged.mock.lastCall?.[0]).toEqual({ newlyRefused: null, broken: 1, isReplaying: false })
  })
})
