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
  const answer: LayoutAnswer = { number: event.data.number, placement: layout(event.data.input) }
  self.postMessage(answer)
})
