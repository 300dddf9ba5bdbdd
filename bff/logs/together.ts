/**
 * What several tell at their own pace as one, as fast as it is taken: each teller waits until its last word was taken,
 * so that nothing piles up in between.
 */
export class Together<T> {
  readonly #waiting: { word: T; taken: () => void }[] = []
  #wake: (() => void) | null = null
  #tellers = 0
  #fault: { error: unknown } | null = null
  #isOver = false

  /** Resolves when the word was taken, or nobody takes any more. */
  tell(word: T): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return new Promise(taken => {
      this.#waiting.push({ word, taken })
      this.#wake?.()
    })
  }

  /** One more who tells, until the work is done. Its error is thrown where words are taken. */
  join(work: () => Promise<void>): void {
    this.#tellers += 1
    void work()
      .catch((error: unknown) => void (this.#fault ??= { error }))
      .finally(() => {
        this.#tellers -= 1
        this.#wake?.()
      })
  }

  /** Ends when all who joined are done and all was taken. */
  async *words(): AsyncGenerator<T> {
    try {
      for (;;) {
        const next = this.#waiting.shift()
        if (next) {
          yield next.word
          next.taken()
        } else if (this.#fault) throw this.#fault.error
        else if (this.#tellers === 0) return
        else {
          // oxlint-disable-next-line no-await-in-loop -- the next word is not there yet
          await new Promise<void>(resolve => (this.#wake = resolve))
          this.#wake = null
        }
      }
    } finally {
      this.#isOver = true
      for (const { taken } of this.#waiting.splice(0)) taken()
    }
  }
}
