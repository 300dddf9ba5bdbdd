import { describe, expect, it } from 'vitest'
import { refusal } from './guard.ts'

const guard = { hosts: ['weft.example'], origins: ['https://portal.example'] }
const ask = (headers: Record<string, string>, method = 'GET') =>
  refusal(guard, { method, headers: { host: '127.0.0.1:4280', ...headers } })

describe('the Host', () => {
  it.each([
    '127.0.0.1:4280',
    'localhost',
    'LOCALHOST:80',
    '[::1]:4280',
    'weft.localhost:1',
    'weft.example:443',
    '10.1.2.3:8080',
  ])('%s is ours, or cannot be rebound', host => expect(ask({ host })).toBeNull())
  it.each([
    'evil.example',
    'weft.example.evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'notlocalhost',
    'weft.example@evil.example',
    'evil.example#localhost',
    '[::1]evil',
    '::1',
    '',
    'weft.example:99999999',
  ])('"%s" is refused', host => expect(ask({ host })).toMatch(/does not go by the host name/))
  it('is repeated in the refusal only as far as it is printable', () => {
    expect(ask({ host: `e\u0007<${'x'.repeat(500)}` })?.length).toBeLessThan(300)
  })
})

describe('the Origin', () => {
  it.each([
    ['none (no browser page)', {}],
    ['our own', { origin: 'http://127.0.0.1:4280' }],
    ['our own behind TLS', { host: 'weft.example', origin: 'https://weft.example' }],
    ['one on the list', { origin: 'https://portal.example', 'sec-fetch-site': 'cross-site' }],
  ])('%s passes', (_, headers) => expect(ask(headers as Record<string, string>, 'POST')).toBeNull())
  it.each([
    'http://evil.example',
    'http://127.0.0.1:9999',
    'http://localhost:4280',
    'https://portal.example.evil.example',
    'null',
    'file://',
  ])('%s is refused', origin => expect(ask({ origin }, 'POST')).toMatch(/the origin/))
})

describe('Sec-Fetch-Site', () => {
  it.each(['same-origin', 'none'])('%s passes', site => expect(ask({ 'sec-fetch-site': site })).toBeNull())
  it.each(['cross-site', 'same-site', 'anything'])('%s is refused', site =>
    expect(ask({ 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' })).toMatch(
      /other sites/,
    ),
  )
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  it('of a link that is followed passes', () => expect(ask(link)).toBeNull())
  it('of a form that is sent, or of a frame, is refused', () => {
    expect(ask(link, 'POST')).not.toBeNull()
    expect(ask({ ...link, 'sec-fetch-dest': 'iframe' })).not.toBeNull()
  })
})
