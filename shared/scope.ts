import * as z from 'zod/mini'

/** A Kubernetes namespace name (RFC 1123 label, at most 63 characters). */
export const namespaceName = z.string().check(z.regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/))

/** `a,b,c` in an address ⇄ a sorted list without repetition; an absent or empty value means every namespace. */
export const namespaceList = z.pipe(
  z.optional(z.string()),
  z.transform((text, context) => {
    const names = [...new Set((text ?? '').split(',').filter(name => name !== ''))].sort()
    const wrong = names.find(name => !namespaceName.safeParse(name).success)
    if (wrong !== undefined)
      context.issues.push({ code: 'custom', message: `"${wrong.slice(0, 63)}" is not a namespace name`, input: text })
    return names
  }),
)

/** `window` in an address: seconds of every rate. */
export const positiveSeconds = z.pipe(
  z.optional(z.string()),
  z.transform((text, context): number | undefined => {
    if (text === undefined || text === '') return undefined
    const seconds = Number(text)
    if (!Number.isFinite(seconds) || seconds < 1 || seconds > 86_400) {
      context.issues.push({ code: 'custom', message: 'window is a number of seconds from 1 to 86400', input: text })
      return z.NEVER
    }
    return seconds
  }),
)

/** `at`, `from`, `to` in an address. */
export const moment = z.pipe(
  z.optional(z.string()),
  z.transform((text, context): number | undefined => {
    if (text === undefined || text === '') return undefined
    const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
    if (!Number.isFinite(at) || at <= 0) {
      context.issues.push({
        code: 'custom',
        message: 'at is a time: ISO 8601 or milliseconds since the epoch',
        input: text,
      })
      return z.NEVER
    }
    return at
  }),
)
