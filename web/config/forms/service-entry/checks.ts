import type { Check } from '#web/config/forms/form.ts'
import { address, cidr, host } from '#web/config/forms/networking/checks.ts'
import type { Texts } from './text-en.ts'

/** Istio docs, Service Entry, `hosts`: a wildcard stands before a name, never alone. */
export const aHost: Check<Texts> = (entry, texts) => (entry === '*' ? texts.everyHost : host(entry, texts))

/** Istio docs, Service Entry, `addresses`. */
export const anAddress: Check<Texts> = cidr

/** Istio docs, Workload Entry, `address`: an address, a name, or a Unix socket by its whole path. */
export const anEndpoint: Check<Texts> = (entry, texts) => {
  if (!entry.startsWith('unix://')) return address(entry, texts)
  return /^unix:\/\/[/@].*[^/]$/.test(entry) ? null : texts.noSocket
}

/** Istio docs, Workload Entry, `ports`; Kubernetes docs, RFC 1123 label names. */
export const aPortName: Check<Texts> = (entry, texts) =>
  entry.length < 63 && /^[a-z\d]([-a-z\d]*[a-z\d])?$/i.test(entry) ? null : texts.noPortName
