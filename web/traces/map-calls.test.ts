import { describe, expect, it } from 'vitest'
import { hopCalls, shareCalls } from './map-calls.ts'

const hop = {
  from: 'web.shop',
  to: 'cart.shop',
  order: 2,
  calls: 1,
  errors: 0,
  critical: 387,
  share: 0.387,
  isSilent: false,
  isHost: false,
  isGrpc: false,
  span: 7,
}
const percent = (share: number) => `${share * 100} %`

describe('hops on the map', () => {
  it.each([
    [{}, { tone: 'http', dash: null, text: '2 ▬ 38.7 %', step: 3 }],
    [{ share: 0.001 }, { tone: 'http', dash: null, text: '2', step: 0 }],
    [
      { share: 0, errors: 3 },
      { tone: 'failing', text: '2 ◆' },
    ],
    [
      { isSilent: true, isGrpc: true },
      { tone: 'grpc', dash: 'dotted' },
    ],
  ])('of %o say %o', (more, mark) => {
    const [call] = hopCalls([{ ...hop, ...more }], percent)
    expect(call?.mark).toMatchObject(mark)
  })

  it('begin at the internet where a trace comes from outside, and end at a host by its name', () => {
    const [call] = hopCalls([{ ...hop, from: null, to: 'smtp.mail.example', isHost: true }], percent)
    expect([call?.source, call?.destination]).toEqual([
      { namespace: '', workload: 'internet' },
      { namespace: '', workload: 'smtp.mail.example' },
    ])
  })
})

describe('shares on the map', () => {
  const share = { service: 'cart.shop', caller: 'web.shop', time: 1, share: 0.2, traces: 4, quantileWithout: 1 }
  it('are of calls between services that are seen', () => {
    const calls = shareCalls(
      [share, { ...share, service: null }, { ...share, service: '' }, { ...share, caller: '' }],
      () => '20 % · p95 −4 %',
    )
    expect(calls).toHaveLength(1)
    expect(calls[0]?.mark).toMatchObject({ text: '20 % · p95 −4 %', step: 2 })
  })
})
