import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { ConfigState } from '#shared/config/api.ts'
import { inOrder } from '#shared/config/list.ts'
import { listOf, row } from '#shared/config/list.fixture.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'
import type { ConfigSearch } from '#web/config/search.ts'
import { at, change, renderPage, snapshot } from '#web/config/testing.tsx'
import { ConfigPage } from './ConfigPage.tsx'

function Harness({ first = {} }: { first?: ConfigSearch }) {
  const [search, setSearch] = useState<ConfigSearch>(first)
  const [opened, setOpened] = useState<ObjectRef | null>(null)
  return (
    <div style={{ height: 'calc(100vh - 60px)' }}>
      <ConfigPage
        search={{ ...search }}
        onSearch={patch => setSearch(before => ({ ...before, ...patch }))}
        onOpen={setOpened}
      />
      <pre data-testid="search">{JSON.stringify(search)}</pre>
      <pre data-testid="opened">{opened?.name}</pre>
    </div>
  )
}

const kind = (name: string, state: 'ok' | 'missing' | 'forbidden' = 'ok', because: string | null = null) => ({
  group: 'networking.istio.io',
  kind: name,
  version: 'v1',
  namespaced: true,
  state,
  because,
})
const shop = listOf(
  inOrder([
    row('VirtualService shop/cart', {
      findings: { Error: 1, Warning: 2, Info: 0 },
      hosts: ['cart', 'cart.example.com'],
      changedAt: at - 180_000,
      changedBy: 'kubectl-client-side-apply',
      owner: { kind: 'argocd', name: 'shop-prod', isGitOps: true },
    }),
    row('VirtualService pay/ledger', {
      changedAt: at - 7_200_000,
      owner: { kind: 'person', name: 'kubectl', isGitOps: false },
    }),
    row('Sidecar shop/default', { workloads: 3, pods: 7 }),
    row('Sidecar pay/lost', { workloads: 0, pods: 0 }),
    row('Gateway gateways/web', { hosts: ['*.example.com'] }),
    row('Gateway gateways/web', {}, 'gateway.networking.k8s.io'),
    row('GatewayClass istio', {}, 'gateway.networking.k8s.io'),
  ]),
  [
    kind('VirtualService'),
    kind('Sidecar'),
    kind('WasmPlugin', 'missing'),
    kind('Telemetry', 'forbidden', 'shop-dev may not list Telemetry.'),
  ],
)
const trouble = {
  kind: 'trouble',
  source: 'kubernetes',
  since: at,
  lastGoodAt: null,
  because: 'Connection refused at 127.0.0.1:6443.',
  nextTryAt: Date.now() + 3_600_000,
} as const
const rowsOf = (container: Element) =>
  [...container.querySelectorAll('tbody tr[aria-level="2"], .objects:not(.is-grouped) tbody tr[aria-level]')].map(
    each => each.querySelector('.name')?.textContent,
  )

describe('the four faces', () => {
  it('loading: a skeleton that says so', async () => {
    const { screen } = await renderPage(<Harness />)
    await expect.element(screen.getByText('Reading the objects of the mesh…')).toBeInTheDocument()
  })

  it('empty: the first failing rung', async () => {
    const none: ConfigState = listOf([], [kind('Sidecar', 'forbidden')])
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(none))
    await expect.element(screen.getByText('No mesh objects.')).toBeVisible()
    await expect.element(screen.getByText(/You may not list any of them/)).toBeVisible()
  })

  it('failing: which source, why, and a way to try at once', async () => {
    const { screen, tell, said } = await renderPage(<Harness />)
    await tell(trouble)
    await expect.element(screen.getByRole('alert')).toMatchTextContent('Connection refused at 127.0.0.1:6443.')
    await userEvent.click(screen.getByRole('button', { name: 'Try now' }))
    expect(said.at(-1)).toEqual({ event: 'refresh', payload: { feed: 'f1' } })
  })

  it('stale: the list stays, with its age and the reason', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(shop))
    await tell(trouble)
    await expect.element(screen.getByRole('complementary', { name: 'Stale' })).toMatchTextContent(/Kubernetes is away/)
    await expect.element(screen.getByRole('link', { name: 'cart' })).toBeVisible()
  })
})

describe('the list', () => {
  it('shows what is said of an object', async () => {
    const { screen, tell } = await renderPage(<Harness first={{ group: 'none' }} />)
    await tell(snapshot(shop))
    await expect
      .element(
        screen.getByRole('row', {
          name: /VirtualService cart shop 1 error 2 warnings .*by kubectl cart \+1 Argo CD shop-prod/,
        }),
      )
      .toBeVisible()
    await expect.element(screen.getByRole('row', { name: /Sidecar default shop .* 3 workloads, 7 pods/ })).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /Sidecar lost pay .* selects nothing/ })).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /Gateway Istio web/ })).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /Gateway Gateway API web/ })).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /GatewayClass istio whole cluster/ })).toBeVisible()
  })

  it('follows the feed: what is new, another, or gone', async () => {
    const { screen, tell } = await renderPage(<Harness first={{ group: 'none', ns: 'shop' }} />)
    await tell(snapshot(shop))
    await expect.element(screen.getByRole('link', { name: 'cart' })).toBeVisible()
    await tell(
      change({
        put: [row('VirtualService shop/new'), row('Sidecar shop/default', { workloads: 9, pods: 9 })],
        gone: ['networking.istio.io/VirtualService/shop/cart'],
      }),
    )
    await expect.element(screen.getByRole('link', { name: 'new' })).toBeVisible()
    await expect.element(screen.getByText(/9 workloads/)).toBeVisible()
    expect(rowsOf(screen.container)).toEqual(['new', 'default'])
  })

  it('shows hostile names as text', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(listOf([row('Sidecar shop/<img src=x onerror=alert(1)>', { hosts: ['<b>host</b>'] })])))
    await expect.element(screen.getByRole('link', { name: '<img src=x onerror=alert(1)>' })).toBeVisible()
    expect(screen.container.querySelector('img, td b')).toBeNull()
  })

  it('is grouped by kind, by namespace, or flat', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(shop))
    await expect.element(screen.getByRole('row', { name: /VirtualService 2 objects 1 with errors/ })).toBeVisible()
    const by = screen.getByRole('group', { name: 'Group by' })
    await userEvent.click(by.getByRole('button', { name: 'Namespace' }))
    await expect.element(screen.getByRole('row', { name: /^gateways 2 objects/ })).toBeVisible()
    await expect.element(screen.getByRole('row', { name: /^whole cluster 1 object/ })).toBeVisible()
    await userEvent.click(by.getByRole('button', { name: 'Flat' }))
    await expect.element(screen.getByRole('treegrid')).toHaveAttribute('aria-rowcount', String(shop.rows.length + 1))
  })

  it('says which kinds are not in it and why', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(shop))
    await userEvent.click(screen.getByRole('button', { name: '2 kinds not shown' }))
    await expect.element(screen.getByText('shop-dev may not list Telemetry.')).toBeVisible()
    await expect.element(screen.getByText('The cluster does not serve this kind.')).toBeVisible()
    // Over its button: under it is the end of the window.
    const opened = screen.getByRole('dialog').element().getBoundingClientRect()
    expect(opened.bottom).toBeLessThan(innerHeight)
  })
})

describe('the filters', () => {
  it('narrow by kind, with counts, and go to the address', async () => {
    const { screen, tell } = await renderPage(<Harness first={{ group: 'none' }} />)
    await tell(snapshot(shop))
    await userEvent.click(screen.getByRole('button', { name: 'Kind' }).first())
    await userEvent.click(screen.getByRole('checkbox', { name: /Sidecar ?2/ }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('"kind":"networking.istio.io/Sidecar"')
    expect(rowsOf(screen.container)).toEqual(['lost', 'default'])
    await expect.element(screen.getByText(/2 of 7 objects/)).toBeVisible()
  })

  it('that leave nothing say so, and all of them are undone at once', async () => {
    const { screen, tell } = await renderPage(<Harness first={{ q: 'zzz', findings: 'error', sort: 'name' }} />)
    await tell(snapshot(shop))
    await userEvent.click(screen.getByRole('button', { name: 'Show all objects' }))
    await expect.element(screen.getByTestId('search')).toMatchTextContent('{"sort":"name"}')
    await expect.element(screen.getByRole('treegrid')).toBeVisible()
  })

  it('find by host as one types', async () => {
    const { screen, tell } = await renderPage(<Harness first={{ group: 'none' }} />)
    await tell(snapshot(shop))
    await userEvent.fill(screen.getByRole('textbox', { name: 'Find by name, host, author' }), 'cart.example')
    await expect.element(screen.getByText(/1 of 7 objects/)).toBeVisible()
    expect(rowsOf(screen.container)).toEqual(['cart'])
  })
})

describe('by keyboard', () => {
  it('arrows walk, Enter opens; one row is in the tab order', async () => {
    const { screen, tell } = await renderPage(<Harness first={{ group: 'none', sort: '-findings' }} />)
    await tell(snapshot(shop))
    const rows = screen.getByRole('treegrid').getByRole('row')
    await expect.element(rows.nth(1)).toMatchTextContent('cart')
    ;(rows.nth(1).element() as HTMLElement).focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{Home}{Enter}')
    await expect.element(screen.getByTestId('opened')).toMatchTextContent('cart')
    expect(screen.container.querySelectorAll('tbody tr[tabindex="0"]')).toHaveLength(1)
  })

  it('left and right fold a group and open it', async () => {
    const { screen, tell } = await renderPage(<Harness />)
    await tell(snapshot(shop))
    const head = screen.getByRole('row', { name: /^VirtualService 2 objects/ })
    await expect.element(head).toHaveAttribute('aria-expanded', 'true')
    ;(head.element() as HTMLElement).focus()
    await userEvent.keyboard('{ArrowRight}{ArrowLeft}')
    await expect.element(head).toHaveFocus()
    await userEvent.keyboard('{ArrowLeft}')
    await expect.element(head).toHaveAttribute('aria-expanded', 'false')
    await expect
      .element(screen.getByTestId('search'))
      .toMatchTextContent('"closed":"networking.istio.io/VirtualService"')
    await userEvent.keyboard('{ArrowRight}')
    await expect.element(screen.getByRole('link', { name: 'ledger' })).toBeVisible()
  })

  it('draws only the rows in sight of ten thousand, and still goes to the last and back', async () => {
    const many = inOrder(Array.from({ length: 10_000 }, (_, index) => row(`Sidecar shop/s${10_000 + index}`)))
    const { screen, tell } = await renderPage(<Harness first={{ group: 'none' }} />)
    await tell(snapshot(listOf(many)))
    await expect.element(screen.getByRole('treegrid')).toHaveAttribute('aria-rowcount', '10001')
    expect(screen.container.querySelectorAll('tbody tr[aria-rowindex]').length).toBeLessThan(80)
    ;(screen.getByRole('row', { name: /s10000/ }).element() as HTMLElement).focus()
    await userEvent.keyboard('{End}')
    await expect.element(screen.getByRole('row', { name: /s19999/ })).toHaveFocus()
    await userEvent.keyboard('{PageUp}')
    await expect.element(screen.getByRole('row', { name: /s19999/ })).not.toHaveFocus()
    await userEvent.keyboard('{Home}')
    await expect.element(screen.getByRole('row', { name: /s10000/ })).toHaveFocus()
  })
})

describe('the order', () => {
  it('by last change: newest first, oldest first, not at all', async () => {
    const { screen, tell } = await renderPage(
      <Harness first={{ group: 'none', kind: 'networking.istio.io/VirtualService' }} />,
    )
    await tell(snapshot(shop))
    const head = screen.getByRole('button', { name: 'Last change' })
    await userEvent.click(head)
    await expect
      .element(screen.getByRole('columnheader', { name: /Last change/ }))
      .toHaveAttribute('aria-sort', 'descending')
    expect(rowsOf(screen.container)).toEqual(['cart', 'ledger'])
    await userEvent.click(head)
    expect(rowsOf(screen.container)).toEqual(['ledger', 'cart'])
    await userEvent.click(head)
    await expect.element(screen.getByRole('columnheader', { name: /Last change/ })).toHaveAttribute('aria-sort', 'none')
  })
})
