import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { listNamespaces } from '#shared/mesh/namespace.ts'
import type { Status } from '#shared/mesh/source.ts'
import { call } from '#web/api/call.ts'
import { chooseUser } from '#web/api/caller.ts'
import { LiveFeeds } from '#web/api/live.ts'
import { LiveProvider } from '#web/api/use-live.ts'
import { startLanguage } from '#web/ui/language.ts'
import { User } from './User.tsx'

const status: Status = {
  version: '0.1.0',
  mesh: 'lab',
  cluster: 'lab',
  user: 'mesh-admin',
  users: ['mesh-admin', 'shop-dev', 'viewer'],
  now: 0,
  scrapeInterval: 15,
  scrapeIntervalKnown: true,
  sources: [],
}

/** Something that is read by the caller's rights. */
function Names() {
  const { data } = useQuery({
    queryKey: ['namespaces'],
    queryFn: ({ signal }) => call(listNamespaces, {}, signal),
  })
  return <p data-testid="names">{data?.namespaces.map(({ name }) => name).join(',') ?? 'reading'}</p>
}

async function page(told: Partial<Status> = {}) {
  await startLanguage()
  const headers: (string | undefined)[] = []
  vi.stubGlobal('fetch', async (url: string, init: { headers: Record<string, string> }) => {
    const user = init.headers['weft-user']
    headers.push(user)
    const names = user === 'shop-dev' ? ['shop'] : ['pay', 'shop']
    const namespaces = names.map(name => ({ name, pods: 1, dataPlane: 'sidecar' }))
    return new Response(JSON.stringify(url === '/api/status' ? { ...status, ...told } : { cluster: 'lab', namespaces }))
  })
  const said: string[] = []
  const socket = {
    connected: false,
    on: () => undefined,
    emit: () => undefined,
    connect: () => said.push('connect'),
    disconnect: () => said.push('disconnect'),
  }
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const feeds = new LiveFeeds({ socket, cache })
  const screen = await render(
    <QueryClientProvider client={cache}>
      <LiveProvider value={feeds}>
        <User />
        <Names />
      </LiveProvider>
    </QueryClientProvider>,
  )
  return { screen, headers, said }
}

describe('the user', () => {
  beforeEach(() => chooseUser(null))

  it('of a cluster is told and cannot be changed', async () => {
    const { screen } = await page({ mesh: 'cluster', user: 'kubernetes-admin', users: [] })
    await expect.element(screen.getByTitle('Signed in as kubernetes-admin')).toBeVisible()
    expect(screen.container.querySelector('button')).toBeNull()
  })

  it('of the lab is another by keyboard, and everything is read by their rights', async () => {
    const { screen, headers, said } = await page()
    await expect.element(screen.getByTestId('names')).toMatchTextContent('pay,shop')
    expect(headers.every(user => user === undefined)).toBe(true)
    ;(screen.getByRole('button', { name: 'Signed in as mesh-admin' }).element() as HTMLElement).focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByRole('menuitemradio', { name: 'mesh-admin' })).toHaveFocus()
    await userEvent.keyboard('{ArrowDown}')
    await expect.element(screen.getByRole('menuitemradio', { name: 'shop-dev' })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByRole('button', { name: 'Signed in as shop-dev' })).toBeVisible()
    await expect.element(screen.getByTestId('names')).toMatchTextContent(/^shop$/)
    expect(said).toEqual(['disconnect', 'connect'])
    expect(headers.at(-1)).toBe('shop-dev')
  })

  it('that nobody here is called is forgotten', async () => {
    chooseUser('gone')
    const { screen, headers } = await page()
    await expect.element(screen.getByRole('button', { name: 'Signed in as mesh-admin' })).toBeVisible()
    await expect.element(screen.getByTestId('names')).toMatchTextContent('pay,shop')
    expect(headers.at(-1)).toBeUndefined()
  })
})
