/** What the map is coloured and labelled by. */
export const lenses = ['traffic', 'errors', 'latency', 'mtls', 'refusals'] as const
export type Lens = (typeof lenses)[number]
