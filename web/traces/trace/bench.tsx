import { createRoot } from 'react-dom/client'
import { flushSync } from 'react-dom'
import type { Span } from '#shared/mesh/span.ts'
import { frame, type Frames, scrolled } from '#web/ui/bench.ts'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { modelOf } from './model.ts'
import { Waterfall } from './Waterfall.tsx'
import '#web/ui/tokens.css'
import '#web/ui/base.css'
import '#web/ui/controls.css'
import './trace.css'

/** The waterfall alone with a very long trace, as `npm run bench traces` measures it in a browser. No page leads here. */
export interface Measured {
  spans: number
  /** Milliseconds: the tree, the critical path and all else that is worked out once. */
  model: number
  /** From the data to rows that are laid out. */
  commit: number
  /** Of folding all and unfolding again: each until rows are laid out. */
  fold: number
  scroll: Frames
}

/** Four calls from each, in the order of time, a hundred services. */
function long(count: number): Span[] {
  return Array.from({ length: count }, (_, index) => ({
    spanId: index.toString(16),
    parentId: index === 0 ? null : Math.floor((index - 1) / 4).toString(16),
    service: `service-${index % 100}.shop`,
    operation: `cart-${index % 37}.shop.svc.cluster.local:8080/*`,
    kind: index % 2 === 0 ? 'server' : 'client',
    start: 1_764_079_200_000_000 + index * 20,
    duration: 1000 + ((index * 7919) % 90_000),
    isError: index % 331 === 0,
    attributes: [
      { key: 'http.method', value: 'GET' },
      { key: 'http.url', value: `http://cart/items/${index}` },
      { key: 'http.status_code', value: '200' },
      { key: 'response_flags', value: '-' },
    ],
    events: [],
    links: [],
    process: [],
    warnings: [],
  }))
}

globalThis.measure = async (): Promise<Measured> => {
  const count = 50_000
  await startLanguage()
  await openTexts('traces')
  const host = document.createElement('div')
  host.style.cssText = 'height: 820px; display: grid; --names: 392px'
  document.body.replaceChildren(host)
  const root = createRoot(host)
  const trace = { traceId: 'a1', spans: long(count), warnings: [] }
  await frame()
  const begun = performance.now()
  const model = modelOf(trace)
  const modelled = performance.now()
  flushSync(() => root.render(<Waterfall model={model} selected={null} onSelect={() => undefined} />))
  const rows = host.querySelector<HTMLElement>('[role="treegrid"]')
  if (rows === null) throw new Error('The waterfall was not drawn.')
  void rows.offsetHeight
  const drawn = performance.now()
  await frame()
  const button = [...host.querySelectorAll('button')].at(-1)
  const folding = performance.now()
  for (let turn = 0; turn < 2; turn++) {
    flushSync(() => button?.click())
    void rows.offsetHeight
  }
  const folded = performance.now()
  await frame()
  const scroll = await scrolled(240, () => void (rows.scrollTop += 200))
  root.unmount()
  return {
    spans: count,
    model: modelled - begun,
    commit: drawn - begun,
    fold: folded - folding,
    scroll,
  }
}
