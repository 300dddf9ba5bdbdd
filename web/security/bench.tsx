import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import { security, seen, workload } from '#shared/security/matrix.fixture.ts'
import { istioDefaults } from '#shared/security/world.ts'
import { frame, type Frames, scrolled } from '#web/ui/bench.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { MatrixPage } from './matrix/MatrixPage.tsx'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

/** A matrix of two thousand callers and workloads, as `npm run bench matrix` measures it in a browser. No page leads here. */
export interface Measured {
  rows: number
  columns: number
  /** Milliseconds from the answers of the BFF to cells in sight. */
  drawn: number
  down: Frames
  across: Frames
  both: Frames
  /** While cells with words are made for where it rests. */
  resting: Frames
  /** From a word typed into the filter to cells. */
  filtered: number
}

const [count, namespaces] = [2000, 100]
const nameOf = (index: number) => `team-${index % namespaces}/service-${index}`

/** A policy for every fourth workload, seven callers of each. */
function mesh() {
  const indices = Array.from({ length: count }, (_, index) => index)
  return {
    workloads: indices.map(index => workload(nameOf(index))),
    objects: indices
      .filter(index => index % 4 === 0)
      .map(index =>
        security('AuthorizationPolicy', `team-${index % namespaces}/callers-${index}`, {
          selector: { matchLabels: { app: `service-${index}` } },
          rules: [
            {
              from: [
                {
                  source: {
                    principals: Array.from({ length: 5 }, (_, caller) => {
                      const [namespace, name] = nameOf((index + caller * 7) % count).split('/')
                      return `cluster.local/ns/${namespace}/sa/${name}`
                    }),
                  },
                },
              ],
            },
          ],
        }),
      ),
    flows: indices.flatMap(index =>
      Array.from({ length: 7 }, (_, caller) =>
        seen(nameOf((index + caller * 7) % count), nameOf(index), {
          passed: 100 + caller,
          refused: caller === 6 ? 4 : 0,
        }),
      ),
    ),
  }
}

type Choose = (patch: Record<string, string | undefined>) => void

function Page({ onReady }: { onReady: (choose: Choose) => void }): ReactNode {
  const [search, setSearch] = useState<Record<string, string | undefined>>({})
  const [choose] = useState(() => (patch: Parameters<Choose>[0]) => setSearch(before => ({ ...before, ...patch })))
  useEffect(() => onReady(choose), [onReady, choose])
  return <MatrixPage search={search} onSearch={choose} onGo={() => undefined} />
}

globalThis.measure = async (): Promise<Measured> => {
  await startLanguage()
  await openTexts('security')
  const { workloads, objects, flows } = mesh()
  const at = Date.now()
  const landscape = JSON.stringify({
    at,
    settings: istioDefaults,
    objects,
    workloads,
    readable: { mesh: true, namespaces: null },
    partial: [],
  })
  const told = JSON.stringify({ at, window: 3600, flows, queries: [], duration: 12 })
  let asked = 0
  globalThis.fetch = async url => {
    asked += 1
    return new Response(typeof url === 'string' && url.includes('/flows') ? told : landscape)
  }
  const host = document.createElement('div')
  host.style.cssText = 'height: 860px; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr)'
  document.body.replaceChildren(host)
  const root = createRoot(host)
  let choose: Choose = () => undefined
  await frame()
  const begun = performance.now()
  flushSync(() =>
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <Page onReady={given => void (choose = given)} />
      </QueryClientProvider>,
    ),
  )
  const cells = () => host.querySelectorAll('[role=gridcell]').length
  while (cells() === 0 || asked < 2) {
    // oxlint-disable-next-line no-await-in-loop -- until they are there
    await frame()
  }
  const drawn = performance.now() - begun
  const grid = host.querySelector<HTMLElement>('[role=grid]')
  if (grid === null) throw new Error('The matrix was not drawn.')
  const [rows, columns] = [Number(grid.ariaRowCount) - 1, Number(grid.ariaColCount) - 1]
  // Three rows a frame, three columns: 4,500 pixels a second.
  const down = await scrolled(240, () => void (grid.scrollTop += 75))
  const across = await scrolled(240, () => void (grid.scrollLeft += 114))
  const both = await scrolled(240, () => {
    grid.scrollTop -= 50
    grid.scrollLeft -= 76
  })
  const resting = await scrolled(60, () => undefined)
  const typed = performance.now()
  flushSync(() => choose({ q: 'service-19' }))
  void grid.offsetHeight
  const filtered = performance.now() - typed
  root.unmount()
  return { rows, columns, drawn, down, across, both, resting, filtered }
}
