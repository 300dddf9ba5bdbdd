import { layout, type LayoutInput, type Placement } from './layout.ts'

/** The layout off the main thread: one question in, one answer out, told apart by its number. */
export interface LayoutQuestion {
  number: number
  input: LayoutInput
}

export interface LayoutAnswer {
  number: number
  placement: Placement
}

self.addEventListener('message', (event: MessageEvent<LayoutQuestion>) => {
  const { number, input } = event.data
  // A failure is thrown again outside the promise, where it becomes the worker's `error` event.
  layout(input).then(
    placement => self.postMessage({ number, placement } satisfies LayoutAnswer),
    (reason: unknown) =>
      queueMicrotask(() => {
        throw reason
      }),
  )
})
