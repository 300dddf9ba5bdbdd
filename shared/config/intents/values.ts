import { milliseconds } from '#shared/config/analyze/weft/retries.ts'
import { record } from '#shared/config/world/read.ts'
import type { Json } from '#shared/mesh/object.ts'

/** Istio: protobuf's durations, of at least a millisecond (Istio docs, `timeout`: "Must be >=1ms"). */
export function isIstioDuration(text: string): boolean {
  const time = milliseconds(text)
  return time !== null && time >= 1
}

/** Gateway API docs, GEP-2257: `1h30m`, whole numbers, at most four parts. */
export const isGatewayDuration = (text: string): boolean => /^([0-9]{1,5}(h|m|s|ms)){1,4}$/.test(text)

/** A field written, or taken away where it is null. The other fields stay, in their order. */
export function withField(object: Json, name: string, value: unknown): Json {
  if (value !== null && value !== undefined) return { ...object, [name]: value }
  const { [name]: _, ...rest } = object
  return rest
}

/** A message that loses its last field goes too, unless it was empty before. */
export function withMessage(object: Json, name: string, change: (message: Json) => Json): Json {
  const before = record(object[name])
  const next = change(before)
  const isEmptied = Object.keys(next).length === 0 && (object[name] === undefined || Object.keys(before).length > 0)
  return withField(object, name, isEmptied ? null : next)
}

/** A percentage as people type it: above nothing, at most a hundred. */
export const isPercent = (value: number): boolean => Number.isFinite(value) && value > 0 && value <= 100
