/** How protobuf is written as JSON, where Envoy shows it. */

export type Message = Record<string, unknown>

export const any = (type: string, value: Message = {}): Message => ({
  '@type': `type.googleapis.com/${type}`,
  ...value,
})

/** Milliseconds as a Duration: `1.500s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(3)}s`
}

/** A share (0–1) of all requests. */
export const fraction = (share: number): Message => ({
  numerator: Math.round(share * 1_000_000),
  denominator: 'MILLION',
})

export const socketAddress = (address: string, port: number): Message => ({
  socket_address: { address, port_value: port },
})

/** Where Istio says which object a part was made of. */
export const madeOf = (group: string, namespace: string, kind: string, name: string): string =>
  `/apis/${group}/v1/namespaces/${namespace}/${kind}/${name}`

export const ads: Message = { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' }

/** Not empty, or left out: protobuf's JSON has no empty fields. */
export const given = (message: Message): Message =>
  Object.fromEntries(Object.entries(message).filter(([, value]) => !isEmpty(value)))

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === 'object' && Object.keys(value).length === 0)
