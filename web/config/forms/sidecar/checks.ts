import type { Check } from '#web/config/forms/form.ts'
import { cidr, serverHost } from '#web/config/forms/networking/checks.ts'
import type { Texts } from './text-en.ts'

const isAddress = (entry: string, texts: Texts): boolean => !entry.includes('/') && cidr(entry, texts) === null

/** Istio docs, IstioEgressListener, `hosts`: `namespace/host`; `.`, `*` and `~` stand for namespaces too. */
export const aSidecarHost: Check<Texts> = (entry, texts) => {
  if (!entry.includes('/')) return texts.sidecar.noNamespace
  return serverHost(entry.replace(/^~\//, './'), texts) === null ? null : texts.sidecar.noHost
}

/** Istio docs, IstioIngressListener and IstioEgressListener, `bind`. */
export const aBind: Check<Texts> = (entry, texts) =>
  isAddress(entry, texts) || /^unix:\/\/[/@]./.test(entry) ? null : texts.sidecar.noBind

/** Istio docs, IstioIngressListener, `defaultEndpoint`. */
export const aDefaultEndpoint: Check<Texts> = (entry, texts) => {
  if (/^unix:\/\/[/@]./.test(entry)) return null
  const [, port = ''] = /^(?:127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\[::\]):(\d{1,5})$/.exec(entry) ?? []
  return Number(port) >= 1 && Number(port) <= 65_535 ? null : texts.sidecar.noEndpoint
}
