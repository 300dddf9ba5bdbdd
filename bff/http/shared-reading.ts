import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'

interface Reading<T> {
  at: EpochMilliseconds
  answer: Promise<T>
  /** Who still waits for it; the last one who leaves calls it off. */
  waiting: number
  stop: AbortController
  isDone: boolean
}

/**
 * One reading for all who ask the same within its time, however many they are and whatever they may see of it: rights
 * are cut from what was read, never read for.
 */
export function sharedReading<Query, T>(options: {
  key: (query: Query) => string
  read: (query: Query, signal: AbortSignal) => Promise<T>
  /** A reading younger than this is given to whoever asks. */
  fresh: (query: Query) => Milliseconds
  now: () => EpochMilliseconds
  /** So many are remembered; the oldest go first. */
  most?: number
}): (query: Query, signal: AbortSignal) => Promise<T> {
  const { most = 64 } = options
  const readings = new Map<string, Reading<T>>()

  function begin(query: Query, key: string): Reading<T> {
    const stop = new AbortController()
    const reading: Reading<T> = {
      at: options.now(),
      answer: options.read(query, stop.signal),
      waiting: 0,
      stop,
      isDone: false,
    }
    readings.delete(key)
    readings.set(key, reading)
    const [oldest] = readings.keys()
    if (readings.size > most && oldest !== undefined) readings.delete(oldest)
    reading.answer.then(
      () => (reading.isDone = true),
      () => {
        // What failed, or was called off, is asked again.
        reading.isDone = true
        if (readings.get(key) === reading) readings.delete(key)
      },
    )
    return reading
  }

  return async (query, signal) => {
    signal.throwIfAborted()
    const key = options.key(query)
    const known = readings.get(key)
    const isFresh = known !== undefined && !known.stop.signal.aborted && options.now() - known.at < options.fresh(query)
    const reading = isFresh ? known : begin(query, key)
    reading.waiting += 1
    const { promise, reject } = Promise.withResolvers<never>()
    const leave = () => reject(signal.reason as Error)
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await Promise.race([reading.answer, promise])
    } finally {
      signal.removeEventListener('abort', leave)
      reading.waiting -= 1
      if (reading.waiting === 0 && !reading.isDone) reading.stop.abort(new Error('Nobody waits for it any more.'))
    }
  }
}
