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
