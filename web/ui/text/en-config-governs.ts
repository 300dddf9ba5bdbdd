export const governs = {
  name: 'What governs it',
  object: 'Object',
  why: 'Why it applies',
  host: 'is about the host',
  workload: 'selects the workload',
  namespace: 'is for its whole namespace',
  mesh: 'is for the whole mesh',
  atCaller: 'At the caller',
  none: 'No object of the mesh that you may list applies to it.',
  more_one: '{{count}} more object',
  more_other: '{{count}} more objects',
}
