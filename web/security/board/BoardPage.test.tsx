import { type ReactNode, useState } from 'react'
import { describe, expect, it } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { MeshObject, ObjectRef } from '#shared/mesh/object.ts'
import type { Denial } from '#shared/security/denials.ts'
import { given, security, workload } from '#shared/security/matrix.fixture.ts'
import type { ApplyProps, LentDrafts } from '#web/security/apply.ts'
import { at, renderPage } from '#web/security/testing.tsx'
import { BoardPage } from './BoardPage.tsx'

const staged = (object: MeshObject): MeshObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { 'istio.io/dry-run': 'true' } },
})
const onlyWeb = security('AuthorizationPolicy', 'pay/only-web', {
  selector: { matchLabels: { app: 'ledger' } },
  rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }],
})
const refOf = ({ metadata }: MeshObject): ObjectRef => ({
  group: 'security.istio.io',
  kind: 'AuthorizationPolicy',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
})
const denial = (more: Partial<Denial>): Denial => ({
  namespace: 'pay',
  workload: 'ledger',
  kind: 'staged',
  action: 'ALLOW',
  rate: 0.5,
  denied: 90,
  lastSeen: at,
  since: at - 1_800_000,
  ...more,
})

/** The way to the cluster, played: it says what it was asked to write, and writes it on a click. */
function Apply({ title, changes, onApplied, onClose }: ApplyProps): ReactNode {
  return (
    <dialog open aria-label={title}>
      <pre>{JSON.stringify(changes)}</pre>
      <button
        type="button"
        onClick={() => {
          onApplied({ isComplete: true })
          onClose()
        }}
      >
        Write it
      </button>
    </dialog>
  )
}

const board = async (
  what: Parameters<typeof renderPage>[2] = {},
  drafts: readonly (MeshObject | null)[] = [],
  first: Record<string, string> = {},
  lacks: (object: ObjectRef, deed: string) => string | null = () => null,
) => {
  const did: string[] = []
  const useDrafts = (): LentDrafts => {
    const [kept, setKept] = useState<NonNullable<LentDrafts['drafts']>>(() =>
      drafts.map((manifest, index) => ({
        object: manifest === null ? refOf(security('AuthorizationPolicy', `pay/broken-${index}`, {})) : refOf(manifest),
        manifest,
        typedAt: at,
      })),
    )
    return {
      drafts: kept,
      because: null,
      keep: async object => {
        did.push(`keep ${object.metadata.name}`)
        setKept(before => [...before, { object: refOf(object), manifest: object, typedAt: at }])
      },
      discard: async ({ name }) => {
        did.push(`discard ${name}`)
        setKept(before => before.filter(({ object }) => object.name !== name))
      },
    }
  }
  const rendered = await renderPage(
    props => <BoardPage {...props} Apply={Apply} useLacks={() => lacks} useDrafts={useDrafts} />,
    first,
    what,
  )
  const column = (name: RegExp) => rendered.screen.getByRole('region', { name })
  return { ...rendered, did, column }
}

describe('the policy board', () => {
  it('has each policy in the column of its stage, with what it selects and what proxies count of it', async () => {
    const { column } = await board(
      {
        objects: [...given().objects, staged(onlyWeb)],
        denials: { counts: [denial({}), denial({ kind: 'enforced', action: null, rate: 2 })] },
      },
      [security('AuthorizationPolicy', 'shop/fresh', {})],
    )
    const card = column(/^Staged, 1$/).getByRole('article', { name: 'pay/only-web' })
    await expect.element(card).toMatchTextContent(/ALLOW.*pay\/ledger.*0\.500 req\/s would be refused/)
    await expect.element(card).toMatchTextContent(/900 newly refused|changes nothing/)
    await expect
      .element(column(/^Draft, 1$/).getByRole('article', { name: 'shop/fresh' }))
      .toMatchTextContent(/all of shop, 2 workloads/)
    await expect
      .element(column(/^Enforced, 3$/).getByRole('article', { name: 'pay/ledger-callers' }))
      .toMatchTextContent(/2\.00 req\/s refused/)
  })

  it('stages a draft by the annotation alone; the draft is gone once it is written', async () => {
    const { screen, did } = await board({}, [security('AuthorizationPolicy', 'shop/fresh', {})])
    await screen.getByRole('button', { name: 'Stage shop/fresh' }).click()
    const dialog = screen.getByRole('dialog', { name: 'Stage shop/fresh' })
    await expect.element(dialog).toMatchTextContent(/"before":null.*"istio\.io\/dry-run":"true"/)
    await screen.getByRole('button', { name: 'Write it' }).click()
    await expect.poll(() => did).toEqual(['discard fresh'])
  })

  it('promotes by taking the annotation away, and withdraws into a draft', async () => {
    const { screen, did } = await board({ objects: [...given().objects, staged(onlyWeb)] })
    await screen.getByRole('button', { name: 'Promote pay/only-web' }).click()
    const dialog = screen.getByRole('dialog', { name: 'Enforce pay/only-web' })
    await expect.element(dialog).toMatchTextContent(/"after":\{"apiVersion"(?!.*dry-run.*\}\}\]$)/)
    await screen.getByRole('button', { name: 'Write it' }).click()
    await screen.getByRole('button', { name: 'Withdraw pay/only-web' }).click()
    await expect.element(screen.getByRole('dialog')).toMatchTextContent(/"after":null/)
    await screen.getByRole('button', { name: 'Write it' }).click()
    await expect.poll(() => did).toEqual(['keep only-web'])
  })

  it('refuses to stage what a ztunnel would enforce, and says why', async () => {
    const { screen } = await board({ workloads: [workload('shop/cart', { enforcedBy: 'ztunnel' })] }, [
      security('AuthorizationPolicy', 'shop/fresh', {}),
    ])
    const stage = screen.getByRole('button', { name: 'Stage shop/fresh' })
    await expect.element(stage).toHaveAttribute('aria-disabled', 'true')
    await expect.element(stage).toHaveAccessibleDescription(/a ztunnel stands before shop\/cart/)
    ;(stage.element() as HTMLElement).click()
    expect(document.querySelector('dialog')).toBeNull()
  })

  it('says which right is missing', async () => {
    const { screen } = await board({ objects: [staged(onlyWeb)] }, [], {}, (_, deed) => `You lack ${deed}.`)
    await expect
      .element(screen.getByRole('button', { name: 'Promote pay/only-web' }))
      .toHaveAttribute('title', 'You lack patch.')
    await expect
      .element(screen.getByRole('button', { name: 'Withdraw pay/only-web' }))
      .toHaveAttribute('title', 'You lack delete.')
  })

  it('opens to the numbers, and says whose else they are and how exact', async () => {
    const { screen } = await board({
      objects: [...given().objects, staged(onlyWeb)],
      denials: { counts: [denial({ rate: 0, lastSeen: at - 1_500_000 })] },
    })
    await expect.element(screen.getByText(/quiet for 25.min/)).toBeVisible()
    await screen.getByRole('button', { name: 'pay/only-web', exact: true }).click()
    const side = screen.getByRole('complementary', { name: 'Policy pay/only-web' })
    await expect.element(side).toMatchTextContent(/2 enforced ALLOW policies let pass/)
    await expect.element(side).toMatchTextContent(/Looked at every 1 min/)
  })

  it('tells that nobody counts, and keeps its columns', async () => {
    const { screen } = await board({
      objects: [staged(onlyWeb)],
      failing: { denials: 'Prometheus did not answer.' },
    })
    await expect.element(screen.getByText('Refusals are not told: Prometheus did not answer.')).toBeVisible()
    await expect.element(screen.getByRole('article', { name: 'pay/only-web' })).toBeVisible()
  })

  it('takes names as text, an unreadable draft as one, and says what an empty column would hold', async () => {
    const { screen, column } = await board({ objects: [security('AuthorizationPolicy', 'pay/<img src=x>', {})] }, [
      null,
    ])
    await expect.element(screen.getByText('pay/<img src=x>')).toBeVisible()
    expect(document.querySelector('.board img')).toBeNull()
    await expect.element(column(/^Draft, 1$/)).toMatchTextContent(/cannot be read/)
    await expect.element(column(/^Staged, 0$/)).toMatchTextContent(/No policy is staged/)
  })

  it('holds thousands: only those in sight exist, and the keyboard reaches a step', async () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      security('AuthorizationPolicy', `shop/p-${String(index).padStart(4, '0')}`, {}),
    )
    const { column } = await board({ objects: many })
    const enforced = column(/^Enforced, 2000$/)
    await expect.element(enforced.getByRole('listitem').first()).toHaveAttribute('aria-setsize', '2000')
    expect(enforced.getByRole('listitem').elements().length).toBeLessThan(30)
    ;(enforced.getByRole('button', { name: 'shop/p-0000', exact: true }).element() as HTMLElement).focus()
    await userEvent.tab()
    await userEvent.keyboard('{Enter}')
    expect(document.querySelector('dialog')?.getAttribute('aria-label')).toBe(
      'Stop enforcing shop/p-0000, and count what it would refuse',
    )
  })
})
