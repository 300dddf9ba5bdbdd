import { sortedNames } from '#lab/prometheus/labels.ts'
import { writeStale } from '#lab/prometheus/stale.ts'
import type { TestSeries } from './samples.ts'

/** Of remote write 1.0: protobuf inside snappy's block format. */
export const writeHeaders = { 'content-encoding': 'snappy', 'x-prometheus-remote-write-version': '0.1.0' }

const slice = 1_200_000

/** Bodies to send one after the other. Prometheus takes samples of an hour or so at once, so each covers 20 minutes. */
export function* writeRequests(series: readonly TestSeries[]): Generator<Buffer> {
  const times = series.flatMap(({ samples }) => samples.map(([time]) => time))
  const last = times.reduce((most, time) => Math.max(most, time))
  for (let from = times.reduce((least, time) => Math.min(least, time)); from <= last; from += slice) {
    const parts = series.map(({ labels, samples }) => ({
      labels,
      samples: samples.filter(([time]) => time >= from && time < from + slice),
    }))
    const messages = parts.filter(({ samples }) => samples.length > 0).map(part => field(1, writeSeries(part)))
    if (messages.length > 0) yield snappy(Buffer.concat(messages))
  }
}

function writeSeries({ labels, samples }: TestSeries): Buffer {
  const pairs = sortedNames(labels).map(name => {
    const pair = [field(1, Buffer.from(name)), field(2, Buffer.from(labels[name] ?? ''))]
    return field(1, Buffer.concat(pair))
  })
  return Buffer.concat([...pairs, ...samples.map(sample => field(2, writeSample(sample)))])
}

/** A double in field 1, milliseconds in field 2. */
function writeSample([time, value]: TestSeries['samples'][number]): Buffer {
  const number = new Float64Array(1)
  if (value === 'stale') writeStale(number, 0)
  else number[0] = value
  return Buffer.concat([Buffer.of(0x09), Buffer.from(number.buffer), Buffer.of(0x10), varint(time)])
}

const field = (number: number, content: Buffer): Buffer =>
  Buffer.concat([Buffer.of((number << 3) | 2), varint(content.length), content])

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  bytes.push(rest)
  return Buffer.from(bytes)
}

/** Everything as one literal: valid snappy, only not smaller. */
function snappy(content: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(content.length - 1)
  return Buffer.concat([varint(content.length), Buffer.of(0xfc), length, content])
}
