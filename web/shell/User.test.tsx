import { useQuery } from '@tanstack/react-query'
import { beforeEach, describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import { listNamespaces } from '#shared/mesh/namespace.ts'
import type { Status } from '#shared/mesh/source.ts'
import { call } from '#web/api/call.ts'
import { chooseUser } from '#web/api/caller.ts'
import { renderWithBff, statusAt } from '#web/api/testing.tsx'
import { startLanguage } from '#web/ui/language.ts'
import { User } from './User.tsx'

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
  const { screen, asked, said } = await renderWithBff(
    <>
      <User />
      <Names />
    </>,
    {
      '/api/status': () => ({ ...statusAt(0), users: ['mesh-admin', 'shop-dev', 'viewer'], ...told }),
      '/api/namespaces': ({ headers }) => {
        const names = headers['weft-user'] === 'shop-dev' ? ['shop'] : ['pay', 'shop']
        return { cluster: 'lab', namespaces: names.map(name => ({ name, pods: 1, dataPlane: 'sidecar' })) }
      },
    },
  )
  return { screen, asUser: () => asked.map(({ headers }) => headers['weft-user']), said }
}

describe('the user', () => {
  beforeEach(() => chooseUser(null))

  it('of a cluster is told and cannot be changed', async () => {
    const { screen } = await page({ mesh: 'cluster', user: 'kubernetes-admin', users: [] })
    await expect.element(screen.getByTitle('Signed in as kubernetes-admin')).toBeVisible()
    expect(screen.container.querySelector('button')).toBeNull()
  })

  it('of the lab is another by keyboard, and everything is read by their rights', async () => {
    const { screen, asUser, said } = await page()
    await expect.element(screen.getByTestId('names')).toMatchTextContent('pay,shop')
    expect(asUser().every(user => user === undefined)).toBe(true)
    ;(screen.getByRole('button', { name: 'Signed in as mesh-admin' }).element() as HTMLElement).focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByRole('menuitemradio', { name: 'mesh-admin' })).toHaveFocus()
    await userEvent.keyboard('{ArrowDown}')
    await expect.element(screen.getByRole('menuitemradio', { name: 'shop-dev' })).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.element(screen.getByRole('button', { name: 'Signed in as shop-dev' })).toBeVisible()
    await expect.element(screen.getByTestId('names')).toMatchTextContent(/^shop$/)
    expect(said.map(({ event }) => event)).toEqual(['disconnect', 'connect'])
    expect(asUser().at(-1)).toBe('shop-dev')
  })

  it('that nobody here is called is forgotten', async () => {
    chooseUser('gone')
    const { screen, asUser } = await page()
    await expect.element(screen.getByRole('button', { name: 'Signed in as mesh-admin' })).toBeVisible()
    await expect.element(screen.getByTestId('names')).toMatchTextContent('pay,shop')
    expect(asUser().at(-1)).toBeUndefined()
  })
})
