import { type ReactNode, useState } from 'react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { Message } from '#shared/live.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { OwnCharts, OwnList } from '#shared/metrics/own/api.ts'
import { type OwnDashboard, ownKey, ownLabel, ownText, readOwnText } from '#shared/metrics/own/dashboard.ts'
import type { Told, ToldChange } from '#shared/metrics/told.ts'
import { type Asked, problem } from '#web/api/testing.tsx'
import { show } from '#web/metrics/testing.tsx'
import type { Lent } from './apply.ts'
import { DashboardPage } from './DashboardPage.tsx'
import { DashboardsPage } from './DashboardsPage.tsx'

const hostile = '<img src=x onerror=alert(1)>'
const start = Date.UTC(2026, 10, 25, 14)
const times = [0, 60_000, 120_000].map(later => start + later)
const dashboard: OwnDashboard = {
  title: hostile,
  panels: [{ title: 'Rate', unit: 'perSecond', queries: [{ promql: 'rate(up[$interval])' }] }],
}
const chartsFor = (written: OwnDashboard): OwnCharts => ({
  title: written.title,
  description: '',
  from: start,
  to: start + 120_000,
  step: 60,
  times,
  variables: [
    { name: 'namespace', options: ['pay', 'shop', hostile], more: 2, chosen: 'shop', allowsAll: true, problem: null },
  ],
  panels: written.panels.map(({ title, unit }, index) => ({
    id: `p${index}`,
    title,
    unit,
    isWide: false,
    isStacked: false,
    lines: index === 1 ? [] : [{ id: hostile, name: hostile, values: [1, 2, 3] }],
    series: 30,
    queries: ['up'],
    problem: index === 1 ? 'This is no PromQL.' : null,
  })),
  queries: 1,
})
const object = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'shop', name: 'mine', labels: { [ownLabel]: 'true' }, resourceVersion: '7' },
  data: { [ownKey]: ownText(dashboard), other: 'kept' },
}
const snapshot = (
  charts: OwnCharts | null,
  refused: string | null = null,
): Message<Told<OwnCharts>, ToldChange<OwnCharts>> => ({
  kind: 'snapshot',
  epoch: 'a',
  version: 1,
  at: start,
  state: { charts, refused },
})
type Live = ReturnType<typeof snapshot>

const kept = (reply: unknown) => ({
  '/api/metrics/dashboards/shop/mine': () => reply,
  '/api/metrics/dashboards/charts': ({ body }: Asked) => chartsFor(body['dashboard'] as OwnDashboard),
})

/** The way to the cluster, played: it tells what was to be applied, and applies it. */
function lent(wanted: (changes: readonly { before: MeshObject | null; after: MeshObject | null }[]) => void): Lent {
  return {
    Apply: ({ title, changes, onApplied, onClose }) => (
      <dialog open aria-label={title}>
        <button
          type="button"
          onClick={() => {
            wanted(changes)
            onApplied({ isComplete: true })
          }}
        >
          Apply
        </button>
        <button type="button" onClick={onClose}>
          Done
        </button>
      </dialog>
    ),
    useLacks:
      () =>
      ({ namespace }, deed) =>
        namespace === 'pay' ? `${deed} configmaps in pay` : null,
  }
}
type Search = Record<string, string | undefined>
function Page(props: {
  wanted?: Parameters<typeof lent>[0]
  at?: Search
  onGo?: (href: string) => void
  isList?: boolean
}): ReactNode {
  const { wanted = () => undefined, at = {}, onGo = () => undefined } = props
  const [search, setSearch] = useState<Search>(at)
  const given = {
    search,
    onSearch: (patch: Search) => setSearch(before => ({ ...before, ...patch })),
    onGo,
    ...lent(wanted),
  }
  return props.isList === true ? (
    <DashboardsPage {...given} />
  ) : (
    <DashboardPage {...given} place={{ namespace: 'shop', name: 'mine' }} />
  )
}
afterEach(() => {
  vi.unstubAllGlobals()
  localStorage.clear()
})

describe('a dashboard of ones own', () => {
  it('lives from its feed, with what is chosen of its variables, and renders what comes from outside as text', async () => {
    const { screen, tell, said } = await show<Live>(<Page />, kept({ text: ownText(dashboard), object }))
    await tell(snapshot(chartsFor(dashboard)))
    await expect.element(page.getByRole('heading', { level: 1 })).toMatchTextContent(/<img src=x/)
    await expect.element(page.getByRole('slider', { name: 'Rate' })).toBeVisible()
    await expect.element(page.getByText('1 of 30 series, the largest first')).toBeVisible()
    await userEvent.selectOptions(page.getByRole('combobox', { name: '$namespace' }), 'All')
    await vi.waitFor(() =>
      expect(said.findLast(({ event }) => event === 'subscribe')?.payload).toEqual({
        subject: 'dashboard',
        query: { namespace: 'shop', name: 'mine', range: '3600', chosen: '{"namespace":null}', revision: '7' },
      }),
    )
    expect(screen.container.querySelector('img')).toBeNull()
  })

  it('is changed by a form, drawn as it stands, and saved onto the version that was read', async () => {
    const wanted = vi.fn()
    const { screen } = await show<Live>(
      <Page wanted={wanted} at={{ edit: '1' }} />,
      kept({ text: ownText(dashboard), object }),
    )
    const title = page.getByRole('textbox', { name: 'Title' })
    await title.first().fill('Checkout')
    await page.getByRole('button', { name: 'Add a panel' }).click()
    await title.nth(2).fill('Second')
    await expect.element(page.getByRole('region', { name: 'Second' })).toMatchTextContent(/This is no PromQL\./)
    await page.getByRole('button', { name: 'Save…' }).click()
    await page.getByRole('button', { name: 'Apply' }).click()
    const [[[change]]] = wanted.mock.calls as [[[{ before: unknown; after: { data: Record<string, string> } }]]]
    expect(change.before).toEqual(object)
    expect(change.after.data['other']).toBe('kept')
    expect(readOwnText(change.after.data[ownKey] ?? '')).toMatchObject({
      dashboard: { title: 'Checkout', panels: [{ title: 'Rate' }, { title: 'Second' }] },
    })
    expect(screen.container.querySelector('img')).toBeNull()
  })

  it('may lose a title and a query while somebody writes others, and keeps the last ones', async () => {
    await show<Live>(<Page at={{ edit: '1' }} />, kept({ text: ownText(dashboard), object }))
    const title = page.getByRole('textbox', { name: 'Title' }).nth(1)
    const query = page.getByRole('combobox', { name: 'PromQL' })
    for (const [field, before] of [
      [title, 'Rate'],
      [query, 'rate(up[$interval])'],
    ] as const) {
      await expect.element(field).toHaveValue(before)
      await field.fill('')
      await expect.element(field).toHaveValue('')
      await userEvent.tab()
      await expect.element(field).toHaveValue(before)
    }
    await query.fill('vector(1)')
    await page.getByRole('button', { name: 'JSON' }).click()
    const json = page.getByRole('textbox', { name: 'JSON' }).element() as HTMLTextAreaElement
    expect(readOwnText(json.value)).toMatchObject({
      dashboard: { panels: [{ title: 'Rate', queries: [{ promql: 'vector(1)' }] }] },
    })
  })

  it('is shown as it was saved, and not as the readings of the one before draw it', async () => {
    const there = { text: ownText(dashboard), object }
    const replies = kept(there)
    const { said } = await show<Live>(
      <Page
        wanted={() => {
          there.text = ownText({ ...dashboard, title: 'Checkout' })
          there.object = { ...object, metadata: { ...object.metadata, resourceVersion: '8' } }
        }}
        at={{ edit: '1' }}
      />,
      replies,
    )
    await page.getByRole('textbox', { name: 'Title' }).first().fill('Checkout')
    await page.getByRole('button', { name: 'Save…' }).click()
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByRole('button', { name: 'Done' }).click()
    await vi.waitFor(() =>
      expect(said.findLast(({ event }) => event === 'subscribe')?.payload).toMatchObject({ query: { revision: '8' } }),
    )
  })

  it('is changed by its JSON, and not saved while that is none', async () => {
    await show<Live>(<Page at={{ edit: '1' }} />, kept({ text: ownText(dashboard), object }))
    await page.getByRole('button', { name: 'JSON' }).click()
    const json = page.getByRole('textbox', { name: 'JSON' })
    await json.fill('{')
    await expect.element(page.getByRole('alert')).toMatchTextContent(/This is no JSON/)
    await expect.element(page.getByRole('button', { name: 'Save…' })).toBeDisabled()
    await json.fill(ownText({ ...dashboard, title: 'Mended' }))
    await expect.element(page.getByRole('button', { name: 'Save…' })).toBeEnabled()
    await page.getByRole('button', { name: 'Form' }).click()
    await expect.element(page.getByRole('textbox', { name: 'Title' }).first()).toHaveValue('Mended')
  })

  it('keeps what is typed in this browser, broken as it may be, until it is discarded', async () => {
    const replies = kept({ text: ownText(dashboard), object })
    const first = await show<Live>(<Page at={{ edit: '1' }} />, replies)
    await page.getByRole('textbox', { name: 'Title' }).first().fill('Half a thought')
    await expect.element(page.getByText('Draft kept in this browser')).toBeVisible()
    await page.getByRole('button', { name: 'JSON' }).click()
    const typed = `${ownText({ ...dashboard, title: 'Half a thought' })}${hostile}`
    await page.getByRole('textbox', { name: 'JSON' }).fill(typed)
    await first.screen.unmount()

    const { screen, tell } = await show<Live>(<Page />, replies)
    await tell(snapshot(chartsFor(dashboard)))
    await expect.element(page.getByText('Draft kept in this browser')).toBeVisible()
    await page.getByRole('button', { name: 'Edit' }).click()
    await expect.element(page.getByRole('textbox', { name: 'JSON' })).toHaveValue(typed)
    await expect.element(page.getByRole('button', { name: 'Save…' })).toBeDisabled()
    await page.getByRole('button', { name: 'Discard', exact: true }).click()
    await page.getByRole('button', { name: 'Keep it' }).click()
    await expect.element(page.getByRole('textbox', { name: 'JSON' })).toHaveValue(typed)
    await page.getByRole('button', { name: 'Discard', exact: true }).click()
    await page.getByRole('button', { name: 'Discard draft' }).click()
    await expect.element(page.getByRole('textbox', { name: 'JSON' })).toHaveValue(ownText(dashboard))
    expect(page.getByText('Draft kept in this browser').elements()).toEqual([])
    expect(Object.keys(localStorage).filter(key => key.includes('draft'))).toEqual([])
    expect(screen.container.querySelector('img')).toBeNull()
  })

  it('says where somebody else changed it since the draft was begun, and forgets the draft once it is saved', async () => {
    const draft = { text: ownText({ ...dashboard, title: 'Mine' }), base: '{}', namespace: 'shop', name: 'mine' }
    localStorage.setItem('weft.dashboard-draft.shop/mine', JSON.stringify(draft))
    await show<Live>(<Page at={{ edit: '1' }} />, kept({ text: ownText(dashboard), object }))
    await expect.element(page.getByRole('textbox', { name: 'Title' }).first()).toHaveValue('Mine')
    await expect.element(page.getByText(/was changed since this draft was begun/)).toBeVisible()
    await page.getByRole('button', { name: 'Save…' }).click()
    await page.getByRole('button', { name: 'Apply' }).click()
    await vi.waitFor(() => expect(localStorage.getItem('weft.dashboard-draft.shop/mine')).toBeNull())
  })

  it.each(['{', 'null', '[]', '{"text":7}', `{"text":"{","base":"{","namespace":"${'a'.repeat(64)}","name":"x"}`])(
    'is not harmed by a kept text that is none: %s',
    async text => {
      localStorage.setItem('weft.dashboard-draft.shop/mine', text)
      await show<Live>(<Page at={{ edit: '1' }} />, kept({ text: ownText(dashboard), object }))
      await expect.element(page.getByRole('textbox', { name: 'Title' }).first()).toHaveValue(hostile)
      expect(page.getByText('Draft kept in this browser').elements()).toEqual([])
    },
  )

  it('says where the browser keeps nothing', async () => {
    const refused = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    await show<Live>(<Page at={{ edit: '1' }} />, kept({ text: ownText(dashboard), object }))
    await page.getByRole('textbox', { name: 'Title' }).first().fill('Mine')
    await expect.element(page.getByText(/This browser keeps no draft/)).toBeVisible()
    refused.mockRestore()
  })

  it('that comes as a file is not edited here', async () => {
    const { tell } = await show<Live>(<Page />, kept({ text: ownText(dashboard), object: null }))
    await tell(snapshot(chartsFor(dashboard)))
    await expect.element(page.getByText('mine.json')).toBeVisible()
    expect(page.getByRole('button', { name: 'Edit' }).elements()).toEqual([])
  })

  it('says why it is not shown', async () => {
    await show<Live>(<Page />, kept(problem(404, 'There is no dashboard shop/mine.')))
    await expect.element(page.getByText('There is no dashboard shop/mine.')).toBeVisible()
  })
})

describe('dashboards', () => {
  const list: OwnList = {
    dashboards: [
      { namespace: 'shop', name: 'mine', title: hostile, panels: 2, problem: null },
      { namespace: '~', name: 'mesh', title: 'Mesh', panels: 0, problem: 'panels: missing' },
    ],
    partial: ['You may not list configmaps in namespace pay.'],
  }

  it('are listed with what is wrong with them, and with what is not known', async () => {
    const onGo = vi.fn()
    const { screen } = await show<Live>(<Page isList onGo={onGo} />, { '/api/metrics/dashboards': () => list })
    await expect.element(page.getByText('You may not list configmaps in namespace pay.')).toBeVisible()
    await expect.element(page.getByText('panels: missing')).toBeVisible()
    await page.getByRole('link', { name: hostile }).click()
    expect(onGo).toHaveBeenCalledWith('/metrics/dashboards/shop/mine')
    expect(screen.container.querySelector('img')).toBeNull()
  })

  it('say that there is none yet', async () => {
    await show<Live>(<Page isList />, { '/api/metrics/dashboards': () => ({ dashboards: [], partial: [] }) })
    await expect.element(page.getByText(/no dashboard yet that you may see/)).toBeVisible()
  })

  it('are not written over another: a taken name is told before anything is saved, and what was typed stays', async () => {
    const onGo = vi.fn()
    await show<Live>(<Page isList onGo={onGo} at={{ new: 'paste' }} />, {
      ...kept({}),
      '/api/metrics/dashboards': () => list,
      '/api/metrics/words': () => ({ words: ['shop'], more: 0 }),
    })
    const typed = ownText({ ...dashboard, title: 'Pasted' })
    await page.getByRole('textbox', { name: 'JSON' }).fill(typed)
    await page.getByRole('combobox', { name: 'Namespace' }).fill('shop')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('mine')
    await expect.element(page.getByRole('alert')).toMatchTextContent('There is a dashboard shop/mine already.')
    await expect.element(page.getByRole('button', { name: 'Save…' })).toBeDisabled()
    await page.getByRole('button', { name: 'Open it' }).click()
    expect(onGo).toHaveBeenCalledWith('/metrics/dashboards/shop/mine')
    await expect.element(page.getByRole('textbox', { name: 'JSON' })).toHaveValue(typed)
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('mine-too')
    await expect.element(page.getByRole('button', { name: 'Save…' })).toBeEnabled()
  })

  it('are pasted into a place where one may write', async () => {
    const [wanted, onGo] = [vi.fn(), vi.fn()]
    await show<Live>(<Page isList wanted={wanted} onGo={onGo} at={{ new: 'paste' }} />, {
      ...kept({}),
      '/api/metrics/dashboards': () => ({ dashboards: [], partial: [] }),
      '/api/metrics/words': () => ({ words: ['shop'], more: 0 }),
    })
    await page.getByRole('textbox', { name: 'JSON' }).fill(ownText({ ...dashboard, title: 'Pasted' }))
    await expect.element(page.getByText('Say in which namespace it is to be kept.')).toBeVisible()
    await page.getByRole('combobox', { name: 'Namespace' }).fill('pay')
    await expect.element(page.getByText('create configmaps in pay')).toBeVisible()
    await page.getByRole('combobox', { name: 'Namespace' }).fill('shop')
    expect(localStorage.getItem('weft.dashboard-draft.paste')).toContain('"namespace":"shop"')
    await page.getByRole('button', { name: 'Save…' }).click()
    await page.getByRole('button', { name: 'Apply' }).click()
    expect(wanted.mock.calls[0]?.[0]).toMatchObject([
      {
        before: null,
        after: { metadata: { namespace: 'shop', name: 'my-dashboard', labels: { [ownLabel]: 'true' } } },
      },
    ])
    expect(localStorage.getItem('weft.dashboard-draft.paste')).toBeNull()
    expect(onGo).not.toHaveBeenCalled()
    await page.getByRole('button', { name: 'Done' }).click()
    await vi.waitFor(() => expect(onGo).toHaveBeenCalledWith('/metrics/dashboards/shop/my-dashboard'))
  })
})
