import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validityOf } from './certificate.ts'

/** Made by OpenSSL for these tests; nobody has their keys any more. The second one ends so late that its date has four digits for the year. */
const short =
  'MIIBiTCCAS+gAwIBAgIUXR2FNttxJrmQ64wS0TIqLnh0yo0wCgYIKoZIzj0EAwIwGjEYMBYGA1UEAwwPd2ViLmV4YW1wbGUuY29tMB4XDTI2MTEyNTE1MjMxMVoXDTI3MTEyNTE1MjMxMVowGjEYMBYGA1UEAwwPd2ViLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExqC+zu78gc2aOLLKwf/gzMLBtvThWsu937iDLLYc/9HJb+/IASir7BP2lJ5ppyvEKRJMiFF84dVjcWTVgmB6vKNTMFEwHQYDVR0OBBYEFMO8q58TE0BrpuEbN9aX+LAMCIomMB8GA1UdIwQYMBaAFMO8q58TE0BrpuEbN9aX+LAMCIomMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgHJFOEC/3laNrPyqk7edGHBJM3A/XPKyc8YYel5pufqcCIQCLvde1g1X4UgPQC7oF8W2Y0FarWuRussuVEEVZnaJ2Nw=='
const long =
  'MIIBbzCCARWgAwIBAgIUVK7jWKfev25Qji7eQ2iu1Xg4y3EwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBeDAgFw0yNjExMjUxNTIzMTFaGA8yMTI2MTEwMTE1MjMxMVowDDEKMAgGA1UEAwwBeDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJiHuykS/wbZUN6OILtydacgdk3hqgob4OTMYd74a/aklLlFRtoEtpb0Z48UiLFNsEySE24drXLSrBDX5bZcWZCjUzBRMB0GA1UdDgQWBBQNhecvy5omCpEiD3gPNJxTKXa/vjAfBgNVHSMEGDAWgBQNhecvy5omCpEiD3gPNJxTKXa/vjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQDzt9s6/gcjSZ+fvlEJd44vTrKctcQuk71goXb843HKPQIgEgJZoONZlMn7exCvRP77B0XEnS7YbpRyql9RnOAg6lM='
const pem = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`
const asSecret = (text: string): string => Buffer.from(text).toString('base64')

describe('the dates of a certificate', () => {
  it.each([
    ['in this century', short, '2026-11-25T15:23:11Z', '2027-11-25T15:23:11Z'],
    ['beyond 2049', long, '2026-11-25T15:23:11Z', '2126-11-01T15:23:11Z'],
  ])('are what OpenSSL says: %s', (_, body, from, until) => {
    expect(validityOf(asSecret(pem(body)))).toEqual({ from: Date.parse(from), until: Date.parse(until) })
  })

  it('are those of the first of a chain, whatever stands around it', () => {
    const chain = `subject=CN = web\n${pem(short)}${pem(long)}`
    expect(validityOf(asSecret(chain))?.until).toBe(Date.parse('2027-11-25T15:23:11Z'))
  })

  it.each([
    ['no base64', 'certificate!'],
    ['no PEM', asSecret('certificate')],
    ['a key', asSecret('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----')],
    ['half of one', asSecret(pem(short.slice(0, 200)))],
    ['nothing', ''],
  ])('are not there: %s', (_, data) => {
    expect(validityOf(data)).toBeNull()
  })

  it('are never an exception, and never dates that are none', () => {
    const bytes = [...Buffer.from(short, 'base64')]
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const spoiled = Buffer.from(bytes.with(at, value)).toString('base64')
        const validity = validityOf(asSecret(pem(spoiled)))
        if (validity) expect(Number.isFinite(validity.from + validity.until)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('are found in a Secret of a megabyte', () => {
    expect(validityOf(asSecret(pem(short) + pem(long).repeat(1500)))).not.toBeNull()
  })
})
