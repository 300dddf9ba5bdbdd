/** Prometheus' marker for a series that ended: one certain NaN. */
const staleBits = 0x7ff0000000000002n

/** Writes the marker. A JavaScript number cannot carry it safely; the bits can. */
export function writeStale(values: Float64Array, index: number): void {
  new BigUint64Array(values.buffer, values.byteOffset, values.length)[index] = staleBits
}

export function isStale(values: Float64Array, index: number): boolean {
  if (!Number.isNaN(values[index])) return false
  return new BigUint64Array(values.buffer, values.byteOffset, values.length)[index] === staleBits
}

/** The samples without stale markers; the same arrays where there are none. */
export function withoutStale(times: Float64Array, values: Float64Array): { times: Float64Array; values: Float64Array } {
  let bits: BigUint64Array | undefined
  let kept: number[] | undefined
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0
    if (Number.isNaN(value)) {
      bits ??= new BigUint64Array(values.buffer, values.byteOffset, values.length)
      if (bits[index] === staleBits) {
        kept ??= Array.from({ length: index }, (_, before) => before)
        continue
      }
    }
    kept?.push(index)
  }
  if (!kept) return { times, values }
  const pick = (from: Float64Array) => Float64Array.from(kept, index => from[index] ?? 0)
  return { times: pick(times), values: pick(values) }
}
