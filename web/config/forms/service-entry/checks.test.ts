import { describe, expect, it } from 'vitest'
import type { Check } from '#web/config/forms/form.ts'
import { aHost, anAddress, anEndpoint, aPortName } from './checks.ts'
import { en, type Texts } from './text-en.ts'

const cases: [string, Check<Texts>, string, 'fine' | 'wrong'][] = [
  ['a host', aHost, 'api.example.com', 'fine'],
  ['all hosts of a domain', aHost, '*.example.com', 'fine'],
  ['every host there is', aHost, '*', 'wrong'],
  ['a wildcard inside', aHost, 'api.*.com', 'wrong'],
  ['a host with its port', aHost, 'api.example.com:443', 'wrong'],
  ['an address', aHost, 'https://api.example.com', 'wrong'],
  ['an IP address', anAddress, '240.240.0.1', 'fine'],
  ['a block of addresses', anAddress, '10.0.0.0/8', 'fine'],
  ['a block of IPv6', anAddress, '2001:db8::/32', 'fine'],
  ['a block too narrow', anAddress, '10.0.0.0/33', 'wrong'],
  ['a name as address', anAddress, 'example.com', 'wrong'],
  ['an endpoint by address', anEndpoint, '10.40.7.12', 'fine'],
  ['an endpoint by name', anEndpoint, 'db.example.com', 'fine'],
  ['a socket', anEndpoint, 'unix:///var/run/db.sock', 'fine'],
  ['an abstract socket', anEndpoint, 'unix://@db', 'fine'],
  ['a socket by half a path', anEndpoint, 'unix://run/db.sock', 'wrong'],
  ['a folder', anEndpoint, 'unix:///var/run/', 'wrong'],
  ['an endpoint with its port', anEndpoint, '10.40.7.12:5432', 'wrong'],
  ['a port name', aPortName, 'https-1', 'fine'],
  ['a port name with a dot', aPortName, 'https.1', 'wrong'],
  ['a port name of 63 letters', aPortName, 'a'.repeat(63), 'wrong'],
]

describe('an entry of a ServiceEntry', () => {
  it.each(cases)('%s', (_, check, entry, judged) => {
    expect(check(entry, en) === null ? 'fine' : 'wrong').toBe(judged)
  })
})
