import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { LogEvent } from '#shared/logs/api.ts'
import { frame, type Frames, scrolled } from '#web/ui/bench.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { LogView } from './LogView.tsx'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import '#web/ui/page.css'

/** As many lines as a view holds, as `npm run bench logs` measures them in a browser. No page leads here. */
export interface Measured {
  lines: number
  /** Milliseconds from the first byte until the last of them is there. */
  filled: number
  scroll: Frames
  /** While a thousand more come each second: at the end, and scrolled elsewhere. */
  following: Frames
  scrolledWhileComing: Frames
}

const count = 100_000
const pods = 4
const begin = Date.UTC(2026, 10, 25, 14)

const text = (index: number) => {
  const at = new Date(begin + index * 10).toISOString().replace('Z', '000000Z')
  const level = ['info', 'info', 'warn', 'error'][(index * 7) % 4]
  return `${at} {"level":"${level}","msg":"GET /api/cart/items/${index}","status":${index % 31 === 0 ? 503 : 200},"ms":${index % 90}}`
}

const containers: LogEvent = {
  kind: 'containers',
  containers: Array.from({ length: pods }, (_, id) => ({
    id,
    pod: `cart-${id}`,
    container: 'app',
    workload: 'cart',
    kind: 'container' as const,
    state: 'running' as const,
    restarts: 0,
    hasPrevious: false,
    isRead: true,
  })),
  pods: Array.from({ length: pods }, (_, id) => `cart-${id}`),
  left: 0,
}
const linesFrom = (first: number, length: number): LogEvent => ({
  kind: 'lines',
  of: Math.floor(first / length) % pods,
  lines: Array.from({ length }, (_, index) => text(first + index)),
})

globalThis.measure = async (): Promise<Measured> => {
  await startLanguage()
  await openTexts('logs')
  let source: ReadableStreamDefaultController<Uint8Array> | undefined
  globalThis.fetch = async () =>
    new Response(new ReadableStream<Uint8Array>({ start: controller => void (source = controller) }))
  const bytes = new TextEncoder()
  const say = (event: LogEvent) => source?.enqueue(bytes.encode(`${JSON.stringify(event)}\n`))
  const host = document.createElement('div')
  host.style.cssText = 'height: 860px; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr)'
  document.body.replaceChildren(host)
  const root = createRoot(host)
  flushSync(() =>
    root.render(
      <QueryClientProvider client={new QueryClient()}>
        <LogView search={{ namespace: 'shop', workload: 'cart' }} onSearch={() => undefined} onGo={() => undefined} />
      </QueryClientProvider>,
    ),
  )
  while (source === undefined) {
    // oxlint-disable-next-line no-await-in-loop -- until it is asked for
    await frame()
  }
  const all = Array.from({ length: count / 200 }, (_, part) => linesFrom(part * 200, 200))
  const isThere = (wanted: number) => host.textContent.includes(`/api/cart/items/${wanted}`)
  const begun = performance.now()
  say(containers)
  for (const event of all) say(event)
  while (!isThere(count - 1)) {
    // oxlint-disable-next-line no-await-in-loop -- until it is there
    await frame()
  }
  const filled = performance.now() - begun
  const scroller = host.querySelector<HTMLElement>('.log-scroller')
  if (scroller === null) throw new Error('No lines were drawn.')
  let next = count
  // Sixty frames a second: a thousand lines a second are fifty in every third.
  const come = (index: number) => {
    if (index % 3 !== 0) return
    say(linesFrom(next, 50))
    next += 50
  }
  const following = await scrolled(240, come)
  while (!isThere(next - 1)) {
    // oxlint-disable-next-line no-await-in-loop -- until it is there
    await frame()
  }
  scroller.scrollTop = 40_000
  await frame()
  const scroll = await scrolled(240, () => void (scroller.scrollTop += 200))
  const scrolledWhileComing = await scrolled(240, index => {
    scroller.scrollTop += 200
    come(index)
  })
  root.unmount()
  return { lines: count, filled, scroll, following, scrolledWhileComing }
}
