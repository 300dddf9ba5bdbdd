import { type ReactNode, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { MeshObject, ObjectRef } from '#shared/mesh/object.ts'
import { security, seen, workload } from '#shared/security/matrix.fixture.ts'
import type { ApplyProps, LentDrafts } from '#web/security/apply.ts'
import { renderPage } from '#web/security/testing.tsx'
import { LearnPage } from './LearnPage.tsx'

/** The way to the cluster, played: it says what it was asked to write. */
function Apply({ title, changes }: ApplyProps): ReactNode {
  return (
    <dialog open aria-label={title}>
      <pre>{JSON.stringify(changes)}</pre>
    </dialog>
  )
}

const flows = [
  seen('shop/web', 'shop/cart', { passed: 400 }),
  seen('shop/cart', 'shop/web', { passed: 300 }),
  seen('pay/payments', 'shop/cart', { passed: 2 }),
]

const learnPage = async (
  first: Record<string, string> = {},
  what: Parameters<typeof renderPage>[2] = {},
  lacks: (object: ObjectRef) => string | null = () => null,
) => {
  const kept: [MeshObject, MeshObject | undefined][] = []
  const useDrafts = (): LentDrafts => {
    const [drafts] = useState([])
    return {
      drafts,
      because: null,
      keep: async (object, base) => void kept.push([object, base]),
      discard: async () => undefined,
    }
  }
  const rendered = await renderPage(
    props => <LearnPage {...props} Apply={Apply} useLacks={() => lacks} useDrafts={useDrafts} />,
    first,
    { flows, ...what },
  )
  return { ...rendered, kept }
}

describe('least privilege from traffic', () => {
  it('grants who was seen, says how far to trust it, and replays it', async () => {
    const { screen } = await learnPage({ of: 'shop', open: 'cart' })
    const pane = screen.getByRole('region', { name: 'cart', exact: true })
    await expect.element(pane).toMatchTextContent(/402 calls were seen, of 2 kinds/)
    await expect.element(pane).toMatchTextContent(/No whole week is in it/)
    await expect.element(pane).toMatchTextContent(/Metrics tell neither method nor path/)
    await expect.element(pane.getByLabelText('Manifest')).toMatchTextContent(/cluster.local\/ns\/shop\/sa\/web/)
    await expect.element(pane.getByRole('button', { name: /^Newly refused 1 caller/ })).toMatchTextContent('2')
  })

  it('offers apart what was seen fewer than three times, rule by rule', async () => {
    const { screen } = await learnPage({ of: 'shop', open: 'cart' })
    const manifest = screen.getByLabelText('Manifest')
    await expect.element(manifest).not.toMatchTextContent(/sa\/payments/)
    await userEvent.click(screen.getByRole('checkbox', { name: /pay\/payments/ }))
    await expect.element(manifest).toMatchTextContent(/cluster.local\/ns\/pay\/sa\/payments/)
    await expect.element(screen.getByRole('button', { name: /^Newly refused/ })).toMatchTextContent('0')
  })

  it('closes a namespace only on demand, and keeps or stages all in one step', async () => {
    const { screen, went, kept } = await learnPage({ of: 'shop' })
    const pane = screen.getByRole('region', { name: 'All of shop' })
    await expect.element(pane.getByLabelText('Manifest')).not.toMatchTextContent(/deny-all/)
    await userEvent.click(pane.getByRole('checkbox', { name: /Refuse in shop/ }))
    await expect.element(pane.getByLabelText('Manifest')).toMatchTextContent(/deny-all/)
    await userEvent.click(pane.getByRole('button', { name: 'Stage…' }))
    const dialog = screen.getByRole('dialog', { name: /^Stage 3 policies/ })
    await expect.element(dialog).toMatchTextContent(/"istio.io\/dry-run":"true"/)
    await userEvent.click(pane.getByRole('button', { name: 'Keep all as drafts' }))
    await expect
      .poll(() => kept.map(([{ metadata }]) => metadata.name))
      .toEqual(['cart-from-traffic', 'web-from-traffic', 'deny-all'])
    expect(went).toEqual(['/security/board?ns=shop'])
  })

  it('proposes nothing that would cut off whoever has no identity, and says whom closing would cut off', async () => {
    const { screen } = await learnPage(
      { of: 'shop' },
      { flows: [...flows, seen('legacy/batch', 'shop/web', { passed: 50 }, true)] },
    )
    await expect.element(screen.getByText('shop cannot be closed without cutting off: web')).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: /^web/ }))
    await expect.element(screen.getByText(/50 requests came without an identity/)).toBeVisible()
    await expect.element(screen.getByLabelText('Manifest')).not.toBeInTheDocument()
  })

  it('knows nothing of callers where nobody proved who they are', async () => {
    const plain = { flows: [seen('legacy/batch', 'shop/web', { passed: 50 }, true)] }
    const { screen } = await learnPage({ of: 'shop' }, plain)
    await expect.element(screen.getByText(/No call was seen whose caller proved an identity/)).toBeVisible()
  })

  it('opens one in the editor as a draft, under the name it will have', async () => {
    const { screen, went, kept } = await learnPage({ of: 'shop/cart' })
    await userEvent.click(screen.getByRole('button', { name: 'Open in the editor as draft' }))
    await expect.poll(() => kept.length).toBe(1)
    expect(kept[0]?.[1]).toBeUndefined()
    expect(went).toEqual([
      '/config/new?kind=security.istio.io%2FAuthorizationPolicy&namespace=shop&name=cart-from-traffic',
    ])
  })

  it('does not stage what a ztunnel would enforce, and says why', async () => {
    const { screen } = await learnPage(
      { of: 'shop/cart' },
      { workloads: [workload('shop/web'), workload('shop/cart', { enforcedBy: 'ztunnel' })] },
    )
    await expect.element(screen.getByText(/cart-from-traffic cannot be staged:.*ztunnel/)).toBeVisible()
    await expect.element(screen.getByRole('button', { name: 'Stage…' })).toHaveAttribute('aria-disabled', 'true')
  })

  it('warns of shared accounts, of policies that allow more, and of TCP callers that may have been refused', async () => {
    const asDefault = seen('shop/web', 'pay/ledger', { passed: 90 })
    const { screen } = await learnPage(
      { of: 'pay/ledger' },
      {
        flows: [
          { ...asDefault, source: { ...asDefault.source, principal: 'cluster.local/ns/shop/sa/default' } },
          { ...seen('pay/payments', 'pay/ledger', { passed: 9 }), id: 'tcp', protocol: 'tcp', isUnsettled: true },
        ],
      },
    )
    await expect.element(screen.getByText(/sa\/default is a default account/)).toBeVisible()
    await expect.element(screen.getByText(/pay\/ledger-callers allows calls here already/)).toBeVisible()
    await expect.element(screen.getByText(/1 TCP caller may have been refused/)).toBeVisible()
  })

  it('asks for methods and path templates where sampled spans tell them, and says what is missing', async () => {
    const facet = (path: string) => ({ method: 'GET', path, sightings: 40, requests: 199 })
    const { screen } = await learnPage(
      { of: 'shop/cart' },
      {
        facets: {
          flows: [{ id: 'shop/web > shop/cart', facets: [facet('/carts/17'), facet('/carts/18')] }],
          partial: ['Traces were read for 8 s only.'],
        },
      },
    )
    const manifest = screen.getByLabelText('Manifest')
    await expect.element(manifest).not.toMatchTextContent(/carts/)
    await userEvent.click(screen.getByRole('button', { name: 'Who and what' }))
    await expect.element(manifest).toMatchTextContent(/- GET\s+paths:\s+- \/carts\/\{\*\}/)
    await expect.element(screen.getByText('Not all traces: Traces were read for 8 s only.').first()).toBeVisible()
    await expect.element(screen.getByText(/of the requests were looked at/)).toBeVisible()
    await expect.element(screen.getByRole('button', { name: /^Newly refused 1 caller/ })).toMatchTextContent('2')
  })

  it('takes names as text, and says why there is nothing', async () => {
    const bold = '<img src=x onerror=alert(1)>'
    const { screen } = await learnPage(
      { of: `shop/${bold}` },
      { workloads: [workload(`shop/${bold}`)], flows: [seen('shop/web', `shop/${bold}`, { passed: 9 })] },
    )
    await expect.element(screen.getByRole('region', { name: bold })).toBeVisible()
    expect(document.querySelector('.learn img')).toBeNull()
  })

  it.each([
    [
      'no traffic at all',
      { failing: { flows: 'Prometheus is gone.' } },
      'Without traffic nothing is proposed: Prometheus is gone.',
    ],
    ['nobody who calls', { flows: [] }, /Nobody was seen to call shop in 1 h/],
    ['no workload', { workloads: [], objects: [] }, 'No workload is in what you may see.'],
  ])('proposes nothing where there is %s', async (_, what, sentence) => {
    const { screen } = await learnPage({ of: 'shop' }, what)
    await expect.element(screen.getByText(sentence)).toBeVisible()
  })
})

const wide = security('AuthorizationPolicy', 'shop/wide', {
  selector: { matchLabels: { app: 'cart' } },
  rules: [
    { from: [{ source: { principals: ['cluster.local/ns/shop/sa/web', 'cluster.local/ns/old/sa/<b>gone'] } }] },
    { from: [{ source: { namespaces: ['legacy'] } }] },
  ],
})

describe('grants that were never used', () => {
  const unused = (first: Record<string, string> = {}, what: Parameters<typeof renderPage>[2] = {}) =>
    learnPage({ view: 'unused', of: 'shop', ...first }, { objects: [wide], ...what })

  it('are told with their place and last use, and what goes without them is replayed', async () => {
    const { screen, kept, went } = await unused()
    await expect.element(screen.getByText('2 of 4 grants were not used in 1 h.')).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /gone/ })).toMatchTextContent(/not in 30 d/)
    expect(document.querySelector('.learn-grants b')).toBeNull()
    await userEvent.click(screen.getByRole('button', { name: 'Tick all that were never used' }))
    const pane = screen.getByRole('region', { name: 'Without what is ticked' })
    await expect.element(pane.getByLabelText('Manifest')).not.toMatchTextContent(/gone|legacy/)
    await expect.element(pane.getByRole('button', { name: /^Newly refused/ })).toMatchTextContent('0')
    await userEvent.click(pane.getByRole('button', { name: 'Open in the editor as draft' }))
    await expect.poll(() => went).toEqual(['/config/security.istio.io/AuthorizationPolicy/shop/wide'])
    expect(kept[0]?.[1]?.metadata.name).toBe('wide')
    await userEvent.click(pane.getByRole('button', { name: 'Apply…' }))
    await expect.element(screen.getByRole('dialog', { name: 'Take grants out of 1 policy' })).toBeVisible()
  })

  it('leave a policy without rules where all of them go', async () => {
    const { screen } = await unused({}, { flows: [seen('pay/payments', 'shop/web', { passed: 3 })] })
    await userEvent.click(screen.getByRole('button', { name: 'Tick all that were never used' }))
    await expect.element(screen.getByText(/No rule is left, and the policy stays/)).toBeVisible()
  })

  it.each([
    ['no policy allows', { objects: [] }, 'No ALLOW policy is here, so there is no grant.'],
    [
      'policies may not be read',
      { readable: { mesh: false, namespaces: [] } },
      'You may not read the policies of shop.',
    ],
    ['there is no traffic', { failing: { flows: 'Gone.' } }, 'Without traffic nothing is proposed: Gone.'],
  ])('are none to tell where %s', async (_, what, sentence) => {
    const { screen } = await unused({}, what)
    await expect.element(screen.getByText(sentence)).toBeVisible()
  })
})
