import { describe, expect, it } from 'vitest'
import { humanDuration } from './age.ts'
import { formatSelector } from './labels.ts'
import { podColumns } from './pods.ts'

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000]

describe('an age', () => {
  // Kubernetes, apimachinery/pkg/util/duration.
  it.each([
    [-5 * second, '<invalid>'],
    [-second, '0s'],
    [0, '0s'],
    [119 * second, '119s'],
    [2 * minute, '2m'],
    [9 * minute + 59 * second, '9m59s'],
    [10 * minute + 59 * second, '10m'],
    [179 * minute, '179m'],
    [3 * hour, '3h'],
    [7 * hour + 59 * minute, '7h59m'],
    [47 * hour, '47h'],
    [2 * day, '2d'],
    [7 * day + 23 * hour, '7d23h'],
    [729 * day, '729d'],
    [730 * day, '2y'],
    [731 * day, '2y1d'],
    [9 * 365 * day, '9y'],
  ])('of %d ms is %s', (milliseconds, words) => {
    expect(humanDuration(milliseconds)).toBe(words)
  })
})

describe('a row of pods', () => {
  const container = (name: string, more: Record<string, unknown>) => ({ name, ready: false, restartCount: 0, ...more })
  const pod = (
    status: Record<string, unknown>,
    metadata: Record<string, unknown> = {},
    spec: Record<string, unknown> = {},
  ) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'shop', ...metadata },
    spec: { containers: [{ name: 'a' }, { name: 'b' }], ...spec },
    status,
  })
  const now = Date.UTC(2026, 0, 1, 1)
  it.each([
    [
      'runs',
      pod({ phase: 'Running', containerStatuses: [container('a', { ready: true }), container('b', { ready: true })] }),
      ['2/2', 'Running', '0'],
    ],
    ['waits for a node', pod({ phase: 'Pending' }), ['0/2', 'Pending', '0']],
    [
      'is being made',
      pod({
        phase: 'Pending',
        containerStatuses: [container('a', { state: { waiting: { reason: 'ContainerCreating' } } })],
      }),
      ['0/2', 'ContainerCreating', '0'],
    ],
    [
      'is leaving',
      pod({ phase: 'Running' }, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      ['0/2', 'Terminating', '0'],
    ],
    [
      'crashes',
      pod({
        phase: 'Running',
        containerStatuses: [
          container('a', {
            restartCount: 3,
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { finishedAt: '2026-01-01T00:55:00Z' } },
          }),
          container('b', { ready: true, state: { running: {} } }),
        ],
      }),
      ['1/2', 'CrashLoopBackOff', '3 (5m ago)'],
    ],
    [
      'initialises',
      pod(
        { phase: 'Pending', initContainerStatuses: [{ name: 'i', state: { running: {} } }] },
        {},
        { initContainers: [{ name: 'i' }] },
      ),
      ['0/2', 'Init:0/1', '0'],
    ],
    [
      'counts a sidecar that is an init container',
      pod(
        {
          phase: 'Running',
          containerStatuses: [container('a', { ready: true }), container('b', { ready: true })],
          initContainerStatuses: [container('i', { ready: true, started: true, state: { running: {} } })],
        },
        {},
        { initContainers: [{ name: 'i', restartPolicy: 'Always' }] },
      ),
      ['3/3', 'Running', '0'],
    ],
    ['was evicted', pod({ phase: 'Failed', reason: 'Evicted' }), ['0/2', 'Evicted', '0']],
  ])('%s', (_, object, cells) => {
    expect(podColumns.map(column => column.cell(object, now))).toEqual(cells)
  })
})

it('a selector is printed in the words of kubectl', () => {
  const selector = {
    matchLabels: { a: 'b' },
    matchExpressions: [
      { key: 'c', operator: 'In', values: ['d', 'e'] },
      { key: 'f', operator: 'Exists' },
      { key: 'g', operator: 'DoesNotExist' },
    ],
  }
  expect(formatSelector(selector)).toBe('a=b,c in (d,e),f,!g')
})
