import type { LayoutInput, Placement } from '#web/topology/layout/layout.ts'
import type { LayoutAnswer, LayoutQuestion } from '#web/topology/layout/layout.worker.ts'

/** Asks the layout worker. Lives with a map: `end()` ends the worker, and questions that wait are never answered. */
export class Arranger {
  #worker: Worker | null = null
  #number = 0
  #waiting = new Map<number, { resolve(placement: Placement): void; reject(reason: Error): void }>()

  arrange(input: LayoutInput): Promise<Placement> {
    const worker = this.#open()
    this.#number += 1
    const question: LayoutQuestion = { number: this.#number, input }
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.number, { resolve, reject })
      worker.postMessage(question)
    })
  }

  end(): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#waiting.clear()
  }

  #open(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('../layout/layout.worker.ts', import.meta.url), {
      type: 'module',
      name: 'map layout',
    })
    worker.addEventListener('message', (event: MessageEvent<LayoutAnswer>) => {
      this.#waiting.get(event.data.number)?.resolve(event.data.placement)
      this.#waiting.delete(event.data.number)
    })
    worker.addEventListener('error', event => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`The map could not be laid out: ${event.message || 'the layout worker did not start'}`))
      this.#waiting.clear()
      this.#worker = null
      worker.terminate()
    })
    this.#worker = worker
    return worker
  }
}
