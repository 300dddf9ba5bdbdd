import type { Check } from '#web/config/forms/form.ts'
import type { Texts } from './text-en.ts'

/** Gateway API docs, Namespace, Kind and Group. */
export const aNamespace: Check<Texts> = (entry, texts) =>
  entry.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(entry) ? null : texts.noNamespace

export const aKind: Check<Texts> = (entry, texts) =>
  entry.length <= 63 && /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(entry) ? null : texts.noKind

export const aGroup: Check<Texts> = (entry, texts) => {
  // Istio takes `core` for the core group; the Gateway API does not.
  if (entry === 'core') return texts.coreGroup
  const isGroup = entry.split('.').every(part => /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(part)) && entry.length <= 253
  return entry === '' || isGroup ? null : texts.noGroup
}
