import { describe, expect, it } from 'vitest'
import { isAtLeast, versionIn } from './version.ts'

describe('the version of Istio', () => {
  it.each<[string, string[], string | null]>([
    ['is that of istiod’s image', ['docker.io/istio/proxyv2:1.26.0', 'docker.io/istio/pilot:1.29.0'], '1.29.0'],
    ['with what stands behind it', ['registry.local:5000/istio/pilot:1.27.1-distroless'], '1.27.1-distroless'],
    ['of several the oldest, and not by the alphabet', ['istio/pilot:1.100.0', 'istio/pilot:1.27.0'], '1.27.0'],
    ['is not known where no istiod is seen', ['docker.io/istio/proxyv2:1.29.0'], null],
    ['nor where its image is named by a digest', ['istio/pilot@sha256:ab12'], null],
    ['nor where one of several says no number', ['istio/pilot:1.29.0', 'istio/pilot:latest'], null],
  ])('%s', (_, images, version) => {
    expect(versionIn(images)).toBe(version)
  })

  it.each<[string | null | undefined, boolean | null]>([
    ['1.27.0', true],
    ['v1.29-latest', true],
    ['1.9.5', false],
    ['2.0.0', true],
    ['27', null],
    [null, null],
    [undefined, null],
  ])('%s is at least 1.27: %s', (version, is) => {
    expect(isAtLeast(version, 27)).toBe(is)
  })
})
