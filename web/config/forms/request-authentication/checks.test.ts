import { describe, expect, it } from 'vitest'
import type { Check } from '#web/config/forms/form.ts'
import { aHeaderName, aKeySet, anHttpUrl } from './checks.ts'
import { en, type Texts } from './text-en.ts'

const cases: [string, Check<Texts>, string, string | null][] = [
  ['an https address', anHttpUrl, 'https://issuer.example/keys', null],
  ['an http address with a port', anHttpUrl, 'http://keycloak.auth:8080/certs', null],
  ['no scheme', anHttpUrl, 'issuer.example/keys', en.noUrl],
  ['another scheme', anHttpUrl, 'ftp://issuer.example/keys', en.noUrl],
  ['a script', anHttpUrl, 'javascript:alert(1)', en.noUrl],
  ['a blank inside', anHttpUrl, 'https://issuer.example/my keys', en.noUrl],
  ['nothing', anHttpUrl, '', en.noUrl],
  ['a header', aHeaderName, 'X-JWT-Assertion', null],
  ['a header with a colon', aHeaderName, 'X-JWT:', en.noHeader],
  ['two words', aHeaderName, 'X JWT', en.noHeader],
  ['public keys', aKeySet, '{"keys":[{"kty":"RSA","n":"x","e":"AQAB"}]}', null],
  ['an RSA key with its private half', aKeySet, '{"keys":[{"kty":"RSA","n":"x","e":"AQAB","d":"y"}]}', en.privateKey],
  ['a symmetric key', aKeySet, '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}', en.privateKey],
  ['a set without keys', aKeySet, '{"keys":[]}', en.noKeys],
  ['one key, no set', aKeySet, '{"kty":"RSA"}', en.noKeySet],
  ['keys that are none', aKeySet, '{"keys":["a"]}', en.noKeySet],
  ['null', aKeySet, 'null', en.noKeySet],
  ['PEM', aKeySet, '-----BEGIN PUBLIC KEY-----', en.noKeySet],
]

describe('an entry of a RequestAuthentication', () => {
  it.each(cases)('%s', (_, check, entry, said) => {
    expect(check(entry, en)).toBe(said)
  })
})
