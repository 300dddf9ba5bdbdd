import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { paramsOfRef } from '#shared/config/address.ts'
import { listOf, row } from '#shared/config/list.fixture.ts'
import type { Finding } from '#shared/config/finding.ts'
import { problem } from '#web/api/testing.tsx'
import type { ConfigSearch } from '#web/config/search.ts'
import { at, change, renderPage, snapshot } from '#web/config/testing.tsx'
import { ObjectPage } from './ObjectPage.tsx'

const cart = row('VirtualService shop/cart', {
  resourceVersion: '7',
  changedAt: at - 180_000,
  changedBy: 'kubectl',
  owner: { kind: 'argocd', name: 'shop-prod', isGitOps: true },
  findings: { Error: 1, Warning: 0, Info: 0 },
  hosts: ['cart', 'cart.example.com'],
})
const path = '/api/config/objects/networking.istio.io/VirtualService/shop/cart'
const finding = (rest: Partial<Finding> = {}): Finding => ({
  code: 'IST0101',
  name: 'ReferencedResourceNotFound',
  level: 'Error',
  object: cart.ref,
  path: 'spec.http[0].route[0].destination.host',
  message: 'Referenced host not found: "gone".',
  evidence: ['there is no Service gone in shop'],
  documentation: 'https://istio.io/docs/ist0101',
  ...rest,
})
const reply = (version: string, host = 'gone', findings: Finding[] = [finding()]) => ({
  object: {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'cart', namespace: 'shop', resourceVersion: version, managedFields: [] },
    spec: { hosts: ['cart'], http: [{ route: [{ destination: { host } }] }] },
  },
  owner: cart.owner,
  fieldOwners: [{ manager: 'kubectl', operation: 'Update', time: at - 180_000, paths: ['spec.hosts', 'spec.http'] }],
  findings,
})

function Harness({ of = paramsOfRef(cart.ref) }: { of?: typeof cart.ref }) {
  const [list, setList] = useState<ConfigSearch | null>(null)
  return (
    <div style={{ height: 600 }}>
      <ObjectPage params={of} onList={setList} />
      <pre data-testid="list">{JSON.stringify(list)}</pre>
    </div>
  )
}

describe('the page of an object', () => {
  it('says what it is, whose, and who changed it last', async () => {
    const { screen, tell } = await renderPage(<Harness />, { [path]: () => reply('7') })
    await tell(snapshot(listOf([cart])))
    await expect.element(screen.getByRole('heading', { name: 'cart', level: 1 })).toBeVisible()
    await expect.element(screen.getByText('Argo CD')).toBeVisible()
    await expect.element(screen.getByText('by kubectl')).toBeVisible()
    await userEvent.click(screen.getByRole('link', { name: 'shop' }))
    await expect.element(screen.getByTestId('list')).toMatchTextContent('{"ns":"shop"}')
  })

  it('shows a finding at its line and leads there', async () => {
    const { screen } = await renderPage(<Harness />, { [path]: () => reply('7') })
    const text = screen.getByRole('textbox', { name: 'Edit the text of VirtualService shop/cart' })
    await expect.element(text).toMatchTextContent(/host: gone.*IST0101.*Referenced host not found/s)
    await userEvent.click(screen.getByRole('button', { name: 'Line 12' }))
    await expect.element(text).toHaveFocus()
    expect(document.querySelector('.cm-activeLine')?.textContent).toContain('host: gone')
    await expect.element(screen.getByText('there is no Service gone in shop')).toBeVisible()
    await expect
      .element(screen.getByRole('link', { name: 'Documentation' }).first())
      .toHaveAttribute('href', 'https://istio.io/docs/ist0101')
  })

  it('follows the feed: another version is read at once, the same one is not read again', async () => {
    let version = '7'
    const { screen, tell, asked } = await renderPage(<Harness />, {
      [path]: () => reply(version, `host-${version}`, []),
    })
    await expect.element(screen.getByText('host-7')).toBeVisible()
    await tell(snapshot(listOf([cart])))
    await expect.element(screen.getByText('by kubectl')).toBeVisible()
    expect(asked.filter(({ address }) => address === path)).toHaveLength(1)
    version = '8'
    await tell(change({ put: [{ ...cart, resourceVersion: '8' }], gone: [] }))
    await expect.element(screen.getByText('host-8')).toBeVisible()
    await expect.element(screen.getByText('Nothing is wrong as far as Weft can see.')).toBeVisible()
  })

  it('that was deleted says so and keeps its last text', async () => {
    let isThere = true
    const { screen, tell } = await renderPage(<Harness />, {
      [path]: () => (isThere ? reply('7') : problem(404, 'There is no such object.')),
    })
    await tell(snapshot(listOf([cart])))
    await expect.element(screen.getByText('by kubectl')).toBeVisible()
    await expect.element(screen.getByText('host: gone')).toBeInTheDocument()
    isThere = false
    await tell(change({ put: [], gone: ['networking.istio.io/VirtualService/shop/cart'] }))
    await expect.element(screen.getByText(/This object was deleted/)).toBeVisible()
    // Once it stands still: a text that goes a moment later is lost all the same.
    await expect.element(screen.getByText('The text says nothing yet.')).not.toBeInTheDocument()
    await new Promise(resolve => setTimeout(resolve, 300))
    await expect.element(screen.getByRole('textbox', { name: /Edit the text/ })).toMatchTextContent('gone')
  })

  it.each([
    [403, 'shop-dev may not get virtualservices in shop.', 'You may not read this object'],
    [404, 'There is no such object.', 'There is no such object'],
    [502, 'Kubernetes did not answer.', 'The object could not be read'],
  ])('that cannot be read (%i) says why', async (code, detail, title) => {
    const { screen } = await renderPage(<Harness />, { [path]: () => problem(code, detail) })
    await expect.element(screen.getByRole('heading', { name: title })).toBeVisible()
    await userEvent.click(screen.getByRole('button', { name: 'To the list' }))
    await expect.element(screen.getByTestId('list')).toMatchTextContent('{}')
  })

  it('of a Secret is not even asked for', async () => {
    const secret = { group: 'core', kind: 'Secret', namespace: 'shop', name: 'token' }
    const { screen, asked } = await renderPage(<Harness of={secret} />)
    await expect.element(screen.getByText('Weft never shows Secrets')).toBeVisible()
    expect(asked.filter(({ address }) => address.includes('Secret'))).toEqual([])
  })

  it('shows hostile text as text, and follows no address that is none of the web', async () => {
    const hostile = finding({ message: '<script>alert(1)</script>', documentation: 'javascript:alert(1)' })
    const { screen } = await renderPage(<Harness />, { [path]: () => reply('7', '<b>gone</b>', [hostile]) })
    await expect.element(screen.getByText(/<script>alert\(1\)<\/script>/).first()).toBeVisible()
    expect(screen.container.querySelector('script, b')).toBeNull()
    expect(screen.container.querySelector('a[href^="javascript"]')).toBeNull()
  })
})
