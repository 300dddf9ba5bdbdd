import * as z from 'zod/mini'

/** Who looks after an object, as its labels, annotations and managedFields tell. */
export const Owner = z.object({
  kind: z.enum(['argocd', 'flux', 'helm', 'operator', 'weft', 'person', 'unknown']),
  /** The application, release or manager: `shop-prod`, `kubectl`. */
  name: z.string(),
  /** Changes made by hand are undone by it: the console offers a file instead. */
  isGitOps: z.boolean(),
})
export type Owner = z.infer<typeof Owner>
